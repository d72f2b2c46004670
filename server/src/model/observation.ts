/** Observations: single facts from a source, normalised, before any decision about them. */
import type { ClusterRef, ObjectRef } from './object-ref.ts';
import type { Severity } from './severity.ts';

/**
 * Where an observation came from. `event` is a Kubernetes Event, `state` a detector's reading of object state, `alert` an alert of
 * Alertmanager, `report` what an application, a CloudEvent or a log said.
 */
export type ObservationSource = 'event' | 'state' | 'alert' | 'report';

/** A detector, or an alert, says that a condition began (`raised`) or ended (`cleared`); an Event says neither. */
export type Transition = 'raised' | 'cleared';

/** What all sources share. Times are milliseconds since the Unix epoch. */
interface ObservationBase {
  readonly cluster: ClusterRef;
  /** Unique in the cluster: the Event's metadata.uid; the state key (object uid, container, condition, transition time); of others, made from how they tell their own apart. */
  readonly uid: string;
  readonly object: ObjectRef;
  /** Reason as the reporter wrote it; for state and alerts, the condition's name. */
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

/**
 * Half of an alert's life. Raised: `firstSeen` is when it began, `lastSeen` when it was last said to go on. Cleared: both are when it
 * ended. The condition is the alert's name.
 */
export interface AlertObservation extends ObservationBase {
  readonly source: 'alert';
  readonly condition: string;
  readonly transition: Transition;
  /** Empty where it names none. */
  readonly container: string;
  readonly related: null;
  /** What tells alerts of one name apart, the same each time that it fires: its labels' fingerprint. */
  readonly series: string;
  /** As its author says. */
  readonly severity: Severity;
}

export interface ReportObservation extends ObservationBase {
  readonly source: 'report';
  readonly related: null;
  /** As its sender says; null where they do not. */
  readonly severity: Severity | null;
}

export type Observation = EventObservation | StateObservation | AlertObservation | ReportObservation;

/** Whether it says that a condition is over. */
export function isEnd(observation: Observation): boolean {
  return 'transition' in observation && observation.transition === 'cleared';
}

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
  | 'ignored-by-annotation'
  /** An alert that Tattle made itself, or an incident from its sinks. */
  | 'made-by-tattle'
  /** Of a place that its sender may not report about. */
  | 'outside-scope'
  /** Its sender left it out: Alertmanager's `max_alerts`. */
  | 'truncated';

/** One thing a source hands to the intake. A batch of arrivals and the position after it commit together. */
export type Arrival =
  | { readonly kind: 'observation'; readonly observation: Observation }
  /** Dropped before triage; of the event stream, and counted as received from it, unless told. */
  | {
      readonly kind: 'dropped';
      readonly cluster: ClusterRef;
      readonly reason: DropReason;
      readonly source?: ObservationSource;
    }
  /** Counted as received, likewise, and kept aside as `poison`, with the first bytes and why it could not be read. */
  | {
      readonly kind: 'dead-letter';
      readonly cluster: ClusterRef;
      readonly excerpt: string;
      readonly error: string;
      readonly source?: ObservationSource;
    };
