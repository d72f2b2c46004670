/** Work that a commit leaves behind. */
import type { ClaimedJob, JobKind, NewJob, Outcome } from '../incident.ts';

/** Jobs of one kind, claimed by at most one worker at a time. */
export interface JobQueue {
  enqueue(jobs: readonly NewJob[]): Promise<void>;
  /** Claims up to `limit` due jobs, leased until now + leaseMs: a crashed worker's jobs come back. */
  claim(kind: JobKind, limit: number, now: number, leaseMs: number): Promise<readonly ClaimedJob[]>;
  finish(job: ClaimedJob, outcome: Outcome, now: number): Promise<void>;
  /** Jobs not finished yet, due or not. */
  pending(kind?: JobKind): Promise<number>;
  /** Unfinished jobs with these keys that are due later are due now. Returns how many. */
  hasten(keys: readonly string[], now: number): Promise<number>;
  /** Whether a `notice` job of what happened earlier to the same incident (opened, worse, resolved, acknowledged, diagnosed) is not finished. */
  hasEarlierTurn(job: ClaimedJob): Promise<boolean>;
}
