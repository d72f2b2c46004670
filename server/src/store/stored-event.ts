/** A stored event as the writer remembers it. */
import type { KnownEvent } from '../model/change-set.ts';

/** What the writer must know of a stored row to count it on: `lastAt` and `lastSeq` also guard its update. */
export interface StoredEvent extends KnownEvent {
  readonly lastAt: number;
  readonly lastSeq: number;
  readonly bornAt: number;
  readonly dimsId: number;
  /** A hash of what its row says (message, condition, owner, fingerprint); 0 where it was read and not written. */
  readonly said: number;
}
