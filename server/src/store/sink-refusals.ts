/** What the other side of a sink refused for good: kept for a person to look at, and to have sent again. */
import type { KeptRefusal, Refusal, RefusalPage, ReplayOutcome } from '../model/sink.ts';
import type { Connections } from './connections.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { plainArray, storable, textArray } from './text.ts';

/** So much is kept of each sink, and so much of each document. */
const REFUSALS_KEPT = 1_000;
const DOCUMENT_KEPT = 16_384;
const REASON_KEPT = 500;

interface RefusalRow {
  readonly no: number;
  readonly id: string;
  readonly at: number;
  readonly reason: string;
  readonly document: string;
  readonly cut: boolean;
  readonly replay_at: number | null;
}

const COLUMNS = 'no, id, at, reason, document, cut, replay_at';

export class SinkRefusals {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  async setAside(name: string, refusals: readonly Refusal[], now: number): Promise<void> {
    if (refusals.length === 0) return;
    await this.#connections.query(
      `INSERT INTO sink_refusals (sink, at, id, reason, document, cut)
       SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::bool[])`,
      [
        name,
        Math.trunc(now),
        textArray(refusals.map(({ record }) => record.document.id)),
        textArray(refusals.map(({ reason }) => keptReason(reason))),
        textArray(refusals.map(({ record }) => storable(record.json.slice(0, DOCUMENT_KEPT)))),
        plainArray(refusals.map(({ record }) => String(record.json.length > DOCUMENT_KEPT))),
      ],
    );
    await this.#connections.query(
      `DELETE FROM sink_refusals WHERE sink = $1 AND no < (
         SELECT no FROM sink_refusals WHERE sink = $1 ORDER BY no DESC OFFSET ${String(REFUSALS_KEPT - 1)} LIMIT 1)`,
      [name],
    );
  }

  async page(
    name: string,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string },
  ): Promise<RefusalPage> {
    const [before = null] = cursor === undefined ? [] : readCursor('refusals', cursor);
    const rows = await this.#connections.query<RefusalRow>(
      `SELECT ${COLUMNS} FROM sink_refusals WHERE sink = $1 AND ($2::bigint IS NULL OR no < $2::bigint)
       ORDER BY no DESC LIMIT $3`,
      [name, before, limit + 1],
    );
    const last = rows[limit - 1];
    const hasMore = rows.length > limit && last !== undefined;
    return {
      items: rows.slice(0, limit).map(refusalOf),
      nextCursor: hasMore ? writeCursor('refusals', last.no) : null,
    };
  }

  async askReplay(name: string, ids: readonly string[] | null, now: number): Promise<number> {
    const rows = await this.#connections.query(
      `UPDATE sink_refusals SET replay_at = COALESCE(replay_at, $2)
       WHERE sink = $1 AND NOT cut AND ($3::bigint[] IS NULL OR no = ANY ($3::bigint[])) RETURNING 1`,
      [name, Math.trunc(now), ids === null ? null : plainArray(ids)],
    );
    return rows.length;
  }

  async toReplay(name: string, limit: number): Promise<readonly KeptRefusal[]> {
    const rows = await this.#connections.query<RefusalRow>(
      `SELECT ${COLUMNS} FROM sink_refusals WHERE sink = $1 AND replay_at IS NOT NULL ORDER BY no LIMIT $2`,
      [name, limit],
    );
    return rows.map(refusalOf);
  }

  async endReplay(name: string, { taken, kept }: ReplayOutcome): Promise<void> {
    await this.#connections.query(
      `WITH gone AS (DELETE FROM sink_refusals WHERE sink = $1 AND no = ANY ($2::bigint[]))
       UPDATE sink_refusals r SET replay_at = NULL, reason = COALESCE(k.reason, r.reason)
       FROM unnest($3::bigint[], $4::text[]) AS k (no, reason) WHERE r.sink = $1 AND r.no = k.no`,
      [
        name,
        plainArray(taken),
        plainArray(kept.map(({ id }) => id)),
        textArray(kept.map(({ reason }) => (reason === null ? null : keptReason(reason)))),
      ],
    );
  }
}

function keptReason(reason: string): string {
  return storable(reason.slice(0, REASON_KEPT));
}

function refusalOf({ no, id, at, reason, document, cut, replay_at }: RefusalRow): KeptRefusal {
  return { id: String(no), record: id, at, reason, document, cut, replaying: replay_at !== null };
}
