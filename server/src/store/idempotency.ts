/** The IdempotencyStore port: who comes first with a key does the work, and everyone after gets its answer. */
import type { IdempotencyClaim, IdempotencyStore, StoredAnswer } from '../model/ports/access.ts';
import type { Connections } from './connections.ts';
import { DAY_MS } from './event-id.ts';
import { json } from './json.ts';
import { storable } from './text.ts';

/** A claim older than this was left behind by a crash. */
const CLAIM_MS = 60_000;
/** How long a key belongs to its request. */
export const ANSWER_MS = DAY_MS;
/** In UTF-8. */
const LARGEST_BODY_BYTES = 1024 * 1024;

interface RequestRow {
  readonly [column: string]: unknown;
  readonly request: string;
  readonly status: number | null;
  readonly content_type: string | null;
  readonly body: string | null;
}

export class IdempotentRequests implements IdempotencyStore {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /**
   * For a day a key belongs to the request that it first came with, also where a crash left the claim behind: only the same
   * request takes that over. Then a request that was slow and not dead may be answered by its retry, or the other way round.
   */
  async begin(key: string, request: string, now: number): Promise<IdempotencyClaim> {
    for (;;) {
      if (await this.#claim(storable(key), storable(request), now)) return { kind: 'fresh' };
      const [row] = await this.#connections.query<RequestRow>(
        'SELECT request, status, content_type, body FROM idempotent_requests WHERE key = $1',
        [storable(key)],
      );
      // Without a row it was given up in this moment, and is to be had.
      if (row !== undefined) return claimOf(row, storable(request));
    }
  }

  /**
   * Of an answer that is already there, the first one stays. A body over 1 MiB is not kept: its repeat gets the same status
   * and a JSON body that says so.
   */
  async finish(key: string, answer: StoredAnswer): Promise<void> {
    const { status, contentType, body } = kept(answer);
    await this.#connections.query(
      'UPDATE idempotent_requests SET status = $2, content_type = $3, body = $4 WHERE key = $1 AND status IS NULL',
      [storable(key), status, storable(contentType), storable(body)],
    );
  }

  async abandon(key: string): Promise<void> {
    await this.#connections.query('DELETE FROM idempotent_requests WHERE key = $1 AND status IS NULL', [storable(key)]);
  }

  /** One statement, which waits for another that claims the same key, on whatever replica, and then sees its row. */
  async #claim(key: string, request: string, now: number): Promise<boolean> {
    const claimed = await this.#connections.query(
      `INSERT INTO idempotent_requests AS r (key, request, begun_at) VALUES ($1, $2, $3)
       ON CONFLICT (key) DO UPDATE SET request = excluded.request, begun_at = excluded.begun_at, status = NULL, content_type = NULL, body = NULL
         WHERE r.begun_at <= $4 OR (r.status IS NULL AND r.request = excluded.request AND r.begun_at <= $5)
       RETURNING 1`,
      [key, request, now, now - ANSWER_MS, now - CLAIM_MS],
    );
    return claimed.length > 0;
  }
}

function claimOf({ status, content_type, body, ...row }: RequestRow, request: string): IdempotencyClaim {
  if (row.request !== request) return { kind: 'misused' };
  if (status === null) return { kind: 'under-way' };
  return { kind: 'answered', answer: { status, contentType: content_type ?? '', body: body ?? '' } };
}

function kept(answer: StoredAnswer): StoredAnswer {
  const bytes = Buffer.byteLength(answer.body);
  if (bytes <= LARGEST_BODY_BYTES) return answer;
  const detail = `This request was done before; its answer of ${String(bytes)} bytes was too large to be kept for a repeat.`;
  return { status: answer.status, contentType: 'application/json', body: json({ kept: false, detail }) };
}
