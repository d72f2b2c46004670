/** What happened of late and what rules raised, for their windows after a restart. */
import type { ClusterEvent } from '../cluster-event.ts';

/** What rules over events count on after a restart: what was stored before this process began. */
export interface RecentOccurrences {
  /** Of what happened at `from` (milliseconds) or later. */
  since(from: number): OccurrenceReader;
  /** Alerts of one reporting component, of those that were heard of since `from`, the newest first. Throws `StoreUnavailable`. */
  alertsOf(component: string, from: number, limit: number): Promise<readonly StoredAlert[]>;
}

export interface OccurrenceReader {
  /** The next page, the newest first, of `limit` rows at the most; the same again after it threw. Throws `StoreUnavailable`. */
  next(limit: number): Promise<OccurrencePage>;
}

export interface OccurrencePage {
  /** With a delta; fewer than `read` where rows tell of nothing new, or this process wrote them. */
  readonly items: readonly PastOccurrence[];
  readonly read: number;
  /** Everything that is newer than this was read, milliseconds; `from` at the end. */
  readonly reached: number;
}

export interface PastOccurrence {
  /** Severity, category, type and count as they were then; the rest as it is stored now. */
  readonly event: ClusterEvent;
  /** Milliseconds. */
  readonly at: number;
  readonly delta: number;
}

/** An event of an alert. */
export interface StoredAlert {
  readonly cluster: string;
  readonly uid: string;
  readonly condition: string | null;
  /** When it was last heard of, milliseconds. */
  readonly at: number;
}
