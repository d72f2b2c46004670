/** A cluster that a test writes by hand: objects as the API server gives them, a clock in seconds, and what was told. */
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Observation, StateObservation } from '../../model/observation.ts';
import type { ListScope, WatchedResource } from '../ports.ts';
import { SlimCache } from '../cache.ts';
import { TrackedConditions } from '../conditions.ts';
import { StateTracker } from '../tracker.ts';

const BASE = Date.parse('2026-11-20T12:00:00Z');
export const cluster: ClusterRef = { uid: 'c', name: 'test' };

export interface Raw {
  readonly kind: string;
  readonly [field: string]: unknown;
}

const PLACES: Readonly<Record<string, readonly [group: string, resource: string]>> = {
  Pod: ['', 'pods'],
  Node: ['', 'nodes'],
  Namespace: ['', 'namespaces'],
  Service: ['', 'services'],
  PersistentVolumeClaim: ['', 'persistentvolumeclaims'],
  EndpointSlice: ['discovery.k8s.io', 'endpointslices'],
  Deployment: ['apps', 'deployments'],
  ReplicaSet: ['apps', 'replicasets'],
  StatefulSet: ['apps', 'statefulsets'],
  DaemonSet: ['apps', 'daemonsets'],
  Job: ['batch', 'jobs'],
  CronJob: ['batch', 'cronjobs'],
  HorizontalPodAutoscaler: ['autoscaling', 'horizontalpodautoscalers'],
};

function resourceOf(kind: string): WatchedResource {
  const [group, resource] = PLACES[kind] ?? ['example.org', `${kind.toLowerCase()}s`];
  return { group, version: 'v1', resource, kind, namespaced: kind !== 'Node' && kind !== 'Namespace' };
}

/** RFC 3339 of a second of the test's time. */
export function at(seconds: number): string {
  return new Date(BASE + seconds * 1000).toISOString().replace('.000', '');
}

/** Metadata in the namespace `shop`, with a uid made of kind and name. */
export function meta(kind: string, name: string, extra: object = {}): object {
  const namespace = kind === 'Node' || kind === 'Namespace' ? {} : { namespace: 'shop' };
  return { name, ...namespace, uid: `${kind}-${name}`, creationTimestamp: at(0), ...extra };
}

export function ownedBy(kind: string, name: string): object {
  return { ownerReferences: [{ kind, name, uid: `${kind}-${name}`, controller: true }] };
}

export class WatchedCluster {
  readonly cache = new SlimCache();
  readonly told: StateObservation[] = [];
  readonly faults: string[] = [];
  readonly tracker: StateTracker;
  readonly conditions: TrackedConditions;
  #now = BASE;

  constructor() {
    this.tracker = new StateTracker({
      cache: this.cache,
      clock: { now: () => this.#now },
      onFault: (error, ref, name) => this.faults.push(`${name} ${ref.name}: ${error.message}`),
    });
    this.conditions = new TrackedConditions(this.cache, this.tracker);
  }

  sync(...kinds: readonly string[]): this {
    for (const kind of kinds) this.tracker.markKnowledge(cluster, kind, 'synced');
    return this;
  }

  /** Objects as they are from this second on. */
  see(seconds: number, ...objects: readonly Raw[]): this {
    this.#now = BASE + seconds * 1000;
    for (const raw of objects) this.#take(this.tracker.change(cluster, resourceOf(raw.kind), 'MODIFIED', raw));
    return this;
  }

  lose(seconds: number, raw: Raw): this {
    this.#now = BASE + seconds * 1000;
    this.#take(this.tracker.change(cluster, resourceOf(raw.kind), 'DELETED', raw));
    return this;
  }

  list(
    seconds: number,
    kind: string,
    items: readonly unknown[],
    scope: Partial<ListScope> = {},
    complete = true,
  ): this {
    this.#now = BASE + seconds * 1000;
    this.#take(
      this.tracker.replace(cluster, resourceOf(kind), items, complete, { first: true, namespace: '', ...scope }),
    );
    return this;
  }

  wait(seconds: number): this {
    this.#now = BASE + seconds * 1000;
    this.#take(this.tracker.tick(cluster, this.#now));
    return this;
  }

  /** `+CrashLoopBackOff web@12`: raised (+) or cleared (-), the condition, the object, the second it names. */
  get story(): readonly string[] {
    return this.told.map(({ transition, condition, object, lastSeen }) => {
      return `${transition === 'raised' ? '+' : '-'}${condition} ${object.name}@${(lastSeen - BASE) / 1000}`;
    });
  }

  #take(observations: readonly Observation[]): void {
    for (const observation of observations) if (observation.source === 'state') this.told.push(observation);
  }
}
