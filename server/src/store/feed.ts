/**
 * The Feed port: rows of committed transactions, in an order that holds for every reader, and none before it is on the disk.
 *
 * Order: a row counts once every transaction up to its own has ended, since a slower one could still put a row before it. A
 * transaction that stays open on the server holds the feed back for as long, whatever it does.
 *
 * Disk: the hot path commits asynchronously. A crash could take a row back that was told, and give its numbers to another. So
 * everything is read first and then made durable, on a connection that was there all the while: where it still answers at the
 * end, no crash lies between.
 */
import type pg from 'pg';
import { StoreUnavailable } from '../model/ports/store.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { Feed, FeedPosition, FeedTopic } from '../model/ports/feed.ts';
import type { EventOccurrence, SinkFeedEntry } from '../model/sink.ts';
import type { Connections } from './connections.ts';
import { storeError } from './errors.ts';
import { readEvents } from './feed-events.ts';
import { parsePosition, writePosition } from './feed-position.ts';

/** An answer has no more events than this, unless its first entry has: an entry is a batch, and may hold a thousand. */
const MOST_EVENTS = 2_000;

/**
 * The timeline of the write-ahead log is part of the epoch: a standby that took over, or a recovery to an earlier moment, lacks
 * nobody knows what.
 */
const STATE = `SELECT replace(epoch::text, '-', '') || '-' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) AS epoch,
    gone_xid, gone_no, pg_snapshot_xmin(pg_current_snapshot()) AS horizon
  FROM feed_state WHERE xmin = written::xid`;

/** One row at least: the state, with each entry beside it. All of it is seen in one snapshot. */
const AFTER = `WITH state AS MATERIALIZED (${STATE})
  SELECT s.epoch,
    (s.gone_xid, s.gone_no) <= ($1::xid8, $2::bigint)
      AND ($1::xid8 < s.horizon OR ($1::xid8 = s.horizon AND $2::bigint = 0)) AS known,
    f.xid::text AS xid, f.no::text AS no, f.at, f.event_ids, f.counts, f.deltas, f.incident_ids, f.topics
  FROM state s LEFT JOIN LATERAL (
    SELECT *, sum(cardinality(event_ids)) OVER (ORDER BY xid, no) AS events FROM (
      SELECT * FROM feed WHERE (xid, no) > ($1::xid8, $2::bigint) AND xid < s.horizon ORDER BY xid, no LIMIT $3
    ) page
  ) f ON f.events <= ${String(MOST_EVENTS)} OR f.events = cardinality(f.event_ids)
  ORDER BY f.xid, f.no`;

const ALL_ON_DISK = 'SELECT pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn() AS yes';

/** The least that a synchronous commit can be; it takes all before it along. */
const FLUSH = `BEGIN; SET LOCAL synchronous_commit = local; SELECT pg_logical_emit_message(true, 'tattle', ''::text); COMMIT`;

interface StateRow {
  readonly epoch: string;
  readonly horizon: string;
}

interface EntryRow {
  readonly epoch: string;
  readonly known: boolean;
  readonly xid: string | null;
  readonly no: string;
  readonly at: number;
  readonly event_ids: readonly string[];
  readonly counts: readonly string[];
  readonly deltas: readonly number[];
  readonly incident_ids: readonly string[];
  readonly topics: readonly FeedTopic[];
}

export class StoredFeed implements Feed {
  readonly #connections: Connections;
  #session: Promise<pg.Client> | null = null;
  #closed = false;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  async end(): Promise<FeedPosition> {
    return this.#onOneConnection(async (client) => {
      const { rows } = await client.query<StateRow>(`SELECT epoch, horizon::text AS horizon FROM (${STATE}) s`);
      const [state] = rows;
      if (state === undefined)
        throw new Error('the feed has no state: the database was changed by hand, or under a running Tattle');
      await settle(client);
      return writePosition({ epoch: state.epoch, xid: state.horizon, no: '0' });
    });
  }

  async after(position: FeedPosition, limit: number): Promise<readonly SinkFeedEntry[] | null> {
    const from = parsePosition(position);
    if (from === null) return null;
    return this.#onOneConnection(async (client) => {
      const { rows } = await client.query<EntryRow>(AFTER, [from.xid, from.no, Math.max(1, Math.floor(limit))]);
      if (rows[0]?.epoch !== from.epoch || !rows[0].known) return null;
      const found = rows.filter((row): row is EntryRow & { xid: string } => row.xid !== null);
      if (found.length === 0) return [];
      const events = await readEvents(
        this.#connections,
        found.flatMap((row) => row.event_ids.map(Number)),
      );
      await settle(client);
      return found.map((row) => ({
        position: writePosition({ epoch: from.epoch, xid: row.xid, no: row.no }),
        at: row.at,
        events: row.event_ids.flatMap((id) => events.get(Number(id)) ?? []),
        occurrences: occurrencesOf(row, events),
        incidentIds: row.incident_ids,
        topics: row.topics,
      }));
    });
  }

  /** Who reads on is told that the store is unavailable. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#leave();
  }

  async #leave(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.then((client) => client.end()).catch(() => undefined);
  }

  /** A connection of its own, kept from reading to reading; after a failure, whatever it was, another one. */
  async #onOneConnection<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailable('the store is closed');
    const session = (this.#session ??= this.#connect());
    try {
      return await work(await session);
    } catch (error) {
      // Not awaited: the other side may never answer.
      if (this.#session === session) this.#leave().catch(() => undefined);
      throw storeError(error);
    }
  }

  #connect(): Promise<pg.Client> {
    const session = this.#connections.connect().then((client) => {
      client.on('end', () => {
        if (this.#session === session) this.#session = null;
      });
      return client;
    });
    return session;
  }
}

/** Those whose count grew. */
function occurrencesOf(row: EntryRow, events: ReadonlyMap<number, ClusterEvent>): readonly EventOccurrence[] {
  return row.event_ids.flatMap((id, i) => {
    const event = events.get(Number(id));
    const delta = row.deltas[i] ?? 0;
    if (event === undefined || delta <= 0) return [];
    return [{ event, at: Math.min(event.lastSeen, row.at), count: Number(row.counts[i]), delta }];
  });
}

/** When it resolves, a crash of the server cannot take back anything that was read on this connection or beside it until now. */
async function settle(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ yes: boolean }>(ALL_ON_DISK);
  if (rows[0]?.yes !== true) await client.query(FLUSH);
}
