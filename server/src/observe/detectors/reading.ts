/** Readings of slim objects that several detectors share: status conditions, containers, replicas. */
import type { SlimObject } from '../../model/slim-object.ts';
import { count, type Fields, fields, objects, text, time } from '../../kit/fields.ts';
import type { Surroundings } from './detector.ts';

export interface StatusCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Undefined where the reporter does not say. */
  readonly since: number | undefined;
  readonly updatedAt: number | undefined;
}

export function conditionsOf(object: SlimObject): readonly StatusCondition[] {
  return objects(object.status['conditions']).map(readCondition);
}

export function conditionOf(object: SlimObject, type: string): StatusCondition | undefined {
  const found = objects(object.status['conditions']).find((condition) => condition['type'] === type);
  return found === undefined ? undefined : readCondition(found);
}

function readCondition(condition: Fields): StatusCondition {
  return {
    type: text(condition['type']),
    status: text(condition['status']),
    reason: text(condition['reason']),
    message: text(condition['message'], 2048),
    since: time(condition['lastTransitionTime']),
    updatedAt: time(condition['lastUpdateTime']),
  };
}

export interface Termination {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

export interface Container {
  readonly name: string;
  readonly init: boolean;
  /** A native sidecar: an init container that keeps running. */
  readonly sidecar: boolean;
  readonly image: string;
  readonly ready: boolean;
  /** Undefined before Kubernetes 1.18 and in clusters that leave it out. */
  readonly started: boolean | undefined;
  readonly restartCount: number;
  readonly waiting: { readonly reason: string; readonly message: string } | undefined;
  readonly runningSince: number | undefined;
  readonly terminated: Termination | undefined;
  readonly lastTerminated: Termination | undefined;
  readonly spec: Fields;
}

export function containersOf(pod: SlimObject): readonly Container[] {
  return [...readContainers(pod, true), ...readContainers(pod, false)];
}

function readContainers(pod: SlimObject, init: boolean): readonly Container[] {
  const specs = objects(pod.spec[init ? 'initContainers' : 'containers']);
  return objects(pod.status[init ? 'initContainerStatuses' : 'containerStatuses']).map((status) => {
    const spec = specs.find((each) => each['name'] === status['name']) ?? {};
    const state = fields(status['state']);
    const waiting = state['waiting'] === undefined ? undefined : fields(state['waiting']);
    return {
      name: text(status['name']),
      init,
      sidecar: init && spec['restartPolicy'] === 'Always',
      image: text(spec['image'] ?? status['image']),
      ready: status['ready'] === true,
      started: typeof status['started'] === 'boolean' ? status['started'] : undefined,
      restartCount: count(status['restartCount']),
      waiting: waiting && { reason: text(waiting['reason']), message: text(waiting['message'], 2048) },
      runningSince: time(fields(state['running'])['startedAt']),
      terminated: readTermination(state['terminated']),
      lastTerminated: readTermination(fields(status['lastState'])['terminated']),
      spec,
    };
  });
}

function readTermination(value: unknown): Termination | undefined {
  if (value === undefined) return undefined;
  const terminated = fields(value);
  return {
    exitCode: typeof terminated['exitCode'] === 'number' ? terminated['exitCode'] : 0,
    reason: text(terminated['reason']),
    message: text(terminated['message'], 2048),
    startedAt: time(terminated['startedAt']),
    finishedAt: time(terminated['finishedAt']),
  };
}

export function phaseOf(object: SlimObject): string {
  return text(object.status['phase']);
}

/** Whether a pod may still have troubles of its own: one that is done or on its way out has none. */
export function isLivePod(pod: SlimObject): boolean {
  return pod.deletingSince === null && phaseOf(pod) !== 'Succeeded' && phaseOf(pod) !== 'Failed';
}

export function isReadyPod(pod: SlimObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Undefined where nothing is known of the node. */
export function readinessOfNode(pod: SlimObject, around: Surroundings): StatusCondition | undefined {
  const node = around.named('Node', '', text(pod.spec['nodeName'], 512));
  return node === undefined ? undefined : conditionOf(node, 'Ready');
}

/** A pod on a node that is known not to be ready: what it reports is old, and its node's trouble is named instead. */
export function isOnLostNode(pod: SlimObject, around: Surroundings): boolean {
  const ready = readinessOfNode(pod, around);
  return ready !== undefined && ready.status !== 'True';
}

export function wantedReplicas(workload: SlimObject): number {
  return count(workload.spec['replicas'], 1);
}

/** The controller has not looked at the newest spec yet: its status tells of an older one. */
export function isStatusBehind(workload: SlimObject): boolean {
  return count(workload.status['observedGeneration'], workload.generation) < workload.generation;
}

/** A sentence's end: the reporter's own words, where there are any. */
export function because(...details: readonly string[]): string {
  const said = details.filter((detail) => detail !== '');
  return said.length === 0 ? '' : `: ${said.join(': ')}`;
}
