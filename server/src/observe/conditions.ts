/** The level behind the edges: what holds on a root owner right now, and whether it works. */
import type { ObjectRef } from '../model/object-ref.ts';
import type { ActiveConditions, SlimObject } from '../model/slim-object.ts';
import type { SlimCache } from './cache.ts';
import { workHealth } from './conditions-health.ts';
import type { StateTracker } from './tracker.ts';
import type { ActiveCondition } from './tracker-observation.ts';

/** A condition goes on while another that its events come with does: a kill for memory ends in back-off, too. */
const ALSO: ReadonlyMap<string, readonly string[]> = new Map([
  ['CrashLoopBackOff', ['OOMKilled', 'StartError', 'RestartingOften']],
  ['RestartingOften', ['CrashLoopBackOff']],
  ['RunContainerError', ['StartError']],
  ['FailedPostStartHook', ['PostStartHookError']],
  ['Unhealthy', ['CrashLoopBackOff', 'RestartingOften', 'ReadinessGatesNotReady']],
]);

/** Kind → the conditions whose every beginning and end its objects show: where it is synced and shows none, none holds. */
const FULLY_SEEN: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'CrashLoopBackOff',
    'CreateContainerConfigError',
    'CreateContainerError',
    'ErrImageNeverPull',
    'Evicted',
    'FailedScheduling',
    'RestartingOften',
    'ImageInspectError',
    'ImagePullBackOff',
    'InvalidImageName',
    'OOMKilled',
    'PodFailed',
    'RunContainerError',
    'StartError',
    'StuckTerminating',
  ],
  Node: [
    'NodeNotReady',
    'MemoryPressure',
    'DiskPressure',
    'PIDPressure',
    'NetworkUnavailable',
    'KernelDeadlock',
    'ReadonlyFilesystem',
  ],
  Deployment: ['MinimumReplicasUnavailable', 'ProgressDeadlineExceeded', 'RolloutStuck'],
  Job: ['BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy'],
  CronJob: ['MissSchedule'],
  PersistentVolumeClaim: ['PersistentVolumeClaimPending', 'PersistentVolumeClaimLost'],
  Service: ['NoEndpoints'],
};

const SEEN_ON: ReadonlyMap<string, string> = new Map(
  Object.entries(FULLY_SEEN).flatMap(([kind, conditions]) => conditions.map((condition) => [condition, kind] as const)),
);

export class TrackedConditions implements ActiveConditions {
  readonly #cache: SlimCache;
  readonly #tracker: StateTracker;

  constructor(cache: SlimCache, tracker: StateTracker) {
    this.#cache = cache;
    this.#tracker = tracker;
  }

  holds(clusterUid: string, root: ObjectRef, condition: string): boolean | undefined {
    const names = [condition, ...(ALSO.get(condition) ?? [])];
    for (const [, active] of this.#activeUnder(clusterUid, root)) {
      for (const each of active.values()) if (names.includes(each.condition)) return true;
    }
    const kind = SEEN_ON.get(condition);
    // What only Events tell of (a failed mount, a failing liveness probe) is not seen to end.
    return kind !== undefined && this.#isSynced(clusterUid, kind) ? false : undefined;
  }

  healthy(clusterUid: string, root: ObjectRef): boolean | undefined {
    if (!this.#isSynced(clusterUid, root.kind)) return undefined;
    const cluster = this.#cache.of(clusterUid);
    const object = root.uid === '' ? cluster.named(root.kind, root.namespace, root.name) : cluster.live(root.uid);
    if (object === undefined) return this.#successor(clusterUid, root) ?? true;
    if (!this.#activeUnder(clusterUid, root).next().done) return false;
    return workHealth(object, cluster);
  }

  /** One of the same name took its place: the problem is the name's, not the uid's. */
  #successor(clusterUid: string, { kind, namespace, name, uid }: ObjectRef): boolean | undefined {
    const named = this.#cache.of(clusterUid).named(kind, namespace, name);
    return named === undefined || named.ref.uid === uid ? undefined : this.healthy(clusterUid, named.ref);
  }

  *#activeUnder(
    clusterUid: string,
    root: ObjectRef,
  ): Generator<readonly [SlimObject, ReadonlyMap<string, ActiveCondition>]> {
    const conditions = this.#tracker.known(clusterUid);
    if (conditions === undefined) return;
    for (const entry of conditions.active()) {
      const { ref } = entry[0];
      if (ref.namespace === root.namespace && isSame(this.#cache.rootOwner(clusterUid, ref), root)) yield entry;
    }
  }

  #isSynced(clusterUid: string, kind: string): boolean {
    return this.#cache.knowledge(clusterUid, kind) === 'synced';
  }
}

/** By name, so that an object made anew under its old name is still the same problem. */
function isSame(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
