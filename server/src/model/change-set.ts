/** What one batch changes: computed purely from memory, committed in one transaction, and only then adopted by memory. */
import type { NewAuditEntry } from './access.ts';
import type { TriagedEvent } from './cluster-event.ts';
import type { ObjectChange } from './change.ts';
import type { IncidentHead, LogEntry, NewJob, Strand, Tie } from './incident.ts';
import type { ClusterRef, ObjectRef } from './object-ref.ts';
import type { DropReason } from './observation.ts';
import type { Gap, Position } from './position.ts';

/** What the store already holds about an event's uid. */
export interface KnownEvent {
  /** The store's own key, a safe integer. */
  readonly eventId: number;
  readonly count: number;
  readonly lastSeen: number;
  readonly incidentId: string | null;
}

/** A first sight: one new row and its first occurrence. */
export interface NewEvent {
  readonly event: TriagedEvent;
  /** Occurrences so far: the count at first sight. */
  readonly delta: number;
  readonly incidentId: string | null;
}

/** A known uid seen again. `delta` is 0 when only its time or message moved on. */
export interface RepeatedEvent {
  readonly event: TriagedEvent;
  readonly known: KnownEvent;
  readonly delta: number;
  readonly incidentId: string | null;
}

export interface EventMove {
  readonly from: string;
  readonly to: string;
  readonly root: ObjectRef;
  readonly condition: string;
}

export interface DeadLetter {
  readonly cluster: ClusterRef;
  readonly excerpt: string;
  readonly error: string;
  readonly at: number;
}

export interface ChangeSet {
  /** Ingest time of the batch, milliseconds. */
  readonly at: number;
  readonly created: readonly NewEvent[];
  readonly repeated: readonly RepeatedEvent[];
  /** Incidents as they are after this batch, new and changed ones. */
  readonly incidents: readonly IncidentHead[];
  /** Strands that are new or of which more than the count changed, as they are after this batch. */
  readonly strands: readonly Strand[];
  /** Strands that only went on: their last sight, count and severity. */
  readonly counted: readonly Strand[];
  readonly log: readonly LogEntry[];
  readonly ties: readonly Tie[];
  /** Events that were taken to another incident with their strand. */
  readonly moves: readonly EventMove[];
  /** What was changed on objects, redacted. */
  readonly objectChanges: readonly ObjectChange[];
  readonly jobs: readonly NewJob[];
  readonly deadLetters: readonly DeadLetter[];
  readonly gaps: readonly Gap[];
  readonly positions: readonly Position[];
  /** What people did, for the audit trail. */
  readonly audit: readonly NewAuditEntry[];
  /** Its commit waits for the disk, since a sender is told of it and will not send it again. What positions cover is watched again. */
  readonly durable?: boolean;
}

/** 0-contracts' accounting, of the event stream: received = stored + repeats + the sum of dropped. */
export interface Tally {
  received: number;
  stored: number;
  repeats: number;
  dropped: Partial<Record<DropReason, number>>;
  /** Object-state traffic (LIST items and watch events of every other resource), counted apart. */
  observed: number;
  /** Sum of the deltas of the event stream. */
  occurrences: number;
}
