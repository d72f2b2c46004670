/** Deletes what the feed kept long enough, a piece at a time, beside the batches that make it grow. */
import type { Statement } from './statements.ts';

/** Long enough for a laptop's nap or an upgrade; at 25,000 events a second it is 250 MB, beside more than 10 GB of events. */
export const FEED_KEPT_MS = 15 * 60_000;
const SWEEP_EVERY_MS = 10_000;
/** Ten seconds of 500 commits a second. 5,000 rows of 500 events take 60 ms, the few hundred of a busy cluster 15 ms. */
const PIECE = 5_000;

/**
 * The oldest rows, up to the last one that is old enough: by position, so that what is left is whole from some point on. Who
 * holds the lock already sweeps; nobody waits.
 */
const SWEEP = `WITH state AS (SELECT gone_xid, gone_no FROM feed_state FOR UPDATE SKIP LOCKED),
    oldest AS (SELECT f.xid, f.no, f.at FROM state s CROSS JOIN LATERAL (
      SELECT xid, no, at FROM feed WHERE (xid, no) > (s.gone_xid, s.gone_no) ORDER BY xid, no LIMIT ${String(PIECE)}) f),
    past AS (SELECT xid, no FROM oldest WHERE at <= (extract(epoch FROM now()) * 1000)::bigint - ${String(FEED_KEPT_MS)}
      ORDER BY xid DESC, no DESC LIMIT 1),
    deleted AS (DELETE FROM feed f USING past p WHERE (f.xid, f.no) <= (p.xid, p.no))
  UPDATE feed_state SET gone_xid = p.xid, gone_no = p.no, written = pg_current_xact_id() FROM past p`;

export const FEED_SWEEP: Statement & { kind: 'query' } = { kind: 'query', name: 'feed sweep', text: SWEEP, values: [] };

/** When it is due: with the first batch after some seconds, since only what is written to grows. */
export class FeedSweep {
  #at: number | null = null;

  /** What is to go with a batch; `at` is its ingest time. */
  statement(at: number): Statement | null {
    if (this.#at !== null && Math.abs(at - this.#at) < SWEEP_EVERY_MS) return null;
    this.#at = at;
    return FEED_SWEEP;
  }
}
