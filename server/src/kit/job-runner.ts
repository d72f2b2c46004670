/** Runs the jobs that commits wrote. Retry lives once, here: capped, jittered, honouring Retry-After, finite. */
import type { ClaimedJob, JobKind, Outcome } from '../model/incident.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { JobQueue } from '../model/ports/jobs.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import { type Span, type SpanStart, type Tracing, UNTRACED } from '../model/tracing.ts';
import { type BackoffPolicy, backoffDelay } from './backoff.ts';
import { type AttemptEnd, boundedAttempt } from './bounded-attempt.ts';
import { ClaimLoop } from './claim-loop.ts';
import { isWorthTelling } from './worth-telling.ts';

export interface JobHandler {
  readonly kind: JobKind;
  /** Jobs of this kind that run at once, at the most. */
  readonly concurrency: number;
  /** Real time that one attempt may take, milliseconds: it guards against hangs, so a replay's clock does not count. */
  readonly timeoutMs: number;
  /** Attempts until the job is `failed`. */
  readonly maxAttempts: number;
  readonly backoff: BackoffPolicy;
  /** Jobs of one lane never run at once; the job's key unless told. */
  laneOf?(job: ClaimedJob): string;
  /**
   * Tries once. Expected failures are outcomes; a throw is a bug, contained and retried like a failure. `StoreUnavailable` alone
   * uses up no attempt: however long the store is away, no job is given up for it.
   */
  handle(job: ClaimedJob, signal: AbortSignal): Promise<Outcome>;
}

export interface JobRunnerOptions {
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Left out, there are no spans. */
  readonly tracing?: Tracing | undefined;
  readonly handlers: readonly JobHandler[];
  /** Default 1 s: a nudge after each commit is what makes jobs quick. */
  readonly pollMs?: number;
  /** Default 5 s. */
  readonly stopGraceMs?: number;
  readonly random?: () => number;
}

export interface JobRunner {
  /** Works until the signal aborts; jobs in flight are cancelled and given back. */
  run(signal: AbortSignal): Promise<void>;
  /** Looks for jobs now: call it after each commit that wrote some. */
  wake(kind?: JobKind): void;
  /** For replays: runs, in the order of the handlers, until no job of these kinds (all unless told) is due. */
  drain(signal: AbortSignal, kinds?: readonly JobKind[]): Promise<void>;
}

/** A job is never put off for longer than this, whatever a Retry-After says. */
const LONGEST_RETRY_MS = 24 * 3_600_000;
/** The lease outlives the attempt by this much, for the outcome to be written. */
const LEASE_MARGIN_MS = 30_000;
/** Long enough to let the jobs behind it be claimed, short enough not to be felt. */
const BUSY_LANE_RETRY_MS = 250;
/** While the store takes no writes, though it lets jobs be claimed (a full disk may). */
const STORE_AWAY_RETRY_MS = 5_000;
/** In a row: an outage is told by whoever notices it first, and jobs speak of one that lasts, or that they alone meet. */
const TOLD_FROM = 8;

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const loops = new Map(options.handlers.map((handler) => [handler.kind, loopOf(handler, options)]));
  return {
    run: async (signal) => {
      await Promise.all([...loops.values()].map((loop) => loop.run(signal)));
    },
    wake: (kind) => {
      for (const [loopKind, loop] of loops) if (kind === undefined || kind === loopKind) loop.wake();
    },
    drain: async (signal, kinds) => {
      const wanted = [...loops].filter(([kind]) => kinds?.includes(kind) ?? true);
      let worked = 1;
      while (worked > 0) {
        worked = 0;
        for (const [, loop] of wanted) worked += await loop.drain(signal);
      }
    },
  };
}

