/** Tracks the state of watched objects: the slim cache, the detectors that read it, and their deadlines. */
import type { ObjectChange } from '../model/change.ts';
import type { ClusterRef, ObjectRef } from '../model/object-ref.ts';
import type { Observation } from '../model/observation.ts';
import type { Clock } from '../model/ports/process.ts';
import type { KindKnowledge, SlimObject } from '../model/slim-object.ts';
import { resourceId } from '../kube/api-resource.ts';
import type { SlimCache } from './cache.ts';
import { DEFAULT_GRACES, type Graces } from './detectors/detector.ts';
import type { ChangeType, ListScope, ObjectTracker, WatchedResource } from './ports.ts';
import { Interner } from './slim/interner.ts';
import { cachedKind, slim } from './slim/slim.ts';
import { ClusterConditions, type OnFault } from './tracker-cluster.ts';

export interface TrackerOptions {
  readonly cache: SlimCache;
  readonly clock: Pick<Clock, 'now'>;
  readonly graces?: Partial<Graces>;
  /** An exception of a detector, or an object that could not be read: contained, and told here. */
  readonly onFault: OnFault;
}

export class StateTracker implements ObjectTracker {
  readonly #cache: SlimCache;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #graces: Graces;
  readonly #onFault: OnFault;
  readonly #interner = new Interner();
  readonly #clusters = new Map<string, ClusterConditions>();
  /** Uids that the pages of an unfinished list named. */
  readonly #listed = new Map<string, Set<string>>();

  constructor(options: TrackerOptions) {
    this.#cache = options.cache;
    this.#clock = options.clock;
    this.#graces = { ...DEFAULT_GRACES, ...options.graces };
    this.#onFault = options.onFault;
  }

  replace(
    cluster: ClusterRef,
    resource: WatchedResource,
    items: readonly unknown[],
    complete: boolean,
    scope: ListScope,
  ): readonly Observation[] {
    const now = this.#clock.now();
    const observations = this.#advanced(cluster, now);
    const conditions = this.conditionsOf(cluster);
    const list = `${cluster.uid}|${resourceId(resource)}|${scope.namespace}`;
    const listed = (scope.first ? undefined : this.#listed.get(list)) ?? new Set<string>();
    this.#listed.set(list, listed);
    for (const item of items) {
      const object = this.#read(resource, item);
      if (object === undefined) continue;
      listed.add(object.ref.uid);
      this.#contain(object.ref, 'tracker', () => conditions.put(object, now, observations));
    }
    if (!complete) return observations;
    this.#listed.delete(list);
    const namespace = scope.namespace === '' ? undefined : scope.namespace;
    const gone = [...this.#cache.list(cluster.uid, cachedKind(resource), namespace)].filter(
      ({ ref }) => !listed.has(ref.uid),
    );
    for (const object of gone) this.#contain(object.ref, 'tracker', () => conditions.remove(object, now, observations));
    return observations;
  }

  change(cluster: ClusterRef, resource: WatchedResource, type: ChangeType, raw: unknown): readonly Observation[] {
    const now = this.#clock.now();
    const observations = this.#advanced(cluster, now);
    const object = this.#read(resource, raw);
    if (object === undefined) return observations;
    const conditions = this.conditionsOf(cluster);
    this.#contain(object.ref, 'tracker', () => {
      if (type === 'DELETED') conditions.remove(object, now, observations);
      else conditions.put(object, now, observations);
    });
    return observations;
  }

  markKnowledge(cluster: ClusterRef, kind: string, knowledge: KindKnowledge): void {
    this.#cache.of(cluster.uid).mark(kind, knowledge);
    this.conditionsOf(cluster).mark(kind, knowledge, this.#clock.now());
  }

  tick(cluster: ClusterRef, now: number): readonly Observation[] {
    return this.#advanced(cluster, now);
  }

  takeChanges(cluster: ClusterRef): readonly ObjectChange[] {
    return this.conditionsOf(cluster).takeChanges();
  }

  conditionsOf(cluster: ClusterRef): ClusterConditions {
    let conditions = this.#clusters.get(cluster.uid);
    if (conditions === undefined) {
      conditions = new ClusterConditions(cluster, this.#cache.of(cluster.uid), this.#graces, this.#onFault);
      this.#clusters.set(cluster.uid, conditions);
    }
    return conditions;
  }

  /** Undefined for a cluster that was never heard of. */
  known(clusterUid: string): ClusterConditions | undefined {
    return this.#clusters.get(clusterUid);
  }

  #advanced(cluster: ClusterRef, now: number): Observation[] {
    const observations: Observation[] = [];
    this.conditionsOf(cluster).advance(now, observations);
    return observations;
  }

  #read(resource: WatchedResource, raw: unknown): SlimObject | undefined {
    const nameless = { kind: resource.kind, namespace: '', name: '', uid: '' };
    return this.#contain(nameless, 'slim', () => slim(resource, raw, this.#interner));
  }

  /** One object's fault never costs the others. */
  #contain<T>(ref: ObjectRef, where: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#onFault(error instanceof Error ? error : new Error(String(error)), ref, where);
      return undefined;
    }
  }
}
