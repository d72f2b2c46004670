/** The SinkStore port: how far each sink has come and who runs it, and what there is to be sent. */
import type {
  CatchUp,
  KeptRefusal,
  OccurrencePage,
  Refusal,
  RefusalPage,
  ReplayOutcome,
  SinkFeedEntry,
  SinkHealth,
  SinkProgress,
  SinkStanding,
  SinkStore,
} from '../model/sink.ts';
import type { FeedPosition } from '../model/ports/feed.ts';
import type { Connections } from './connections.ts';
import { StoredFeed } from './feed.ts';
import { json } from './json.ts';
import { incidentsSince, occurrencesSince } from './sink-history.ts';
import { SinkRefusals } from './sink-refusals.ts';
import { storable, textArray } from './text.ts';

/** Another replica's clock may be ahead by so much. */
const SKEW_MS = 600_000;
/** Where a sink starts that is to have everything: before the first occurrence. */
const FIRST = Number.MIN_SAFE_INTEGER;

interface ProgressRow {
  readonly feed_position: string;
  readonly at: number;
  readonly catch_up: CatchUp | null;
}

interface StandingRow {
  readonly name: string;
  readonly waiting: number;
  readonly lag: number;
  readonly catching_up: boolean;
  readonly holder: string | null;
  readonly taken_at: number | null;
  readonly failing_since: number | null;
  readonly error: string | null;
  readonly error_at: number | null;
  readonly refused: number;
}

export class SinkPositions implements SinkStore {
  readonly #connections: Connections;
  /** Apart from the one that pages follow: who reads a backlog must not keep them waiting. */
  readonly #feed: StoredFeed;
  readonly #refusals: SinkRefusals;

  constructor(connections: Connections) {
    this.#connections = connections;
    this.#refusals = new SinkRefusals(connections);
    this.#feed = new StoredFeed(connections);
  }