function loopOf(handler: JobHandler, options: JobRunnerOptions): ClaimLoop<ClaimedJob> {
  const { queue, clock, logger, metrics, tracing = UNTRACED } = options;
  /** Jobs in a row that could do nothing without the store. */
  let storeAway = 0;
  const loop = new ClaimLoop<ClaimedJob>({
    name: handler.kind,
    clock,
    logger,
    metrics,
    concurrency: handler.concurrency,
    pollMs: options.pollMs ?? 1000,
    stopGraceMs: options.stopGraceMs ?? 5000,
    claim: (limit) => queue.claim(handler.kind, limit, clock.now(), handler.timeoutMs + LEASE_MARGIN_MS),
    keyOf: (job) => handler.laneOf?.(job) ?? job.key,
    giveBack: (job) => finish(job, givenBack('another job of its lane is running', BUSY_LANE_RETRY_MS)),
    work: async (job, signal) => {
      const { settled } = await tracing.span(spanOf(job), async (span) => {
        const startedAt = performance.now();
        const tried = await tryOnce(handler, job, signal);
        const decided = decide(handler, job, tried.outcome, options.random);
        await finish(job, decided);
        report(job, decided, (performance.now() - startedAt) / 1000, span);
        if (tried.isStoreAway) sayStoreIsAway(job, decided);
        else storeAway = 0;
        return tried;
      });
      await settled;
    },
  });

  async function finish(job: ClaimedJob, outcome: Outcome): Promise<void> {
    await queue.finish(job, outcome, clock.now());
    if (outcome.kind === 'retry') loop.wakeAt(clock.now() + (outcome.retryAfterMs ?? 0));
  }

  function report(job: ClaimedJob, outcome: Outcome, seconds: number, span: Span): void {
    const waits = outcome.kind === 'retry' && outcome.uncounted === true;
    const how = waits ? 'put-off' : outcome.kind;
    span.set({ 'tattle.job.outcome': how });
    if (how === 'retry' || how === 'failed') span.fail(how);
    metrics.count('tattle_jobs_total', { kind: job.kind, outcome: how });
    metrics.observe('tattle_job_seconds', { kind: job.kind }, seconds);
    if (outcome.kind === 'done' || waits) return;
    const fields = { kind: job.kind, key: job.key, incident: job.incidentId, attempt: job.attempts + 1 };
    if (outcome.kind === 'failed') logger.error({ ...fields, error: outcome.error }, 'job failed for good');
    else logger.warn({ ...fields, error: outcome.error, inMs: outcome.retryAfterMs }, 'job will be tried again');
  }

  /** Said ever more rarely while all of them wait, and again of one that alone cannot be answered, however often it is tried. */
  function sayStoreIsAway(job: ClaimedJob, outcome: Outcome): void {
    storeAway += 1;
    if (storeAway < TOLD_FROM || !isWorthTelling(storeAway) || outcome.kind === 'done') return;
    const fields = { kind: job.kind, key: job.key, incident: job.incidentId, error: outcome.error, times: storeAway };
    logger.warn(fields, 'a job waits for the store: it is tried again until that answers');
  }

  return loop;
}

function spanOf({ kind, incidentId, attempts }: ClaimedJob): SpanStart {
  const attributes = {
    'tattle.job.kind': kind,
    'tattle.job.attempt': attempts + 1,
    'tattle.incident.id': incidentId,
  };
  return { name: `job ${kind}`, attributes };
}

async function tryOnce(
  handler: JobHandler,
  job: ClaimedJob,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; settled: Promise<unknown>; isStoreAway: boolean }> {
  const bounds = { signal, timeoutMs: handler.timeoutMs, keep: (outcome: Outcome) => outcome.kind === 'done' };
  const { end, settled } = await boundedAttempt((cut) => handler.handle(job, cut), bounds);
  const isStoreAway = end.kind === 'threw' && end.error instanceof StoreUnavailable;
  return { outcome: outcomeOf(end, handler), settled, isStoreAway };
}

function outcomeOf(end: AttemptEnd<Outcome>, handler: JobHandler): Outcome {
  switch (end.kind) {
    case 'ended':
      return end.result;
    case 'threw':
      if (end.error instanceof StoreUnavailable) return givenBack(end.error.message, STORE_AWAY_RETRY_MS);
      return { kind: 'retry', error: describeError(end.error) };
    case 'late':
      return { kind: 'retry', error: `took longer than ${handler.timeoutMs} ms` };
    case 'stopped':
      return givenBack('stopped', 0);
  }
}

function decide(handler: JobHandler, job: ClaimedJob, outcome: Outcome, random?: () => number): Outcome {
  if (outcome.kind !== 'retry') return outcome;
  const attempts = job.attempts + (outcome.uncounted === true ? 0 : 1);
  if (outcome.uncounted !== true && attempts >= handler.maxAttempts) {
    return { kind: 'failed', error: `${outcome.error} (given up after ${attempts} attempts)` };
  }
  const wait = outcome.retryAfterMs ?? backoffDelay(handler.backoff, attempts, random);
  // Whole milliseconds: stores keep times as integers.
  return { ...outcome, retryAfterMs: Math.ceil(Math.min(LONGEST_RETRY_MS, Math.max(0, wait))) };
}

function givenBack(why: string, retryAfterMs: number): Outcome {
  return { kind: 'retry', error: why, retryAfterMs, uncounted: true };
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
