/** The JobQueue port: claimed with SKIP LOCKED under a lease; what a crashed worker held comes back when the lease ends. */
import { randomUUID } from 'node:crypto';
import type { ClaimedJob, JobKind, NewJob, Outcome } from '../model/incident.ts';
import type { Connections } from './connections.ts';
import { storable, textArray } from './text.ts';
import { jobsStatement } from './write-state.ts';

/** A retry without a wait of its own: the runner decides, this only keeps a job from spinning. */
const DEFAULT_RETRY_MS = 1_000;

interface JobRow {
  readonly id: number;
  readonly kind: JobKind;
  readonly incident_id: string;
  readonly key: string;
  readonly run_at: number;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly attempts: number;
}

export class Jobs {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  async enqueue(jobs: readonly NewJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const statement = jobsStatement(jobs);
    if (statement.kind === 'query') await this.#connections.query(statement.text, statement.values);
  }

  async claim(kind: JobKind, limit: number, now: number, leaseMs: number): Promise<readonly ClaimedJob[]> {
    const lease = randomUUID();
    const rows = await this.#connections.query<JobRow & Record<string, unknown>>(
      `UPDATE jobs SET lease = $4, leased_until = $3 + $5
       WHERE id IN (
         SELECT id FROM jobs WHERE kind = $1 AND finished_at IS NULL AND run_at <= $3 AND (leased_until IS NULL OR leased_until <= $3)
         ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id, kind, incident_id, key, run_at, payload, attempts`,
      [kind, limit, now, lease, leaseMs],
    );
    return [...rows]
      .sort((a, b) => a.run_at - b.run_at || a.id - b.id)
      .map((row) => ({
        id: `${String(row.id)}/${lease}`,
        kind: row.kind,
        incidentId: row.incident_id,
        key: row.key,
        runAt: row.run_at,
        payload: row.payload,
        attempts: row.attempts,
      }));
  }

  /** Does nothing when the lease ran out and another worker holds the job. */
  async finish(job: ClaimedJob, outcome: Outcome, now: number): Promise<void> {
    const [id = '', lease = ''] = job.id.split('/');
    const counts = outcome.kind === 'retry' && outcome.uncounted === true ? 0 : 1;
    const retryAt = outcome.kind === 'retry' ? now + (outcome.retryAfterMs ?? DEFAULT_RETRY_MS) : null;
    await this.#connections.query(
      `UPDATE jobs SET lease = NULL, leased_until = NULL, attempts = attempts + $3, run_at = COALESCE($4, run_at),
         finished_at = CASE WHEN $4::bigint IS NULL THEN $5::bigint END, failed = $6, last_error = $7
       WHERE id = $1 AND lease = $2 AND finished_at IS NULL`,
      [
        id,
        lease,
        counts,
        retryAt,
        now,
        outcome.kind === 'failed',
        outcome.kind === 'done' ? null : storable(outcome.error),
      ],
    );
  }

  async hasEarlierTurn(job: ClaimedJob): Promise<boolean> {
    const rows = await this.#connections.query<{ earlier: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM jobs WHERE kind = 'notice' AND finished_at IS NULL AND incident_id = $2 AND id < $1
         AND payload->>'kind' IN ('opened', 'worse', 'resolved', 'acknowledged', 'diagnosed') AND NOT payload ? 'look') AS earlier`,
      [Number(job.id.split('/')[0]), job.incidentId],
    );
    return rows[0]?.earlier === true;
  }

  async hasten(keys: readonly string[], now: number): Promise<number> {
    const rows = await this.#connections.query<{ n: number }>(
      `WITH hastened AS (
         UPDATE jobs SET run_at = $2 WHERE md5(key) = ANY (SELECT md5(k) FROM unnest($1::text[]) AS k)
           AND finished_at IS NULL AND run_at > $2 RETURNING 1)
       SELECT count(*) AS n FROM hastened`,
      [textArray(keys), now],
    );
    return rows[0]?.n ?? 0;
  }

  async pending(kind?: JobKind): Promise<number> {
    const rows = await this.#connections.query<{ n: number }>(
      'SELECT count(*) AS n FROM jobs WHERE finished_at IS NULL AND ($1::text IS NULL OR kind = $1)',
      [kind ?? null],
    );
    return rows[0]?.n ?? 0;
  }
}
