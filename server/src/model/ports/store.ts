/** The writing half of the store, and how it refuses. */
import type { ChangeSet, KnownEvent } from '../change-set.ts';
import type { IncidentHead, Strand, Tie } from '../incident.ts';
import type { Position } from '../position.ts';

/** What memory knew before a restart. */
export interface RecoveredState {
  readonly incidents: readonly IncidentHead[];
  readonly strands: readonly Strand[];
  readonly ties: readonly Tie[];
  /** Fingerprint → last time it was seen, within the deduplication window. */
  readonly recentFingerprints: readonly (readonly [fingerprint: string, lastSeen: number])[];
}

export interface EventKey {
  readonly clusterUid: string;
  readonly uid: string;
}

export interface PreparedCommit {
  /** Throws like `Store.commit`. */
  commit(): Promise<void>;
}

/** The writing half of the store. Every method is one transaction. */
export interface Store {
  /** What is already stored of these keys: index i answers keys[i], null where it is new. */
  identify(keys: readonly EventKey[]): Promise<readonly (KnownEvent | null)[]>;
  /**
   * Events, occurrences, rollups, incidents, jobs, dead letters, gaps and positions, in one transaction, positions last.
   * Throws `ConflictError` when another writer stored one of `created` meanwhile: identify again and retry.
   */
  commit(change: ChangeSet): Promise<void>;
  /**
   * `commit` in two steps, so that a batch is made ready while the one before it commits. Commits follow in the order of
   * preparation; after one that failed, those prepared before the failure throw `ConflictError`.
   */
  prepare(change: ChangeSet): Promise<PreparedCommit>;
  recover(clusterUids: readonly string[], since: number): Promise<RecoveredState>;
  /** Incidents that memory may have forgotten, with their strands, and those that they were merged into. */
  incidents(ids: readonly string[]): Promise<Pick<RecoveredState, 'incidents' | 'strands'>>;
  position(clusterUid: string, stream: string): Promise<Position | null>;
  close(): Promise<void>;
}

/** Another writer was faster; the batch is to be identified and decided again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The store cannot be reached or cannot write for now; the same call may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The store refuses this very data and always will: cut the batch in half to find what is at fault, and set that aside. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** A page's cursor is not one that this store gave out. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
}
