/** Incidents, the evidence that hangs on them, and the jobs that work on them. */
import type { ClusterRef, ObjectRef } from './object-ref.ts';
import type { Category, Severity } from './cluster-event.ts';

export type IncidentState = 'open' | 'acknowledged' | 'resolved' | 'regressed';

/** One problem. Until a better correlator lands, one (cluster, root owner, condition) is one incident. */
export interface Incident {
  readonly id: string;
  readonly cluster: ClusterRef;
  /** What makes two observations the same problem: `v1:` + hex over cluster, root owner, condition. */
  readonly problemKey: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly category: Category;
  readonly condition: string;
  readonly root: ObjectRef;
  /** The object that the first observation was about (a pod, often), which evidence is captured from. */
  readonly subject: ObjectRef;
  readonly title: string;
  readonly openedAt: number;
  readonly lastSeen: number;
  /** When its condition was last seen to have ended; it resolves after the hold-down. Null while it goes on. */
  readonly clearedAt: number | null;
  readonly resolvedAt: number | null;
  /** Sum of the deltas of its events. */
  readonly eventCount: number;
  /** The uid of the observation that opened it. */
  readonly openedBy: string;
}

export const EVIDENCE_KINDS = [
  'spec',
  'status',
  'log',
  'previous-log',
  'events',
  'owners',
  'node',
  'changes',
  'quota',
  'endpoints',
  'usage',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** What was captured at the time of failure. Redacted, size-capped after redaction. */
export interface Evidence {
  readonly id: string;
  readonly incidentId: string;
  readonly kind: EvidenceKind;
  readonly object: ObjectRef;
  /** Empty where it is not about a container. */
  readonly container: string;
  readonly capturedAt: number;
  /** Text for logs, JSON text otherwise. Empty when `error` says why it could not be had. */
  readonly body: string;
  readonly truncated: boolean;
  readonly error: string | null;
}

export type JobKind = 'evidence' | 'notice';

/** A row written with the commit that made it necessary; claimed with FOR UPDATE SKIP LOCKED. */
export interface NewJob {
  readonly kind: JobKind;
  readonly incidentId: string;
  /** The same key is queued once: replaying a commit adds nothing. */
  readonly key: string;
  readonly runAt: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface ClaimedJob extends NewJob {
  readonly id: string;
  /** Attempts made before this one. */
  readonly attempts: number;
}

/**
 * How one try of a job ended; decided where it is known. An `uncounted` retry was no attempt: the job was given back
 * while stopping, or waits for something that is not there yet.
 */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly error: string; readonly retryAfterMs?: number; readonly uncounted?: boolean }
  | { readonly kind: 'failed'; readonly error: string };
