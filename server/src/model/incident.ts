/** Incidents, the evidence that hangs on them, and the jobs that work on them. */
import type { ClusterRef, ObjectRef } from './object-ref.ts';
import type { Category, Severity } from './cluster-event.ts';

export type IncidentState = 'open' | 'acknowledged' | 'resolved' | 'regressed';

/** One problem over time, told under the name of the most telling of its strands. */
export interface IncidentHead {
  readonly id: string;
  readonly cluster: ClusterRef;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly category: Category;
  /** Of the headline: the strand that says most about the cause. */
  readonly condition: string;
  /** Where the problem sits: a workload; the node or claim that others suffer from. */
  readonly root: ObjectRef;
  /** The object that the headline's first observation was about (a pod, often), which evidence is captured from. */
  readonly subject: ObjectRef;
  readonly title: string;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
  /** `tattle`, or the person who closed it; null while it is open. */
  readonly resolvedBy: string | null;
  /** The uid of the observation that opened it. */
  readonly openedBy: string;
  /** How often it came back after its end. The hold-down grows with it, so that flapping does not reopen for ever. */
  readonly regressions: number;
  /** The incident that a person, or a later finding, merged it into: it lives on there. */
  readonly mergedInto: string | null;
  /** What people said fixed it; null until somebody does. */
  readonly resolution: string | null;
}

/** An incident with what its strands add up to. */
export interface Incident extends IncidentHead {
  readonly lastSeen: number;
  /** When the last of its strands was seen to have ended; it resolves after the hold-down. Null while one goes on. */
  readonly clearedAt: number | null;
  /** Sum of the deltas of its events. */
  readonly eventCount: number;
}

/** Why a strand belongs to its incident. */
export type JoinRule =
  | 'opened'
  | 'same-owner'
  | 'node-lost'
  | 'node-pressure'
  | 'volume'
  | 'service'
  | 'autoscaler'
  | 'related'
  | 'by-hand';

/** One condition of one root owner, as part of an incident. */
export interface Strand {
  /** What makes two observations the same problem: `v1:` + hex over cluster, root owner, condition and aspect. */
  readonly key: string;
  readonly incidentId: string;
  /** The incident that it was part of before any merge. */
  readonly bornIn: string;
  readonly cluster: ClusterRef;
  readonly root: ObjectRef;
  readonly subject: ObjectRef;
  readonly condition: string;
  /** Tells kinds of one condition apart: which probe is Unhealthy. Empty for most. */
  readonly aspect: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly clearedAt: number | null;
  readonly eventCount: number;
  readonly rule: JoinRule;
  /** The rule in a sentence, with names. */
  readonly because: string;
}

/** Two places (a root owner, or one strand) that a person tied together or took apart; holds for later incidents, too. */
export interface Tie {
  readonly clusterUid: string;
  /** Keys of places or strands, in alphabetical order. */
  readonly a: string;
  readonly b: string;
  readonly kind: 'together' | 'apart';
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

export type LogKind =
  | 'opened'
  | 'worse'
  | 'headline'
  | 'cleared'
  | 'resolved'
  | 'regressed'
  | 'acknowledged'
  | 'note'
  | 'merged'
  | 'unmerged'
  | 'split';

/** A turn in an incident's life, by Tattle or a person. */
export interface LogEntry {
  readonly incidentId: string;
  /** Unique in its incident: deciding the same batch again writes nothing twice. */
  readonly key: string;
  readonly at: number;
  readonly kind: LogKind;
  /** `tattle`, or who did it. */
  readonly by: string;
  readonly text: string;
}

export type EvidenceKind =
  | 'spec'
  | 'status'
  | 'log'
  | 'previous-log'
  | 'events'
  | 'owners'
  | 'node'
  | 'changes'
  | 'quota'
  | 'endpoints'
  | 'usage';

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

export type JobKind = 'evidence' | 'diagnosis' | 'notice' | 'notice-group' | 'test-end';

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