  async begin(name: string, from: 'now' | 'beginning', now: number): Promise<void> {
    const known = await this.#connections.query(
      'UPDATE sink_positions SET wanted_at = now() WHERE name = $1 RETURNING 1',
      [name],
    );
    if (known.length > 0) return;
    const everything: CatchUp = { stage: 'events', since: 0, until: now + SKEW_MS, at: FIRST, seq: 0 };
    await this.#connections.query(
      `INSERT INTO sink_positions (name, feed_position, at, catch_up) VALUES ($1, $2, $3, $4::jsonb) ON CONFLICT DO NOTHING`,
      [name, await this.#feed.end(), now, from === 'now' ? null : json(everything)],
    );
  }

  async claim(name: string, holder: string, leaseMs: number): Promise<SinkProgress | null> {
    const rows = await this.#connections.query<ProgressRow & { mine: boolean }>(
      `UPDATE sink_positions p SET wanted_at = now(),
         holder = CASE WHEN free THEN $2 ELSE p.holder END,
         held_until = CASE WHEN free THEN now() + $3 * interval '1 millisecond' ELSE p.held_until END
       FROM (SELECT name, COALESCE(holder = $2 OR held_until <= now(), true) AS free FROM sink_positions WHERE name = $1 FOR UPDATE) f
       WHERE p.name = f.name RETURNING free AS mine, feed_position, at, catch_up`,
      [name, holder, leaseMs],
    );
    const row = rows[0];
    if (row?.mine !== true) return null;
    return { position: row.feed_position, at: row.at, catchUp: row.catch_up };
  }

  async save(name: string, holder: string, { position, at, catchUp }: SinkProgress): Promise<boolean> {
    const rows = await this.#connections.query(
      `UPDATE sink_positions SET feed_position = $3, at = $4, catch_up = $5::jsonb
       WHERE name = $1 AND holder = $2 AND held_until > now() RETURNING 1`,
      [name, holder, position, Math.trunc(at), catchUp === null ? null : json(catchUp)],
    );
    return rows.length > 0;
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#connections.query(
      'UPDATE sink_positions SET holder = NULL, held_until = NULL WHERE name = $1 AND holder = $2',
      [name, holder],
    );
  }

  setAside(name: string, refusals: readonly Refusal[], now: number): Promise<void> {
    return this.#refusals.setAside(name, refusals, now);
  }

  refusals(name: string, page: { readonly limit: number; readonly cursor?: string }): Promise<RefusalPage> {
    return this.#refusals.page(name, page);
  }

  askReplay(name: string, ids: readonly string[] | null, now: number): Promise<number> {
    return this.#refusals.askReplay(name, ids, now);
  }

  toReplay(name: string, limit: number): Promise<readonly KeptRefusal[]> {
    return this.#refusals.toReplay(name, limit);
  }

  endReplay(name: string, outcome: ReplayOutcome): Promise<void> {
    return this.#refusals.endReplay(name, outcome);
  }

  async noteHealth(name: string, holder: string, { takenAt, failingSince, error }: SinkHealth): Promise<void> {
    await this.#connections.query(
      `UPDATE sink_positions SET taken_at = COALESCE($3, taken_at),
         failing_since = CASE WHEN $4::bigint IS NULL THEN NULL ELSE COALESCE(failing_since, $4::bigint) END,
         error_at = COALESCE($5, error_at), error = COALESCE($6, error)
       WHERE name = $1 AND holder = $2`,
      [name, holder, takenAt, failingSince, error?.at ?? null, error === null ? null : storable(error.text)],
    );
  }

  /** `no` counts rows well enough: numbers are only left out where a transaction failed. */
  async standings(names: readonly string[]): Promise<readonly SinkStanding[]> {
    const rows = await this.#connections.query<StandingRow>(
      `SELECT p.name, GREATEST(0, COALESCE(n.no - COALESCE(o.no, n.no + 1) + 1, 0)) AS waiting,
         CASE WHEN p.catch_up IS NOT NULL THEN extract(epoch FROM now()) * 1000 - GREATEST(p.at, 0)
           ELSE GREATEST(0, COALESCE(extract(epoch FROM now()) * 1000 - o.at, 0)) END::bigint AS lag,
         p.catch_up IS NOT NULL AS catching_up, CASE WHEN p.held_until > now() THEN p.holder END AS holder,
         p.taken_at, p.failing_since, p.error, p.error_at,
         (SELECT count(*) FROM sink_refusals r WHERE r.sink = p.name) AS refused
       FROM sink_positions p
       LEFT JOIN LATERAL (SELECT no, at FROM feed f
         WHERE (f.xid, f.no) > (split_part(p.feed_position, '.', 2)::xid8, split_part(p.feed_position, '.', 3)::bigint)
         ORDER BY f.xid, f.no LIMIT 1) o ON true
       LEFT JOIN LATERAL (SELECT no FROM feed ORDER BY xid DESC, no DESC LIMIT 1) n ON true
       WHERE p.name = ANY ($1::text[]) ORDER BY p.name`,
      [textArray(names)],
    );
    return rows.map(standingOf);
  }

  end(): Promise<FeedPosition> {
    return this.#feed.end();
  }

  after(position: FeedPosition, limit: number): Promise<readonly SinkFeedEntry[] | null> {
    return this.#feed.after(position, limit);
  }

  occurrencesSince(catchUp: CatchUp & { stage: 'events' }, limit: number): Promise<OccurrencePage> {
    return occurrencesSince(this.#connections, catchUp, limit);
  }

  incidentsSince(since: number, after: string, limit: number): Promise<readonly string[]> {
    return incidentsSince(this.#connections, since, after, limit);
  }

  close(): Promise<void> {
    return this.#feed.close();
  }
}

function standingOf(row: StandingRow): SinkStanding {
  const { name, waiting, lag, holder, refused, error, error_at: at } = row;
  return {
    ...{ name, waiting, lagMs: lag, catchingUp: row.catching_up, holder, refused },
    health: {
      takenAt: row.taken_at,
      failingSince: row.failing_since,
      error: error === null || at === null ? null : { at, text: error },
    },
  };
}
