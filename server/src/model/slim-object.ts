/** The slim cache's objects: only the fields that detectors, owner chains and evidence need; never managedFields or Secrets. */
import type { ObjectRef } from './object-ref.ts';

/** One watched object, slimmed. `spec` and `status` hold what the kind's slimmer kept, in Kubernetes' own field names. */
export interface SlimObject {
  readonly ref: ObjectRef;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The controlling owner first. */
  readonly owners: readonly ObjectRef[];
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly deletingSince: number | null;
  /** What must let go before a deletion ends; left out where there are none. */
  readonly finalizers?: readonly string[];
  readonly generation: number;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
}

/** Whether a kind's absence from the cache means anything. Only `synced` does: unknown is not absent. */
export type KindKnowledge = 'synced' | 'syncing' | 'denied' | 'not-watched';

/** The reading side of the cache of all clusters. Answers stay true for a while after deletion. */
export interface ObjectCache {
  /** By uid where `ref` has one (also when recently deleted), else by kind, namespace and name. */
  find(clusterUid: string, ref: ObjectRef): SlimObject | undefined;
  list(clusterUid: string, kind: string, namespace?: string): Iterable<SlimObject>;
  knowledge(clusterUid: string, kind: string): KindKnowledge;
  /** Top of the controller chain; `ref` itself where it has no owner or the chain is unknown. */
  rootOwner(clusterUid: string, ref: ObjectRef): ObjectRef;
  /** From the object up: Pod, ReplicaSet, Deployment. */
  ownerChain(clusterUid: string, ref: ObjectRef): readonly SlimObject[];
  /** The node that the object runs on or is; empty where unknown. */
  nodeOf(clusterUid: string, ref: ObjectRef): string;
}

/** What detectors hold to be true right now: the level behind the raised and cleared edges. */
export interface ActiveConditions {
  /**
   * Whether `condition` holds on any object of the root owner now; undefined where it cannot be known
   * (no detector for this condition, kind not synced).
   */
  holds(clusterUid: string, root: ObjectRef, condition: string): boolean | undefined;
  /** Whether the root works: wanted replicas ready, node ready, job complete, or gone; undefined where it cannot be known. */
  healthy(clusterUid: string, root: ObjectRef): boolean | undefined;
}
