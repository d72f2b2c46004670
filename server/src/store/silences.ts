/** The SilenceStore port: what people do not want to be told of, each change with its entry in the audit trail. */
import type { Scope } from '../model/access.ts';
import type { Matcher, Silence, SilenceState } from '../model/silence.ts';
import { appendAudit } from './append-audit.ts';
import type { Connections } from './connections.ts';
import { tellFeed } from './feed-entry.ts';
import { json } from './json.ts';
import { literal } from './scans.ts';
import { isStorable, storable } from './text.ts';

const COLUMNS = 'id, matchers, created_by, comment, scope, starts_at, ends_at, created_at, expired_at';

/** As `silenceState` of the model says it, of now ($1). */
const IS: Readonly<Record<SilenceState, string>> = {
  pending: '(expired_at IS NULL AND ends_at > $1::bigint AND starts_at > $1::bigint)',
  active: '(expired_at IS NULL AND ends_at > $1::bigint AND starts_at <= $1::bigint)',
  expired: '(expired_at IS NOT NULL OR ends_at <= $1::bigint)',
};
const ALL = Object.keys(IS) as readonly SilenceState[];

interface SilenceRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly starts_at: number;
  readonly ends_at: number;
  readonly created_by: string;
  readonly created_at: number;
  readonly comment: string;
  readonly scope: Scope;
  readonly expired_at: number | null;
}

export class Silences {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** Throws `ConflictError` where there is one of this id. */
  async addSilence({ id, matchers, createdBy, comment, scope, ...silence }: Silence, by: string): Promise<void> {
    const { startsAt, endsAt, createdAt, expiredAt } = silence;
    await this.#connections.transaction(async (client) => {
      await client.query(`INSERT INTO silences (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
        ...[id, json(matchers), createdBy, comment].map(storable),
        json(scope),
        ...[startsAt, endsAt, createdAt, expiredAt],
      ]);
      await tellFeed(client, { topics: ['silences'] });
      const detail = { matchers, startsAt, endsAt, comment };
      await appendAudit(client, [{ at: createdAt, actor: by, action: 'silence.create', target: id, detail }]);
    });
  }

  async expireSilence(id: string, by: string, at: number): Promise<Silence | null> {
    if (!isStorable(id)) return null;
    return this.#connections.transaction(async (client) => {
      const { rows } = await client.query<SilenceRow>(
        `UPDATE silences SET expired_at = $2 WHERE id = $1 AND expired_at IS NULL AND ends_at > $2 RETURNING ${COLUMNS}`,
        [id, at],
      );
      const [ended] = rows;
      if (ended === undefined) {
        const before = await client.query<SilenceRow>(`SELECT ${COLUMNS} FROM silences WHERE id = $1`, [id]);
        return before.rows[0] === undefined ? null : silenceOf(before.rows[0]);
      }
      await tellFeed(client, { topics: ['silences'] });
      const { matchers, comment } = ended;
      const detail = { matchers, startsAt: ended.starts_at, endsAt: ended.ends_at, comment };
      await appendAudit(client, [{ at, actor: by, action: 'silence.expire', target: id, detail }]);
      return silenceOf(ended);
    });
  }

  async silences(now: number, states = ALL, limit?: number): Promise<readonly Silence[]> {
    if (states.length === 0) return [];
    const rows = await this.#connections.query<SilenceRow>(
      `SELECT ${COLUMNS} FROM silences WHERE ${states.map((state) => IS[state]).join(' OR ')}
       ORDER BY LEAST(expired_at, ends_at) DESC, id ${limit === undefined ? '' : `LIMIT ${literal(limit)}`}`,
      [now],
    );
    return rows.map(silenceOf);
  }

  async silence(id: string): Promise<Silence | null> {
    if (!isStorable(id)) return null;
    const [row] = await this.#connections.query<SilenceRow>(`SELECT ${COLUMNS} FROM silences WHERE id = $1`, [id]);
    return row === undefined ? null : silenceOf(row);
  }
}

function silenceOf(row: SilenceRow): Silence {
  return {
    id: row.id,
    matchers: row.matchers,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
    comment: row.comment,
    scope: row.scope,
    expiredAt: row.expired_at,
  };
}
