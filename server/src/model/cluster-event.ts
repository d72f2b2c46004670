/** Observations that passed triage, and what triage decided about them. */
import type { ObjectRef } from './object-ref.ts';
import type { Observation, ObservationSource } from './observation.ts';
import type { Severity } from './severity.ts';

export { SEVERITIES, type Severity } from './severity.ts';

export const CATEGORIES = [
  'Scheduling',
  'Image',
  'Crash',
  'Memory',
  'Probe',
  'Storage',
  'Network',
  'Node',
  'Config',
  'Quota',
  'Autoscaling',
  'Job',
  'Security',
  'ControlPlane',
  'Application',
  'Other',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** An observation after triage, redacted, ready to be stored. */
export interface TriagedEvent {
  readonly observation: Observation;
  readonly category: Category;
  readonly severity: Severity;
  /** The name people know (CrashLoopBackOff, ImagePullBackOff …), null where the event tells of no problem. */
  readonly condition: string | null;
  /** Top of the owner chain; the object itself where it has no owner or the chain is unknown. */
  readonly rootOwner: ObjectRef;
  /** `v1:` + 128 bits in hex over cluster, root owner, condition and message template. */
  readonly fingerprint: string;
  /** `v1:` + 128 bits in hex over cluster and root owner: what happened to one workload shares it. */
  readonly correlationId: string;
  /** Name of the node involved, empty where unknown. */
  readonly node: string;
}

/** A stored event as queries return it. Times are milliseconds since the Unix epoch. */
export interface ClusterEvent {
  readonly uid: string;
  readonly cluster: string;
  readonly clusterName: string;
  readonly origin: ObservationSource;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** When Tattle first stored it. */
  readonly ingestedAt: number;
  readonly category: Category;
  readonly severity: Severity;
  readonly condition: string | null;
  readonly fingerprint: string;
  readonly correlationId: string;
  readonly incidentId: string | null;
  readonly object: ObjectRef;
  readonly rootOwner: ObjectRef;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The reporting component (kubelet, default-scheduler …). */
  readonly source: string;
}
