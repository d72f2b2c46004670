/** The level behind the edges: what holds on a root owner right now, and whether it works. */
import type { ObjectRef } from '../model/object-ref.ts';
import type { ActiveConditions, SlimObject } from '../model/slim-object.ts';
import type { SlimCache } from './cache.ts';
import { workHealth } from './conditions-health.ts';
import type { StateTracker } from './tracker.ts';
import type { ActiveCondition } from './tracker-observation.ts';

/** A condition goes on while another that its events come with does: a kill for memory ends in back-off, too. */
const ALSO: ReadonlyMap<string, readonly string[]> = new Map([
  ['CrashLoopBackOff', ['OOMKilled', 'StartError', 'FrequentRestarts']],
  ['FrequentRestarts', ['CrashLoopBackOff']],
  ['Unhealthy', ['CrashLoopBackOff', 'FrequentRestarts', 'ReadinessGatesNotReady']],
]);

/** Condition → the kinds whose detectors see all of it: where these are synced and find nothing, it does not hold. */
const FULLY_SEEN: ReadonlyMap<string, readonly string[]> = new Map([
  ...[
    'CrashLoopBackOff',
    'CreateContainerConfigError',
    'CreateContainerError',
    'ErrImageNeverPull',
    'Evicted',
    'FailedScheduling',
    'FrequentRestarts',
    'ImagePullBackOff',
    'InvalidImageName',
    'OOMKilled',
    'PodFailed',
    'RunContainerError',
    'StartError',
    'StuckTerminating',
  ].map((condition) => [condition, ['Pod']] as const),
  ...['NodeNotReady', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'].map(
    (condition) => [condition, ['Node']] as const,
  ),
  ...['MinimumReplicasUnavailable', 'ProgressDeadlineExceeded', 'RolloutStuck'].map(
    (condition) => [condition, ['Deployment']] as const,
  ),
  ['ReplicasUnavailable', ['StatefulSet', 'DaemonSet']],
  ...['BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy'].map((condition) => [condition, ['Job']] as const),
  ...['PersistentVolumeClaimPending', 'PersistentVolumeClaimLost'].map(
    (condition) => [condition, ['PersistentVolumeClaim']] as const,
  ),
  ['MissSchedule', ['CronJob']],
  ['NoEndpoints', ['Service']],
]);

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
    const kinds = FULLY_SEEN.get(condition);
    // What only Events tell of (a failed mount, a failing liveness probe) is not seen to end.
    if (kinds === undefined || !kinds.every((kind) => this.#isSynced(clusterUid, kind))) return undefined;
    // A grace may be running: nothing raised is no proof of its end while the root does not work.
    return this.healthy(clusterUid, root) === false && this.#isAwaited(clusterUid, root) ? undefined : false;
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

  /** Only replicas that are wanted and missing may still have a grace to run. */
  #isAwaited(clusterUid: string, root: ObjectRef): boolean {
    const object = this.#cache.of(clusterUid).live(root.uid);
    return object !== undefined && workHealth(object, this.#cache.of(clusterUid)) === false;
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
