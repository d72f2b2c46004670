/** Deletes what the feed kept long enough and every sink has taken, a piece at a time, beside the batches that make it grow. */
import type { Statement } from './statements.ts';

/** Long enough for a laptop's nap or an upgrade; at 25,000 events a second it is 250 MB, beside more than 10 GB of events. */
export const FEED_KEPT_MS = 15 * 60_000;
const SWEEP_EVERY_MS = 10_000;
/** Ten seconds of 500 commits a second. 5,000 rows of 500 events take 60 ms, the few hundred of a busy cluster 15 ms. */
const PIECE = 5_000;

/** What is kept longer for sinks that have not taken it yet. */
export interface FeedHold {
  readonly ms: number;
  /** Of the feed; a row is a batch. */
  readonly rows: number;
}

/** A day; at a hundred events a row, half a million rows are 1 GB. */
export const DEFAULT_FEED_HOLD: FeedHold = { ms: 24 * 3_600_000, rows: 500_000 };

/** By the database's clock, milliseconds. */
const NOW = '(extract(epoch FROM now()) * 1000)::bigint';
const POSITION = `split_part(p.feed_position, '.', 2)::xid8 AS xid, split_part(p.feed_position, '.', 3)::bigint AS no`;

/**
 * The oldest rows, up to the last one that is old enough: by position, so that what is left is whole from some point on. Who
 * holds the lock already sweeps; nobody waits. Old enough is what the slowest sink has taken, or what is beyond the hold. A sink
 * counts while somebody wants it, and while its position is one of this feed.
 */
export function feedSweep(hold: FeedHold): Statement & { kind: 'query' } {
  return {
    kind: 'query',
    name: 'feed sweep',
    text: `WITH state AS (SELECT gone_xid, gone_no, replace(epoch::text, '-', '') AS epoch FROM feed_state FOR UPDATE SKIP LOCKED),
    slowest AS (SELECT ${POSITION} FROM sink_positions p JOIN state s ON left(p.feed_position, 32) = s.epoch
      WHERE p.wanted_at > now() - ${String(Math.ceil(hold.ms / 1000))} * interval '1 second' ORDER BY 1, 2 LIMIT 1),
    newest AS (SELECT no FROM feed ORDER BY xid DESC, no DESC LIMIT 1),
    oldest AS (SELECT f.xid, f.no, f.at FROM state s CROSS JOIN LATERAL (
      SELECT xid, no, at FROM feed WHERE (xid, no) > (s.gone_xid, s.gone_no) ORDER BY xid, no LIMIT ${String(PIECE)}) f),
    past AS (SELECT o.xid, o.no FROM oldest o CROSS JOIN newest n LEFT JOIN slowest s ON true
      WHERE o.at <= ${NOW} - ${String(FEED_KEPT_MS)}
        AND (s.xid IS NULL OR (o.xid, o.no) <= (s.xid, s.no) OR o.at <= ${NOW} - ${String(hold.ms)} OR o.no <= n.no - ${String(hold.rows)})
      ORDER BY o.xid DESC, o.no DESC LIMIT 1),
    deleted AS (DELETE FROM feed f USING past p WHERE (f.xid, f.no) <= (p.xid, p.no))
  UPDATE feed_state SET gone_xid = p.xid, gone_no = p.no, written = pg_current_xact_id() FROM past p`,
    values: [],
  };
}

/** When it is due: with the first batch after some seconds, since only what is written to grows. */
export class FeedSweep {
  readonly #statement: Statement;
  #at: number | null = null;

  constructor(hold: FeedHold) {
    this.#statement = feedSweep(hold);
  }

  /** What is to go with a batch; `at` is its ingest time. */
  statement(at: number): Statement | null {
    if (this.#at !== null && Math.abs(at - this.#at) < SWEEP_EVERY_MS) return null;
    this.#at = at;
    return this.#statement;
  }
}
