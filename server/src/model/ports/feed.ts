/** What changed in the store, in order, for whoever follows it. */
import type { ClusterEvent } from '../cluster-event.ts';

/**
 * What changed, in an order that every replica and every restart agrees on. Nothing is told before a crash of the store could not
 * take it back.
 */
export interface Feed {
  /** Where it ends now. */
  end(): Promise<FeedPosition>;
  /** What comes after `position`, oldest first, `limit` entries at the most. Null where that is not kept any more, or was never given out. */
  after(position: FeedPosition, limit: number): Promise<readonly FeedEntry[] | null>;
}

/** Opaque text without blanks: 1 to 100 of letters, digits, `.`, `-`, `_`. */
export type FeedPosition = string;

export interface FeedEntry {
  readonly position: FeedPosition;
  readonly at: number;
  /** New, or happened again; as they are stored when this is read. */
  readonly events: readonly ClusterEvent[];
  /** Incidents of which something changed: head, strands, log, evidence or diagnosis. */
  readonly incidentIds: readonly string[];
  /** What else changed. */
  readonly topics: readonly FeedTopic[];
}

export type FeedTopic = 'settings' | 'deliveries' | 'gaps' | 'silences';
