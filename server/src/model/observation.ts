/** Observations: single facts from a source, normalised, before any decision about them. */
import type { ClusterRef, ObjectRef } from './object-ref.ts';

/** Where an observation came from. `event` is a Kubernetes Event, `state` a detector's reading of object state. */
export type ObservationSource = 'event' | 'state';

/** A detector says that a condition began (`raised`) or ended (`cleared`); an Event says neither. */
export type Transition = 'raised' | 'cleared';

/** What both sources share. Times are milliseconds since the Unix epoch. */
interface ObservationBase {
  readonly cluster: ClusterRef;
  /** Unique in the cluster: the Event's metadata.uid, or the state key (object uid, container, condition, transition time). */
  readonly uid: string;
  readonly object: ObjectRef;
  /** Reason as the reporter wrote it; for state, the condition's name. */
  readonly reason: string;
  /** `Normal` or `Warning` from well-behaved reporters; core/v1 does not validate it. */
  readonly type: string;
  readonly message: string;
  /** How often it happened up to now, at least 1. */
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** reportingController or source.component; `tattle` for state. */
  readonly component: string;
  /** source.host or reportingInstance, empty where unknown. */
  readonly host: string;
  /** Labels and annotations of the Event itself, or of the object for state. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface EventObservation extends ObservationBase {
  readonly source: 'event';
  readonly related: ObjectRef | null;
}

export interface StateObservation extends ObservationBase {
  readonly source: 'state';
  readonly condition: string;
  readonly transition: Transition;
  /** Empty where the condition is not a container's. */
  readonly container: string;
  readonly related: ObjectRef | null;
}

export type Observation = EventObservation | StateObservation;

/** Why something that arrived is not stored. Every one is a metric label and counted in accounting. */
export type DropReason =
  | 'ttl-expired'
  | 'poison'
  | 'namespace-not-monitored'
  | 'namespace-excluded'
  | 'cluster-scoped-off'
  | 'event-type'
  | 'reason'
  | 'kind'
  | 'component'
  | 'label-selector'
  | 'annotation-selector'
  | 'minimum-count'
  | 'ignored-by-annotation';

/** One thing a source hands to the intake. A batch of arrivals and the position after it commit together. */
export type Arrival =
  | { readonly kind: 'observation'; readonly observation: Observation }
  /** Counted as received from the event stream, and dropped before triage. */
  | { readonly kind: 'dropped'; readonly cluster: ClusterRef; readonly reason: DropReason }
  /** Counted as received and kept aside as `poison`, with the first bytes and why it could not be read. */
  | { readonly kind: 'dead-letter'; readonly cluster: ClusterRef; readonly excerpt: string; readonly error: string };
