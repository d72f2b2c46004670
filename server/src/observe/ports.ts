/** What the sources ask of normalising and of the slim cache: the seams inside this room. */
import type { ApiResource } from '../kube/api-resource.ts';
import type { ObjectChange } from '../model/change.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Arrival, Observation } from '../model/observation.ts';
import type { KindKnowledge } from '../model/slim-object.ts';

/** A resource whose objects are watched, in the version that discovery chose. */
export type WatchedResource = ApiResource;

/** What the API server says happened to an object. */
export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/**
 * One raw object of the event stream (either API group) as an arrival. Never throws: DELETED becomes dropped
 * `ttl-expired`, what cannot be read becomes a dead letter.
 */
export type EventNormaliser = (raw: unknown, type: 'LIST' | ChangeType, cluster: ClusterRef) => Arrival;

/** Which part of a list a page is. */
export interface ListScope {
  /** The list starts (again): what an earlier, unfinished list of this scope brought is forgotten. */
  readonly first: boolean;
  /** Empty when the list covers the whole cluster; else only this namespace's objects are replaced. */
  readonly namespace: string;
}

/** The slim cache and the detectors behind it. Synchronous; an exception inside belongs to its object and is contained there. */
export interface ObjectTracker {
  /** A page of a list. With `complete`, objects of the scope that no page since `first` named are gone. */
  replace(
    cluster: ClusterRef,
    resource: WatchedResource,
    items: readonly unknown[],
    complete: boolean,
    scope: ListScope,
  ): readonly Observation[];
  change(cluster: ClusterRef, resource: WatchedResource, type: ChangeType, object: unknown): readonly Observation[];
  markKnowledge(cluster: ClusterRef, kind: string, knowledge: KindKnowledge): void;
  /** What time alone brings about: graces that ran out, windows that closed. Called about every second. */
  tick(cluster: ClusterRef, now: number): readonly Observation[];
  /** What people and controllers changed on objects since this was last asked. */
  takeChanges(cluster: ClusterRef): readonly ObjectChange[];
}
