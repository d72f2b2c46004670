/** The level behind the edges: what holds on a root owner right now, and whether it works. */
import type { ObjectRef } from '../model/object-ref.ts';
import type { ActiveConditions } from '../model/slim-object.ts';
import type { SlimCache } from './cache.ts';
import { workHealth } from './conditions-health.ts';
import type { StateTracker } from './tracker.ts';
import type { ClusterConditions } from './tracker-cluster.ts';

/** A condition goes on while another that its events come with does: a kill for memory ends in back-off, too. */
const ALSO: ReadonlyMap<string, readonly string[]> = new Map([
  ['CrashLoopBackOff', ['OOMKilled', 'StartError', 'RunContainerError', 'RestartingOften']],
  ['RestartingOften', ['CrashLoopBackOff']],
  ['StartError', ['RunContainerError']],
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

interface ActiveIndex {
  readonly version: number;
  /** Root owner → names of the conditions that hold on it or on what it owns. */
  readonly byRoot: ReadonlyMap<string, ReadonlySet<string>>;
}

export class TrackedConditions implements ActiveConditions {
  readonly #cache: SlimCache;
  readonly #tracker: StateTracker;
  /** One a cluster, made anew when it is asked for after a change: incidents ask in bursts, once a tick. */
  readonly #indexes = new Map<string, ActiveIndex>();

  constructor(cache: SlimCache, tracker: StateTracker) {
    this.#cache = cache;
    this.#tracker = tracker;
  }

  holds(clusterUid: string, root: ObjectRef, condition: string): boolean | undefined {
    const active = this.#activeUnder(clusterUid, root);
    if (active?.has(condition) || ALSO.get(condition)?.some((name) => active?.has(name))) return true;
    const kind = SEEN_ON.get(condition);
    // What only Events tell of (a failed mount, a failing liveness probe) is not seen to end.
    return kind !== undefined && this.#isSynced(clusterUid, kind) ? false : undefined;
  }

  healthy(clusterUid: string, root: ObjectRef): boolean | undefined {
    if (!this.#isSynced(clusterUid, root.kind)) return undefined;
    const cluster = this.#cache.of(clusterUid);
    // By name: one that took the place of another of its name has inherited the problem.
    const object = cluster.named(root.kind, root.namespace, root.name);
    if (object === undefined) return true;
    return this.#activeUnder(clusterUid, root) === undefined && workHealth(object, cluster);
  }

  #activeUnder(clusterUid: string, root: ObjectRef): ReadonlySet<string> | undefined {
    const conditions = this.#tracker.known(clusterUid);
    if (conditions === undefined) return undefined;
    let index = this.#indexes.get(clusterUid);
    if (index?.version !== conditions.version) {
      index = { version: conditions.version, byRoot: this.#byRoot(clusterUid, conditions) };
      this.#indexes.set(clusterUid, index);
    }
    return index.byRoot.get(rootKey(root));
  }

  #byRoot(clusterUid: string, conditions: ClusterConditions): ReadonlyMap<string, ReadonlySet<string>> {
    const byRoot = new Map<string, Set<string>>();
    for (const [{ ref }, active] of conditions.active()) {
      const key = rootKey(this.#cache.rootOwner(clusterUid, ref));
      const names = byRoot.get(key) ?? new Set();
      for (const { condition } of active.values()) names.add(condition);
      byRoot.set(key, names);
    }
    return byRoot;
  }

  #isSynced(clusterUid: string, kind: string): boolean {
    return this.#tracker.known(clusterUid)?.hasJudged === true && this.#cache.knowledge(clusterUid, kind) === 'synced';
  }
}

/** By name, so that an object made anew under its old name is still the same problem. */
function rootKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}
