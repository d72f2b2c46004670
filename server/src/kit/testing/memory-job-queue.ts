/** The job queue port in memory, with the store's semantics (unique keys, leases, due times), for tests. */
import type { ClaimedJob, JobKind, NewJob, Outcome } from '../../model/incident.ts';
import type { JobQueue } from '../../model/ports/jobs.ts';

interface Row {
  readonly number: number;
  job: ClaimedJob;
  leasedUntil: number;
  ended: 'done' | 'failed' | null;
  lastError: string | null;
}

/** More rows than this is a runaway test. */
const MOST_ROWS = 10_000;

export class MemoryJobQueue implements JobQueue {
  readonly rows = new Map<string, Row>();
  #claims = 0;

  async enqueue(jobs: readonly NewJob[]): Promise<void> {
    for (const job of jobs) {
      if (this.rows.has(job.key)) continue;
      if (this.rows.size >= MOST_ROWS) throw new Error(`more than ${MOST_ROWS} jobs`);
      const number = this.rows.size + 1;
      this.rows.set(job.key, {
        number,
        job: { ...job, id: '', attempts: 0 },
        leasedUntil: 0,
        ended: null,
        lastError: null,
      });
    }
  }

  async claim(kind: JobKind, limit: number, now: number, leaseMs: number): Promise<readonly ClaimedJob[]> {
    const due = [...this.rows.values()].filter(
      (row) => row.job.kind === kind && row.ended === null && row.job.runAt <= now && row.leasedUntil <= now,
    );
    return due.slice(0, limit).map((row) => {
      row.leasedUntil = now + leaseMs;
      // As in the store, the id is that of the claim: it differs each time.
      row.job = { ...row.job, id: `${row.number}/${++this.#claims}` };
      return row.job;
    });
  }

  async finish(job: ClaimedJob, outcome: Outcome, now: number): Promise<void> {
    const row = this.rows.get(job.key);
    if (row === undefined) throw new Error(`no job ${job.key}`);
    // Another claim holds it by now.
    if (row.job.id !== job.id) return;
    row.leasedUntil = 0;
    if (outcome.kind !== 'done') row.lastError = outcome.error;
    if (outcome.kind !== 'retry') {
      row.ended = outcome.kind;
      return;
    }
    const attempts = row.job.attempts + (outcome.uncounted === true ? 0 : 1);
    row.job = { ...row.job, attempts, runAt: now + (outcome.retryAfterMs ?? 0) };
  }

  async hasEarlierTurn(job: ClaimedJob): Promise<boolean> {
    const turns = ['opened', 'worse', 'resolved', 'acknowledged', 'diagnosed'];
    const number = Number(job.id.split('/')[0]);
    return [...this.rows.values()].some(
      (row) =>
        row.job.kind === 'notice' &&
        row.ended === null &&
        row.number < number &&
        row.job.incidentId === job.incidentId &&
        turns.includes(String(row.job.payload['kind'])) &&
        row.job.payload['look'] === undefined,
    );
  }

  async hasten(keys: readonly string[], now: number): Promise<number> {
    const due = keys
      .flatMap((key) => this.rows.get(key) ?? [])
      .filter((row) => row.ended === null && row.job.runAt > now);
    for (const row of due) row.job = { ...row.job, runAt: now };
    return due.length;
  }

  async pending(kind?: JobKind): Promise<number> {
    return [...this.rows.values()].filter((row) => row.ended === null && (kind ?? row.job.kind) === row.job.kind)
      .length;
  }
}
