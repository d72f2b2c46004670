/** Runs `evidence` jobs: one capture an incident at a time, five at the most, again when a log that must exist was missing. */
import type { JobHandler } from '../kit/job-runner.ts';
import type { ClaimedJob, Evidence, Outcome } from '../model/incident.ts';
import type { Clock } from '../model/ports/process.ts';
import type { EvidenceStore, History } from '../model/ports/history.ts';
import type { JobQueue } from '../model/ports/jobs.ts';
import { type CaptureOptions, type CaptureSources, capture, DEFAULT_CAPTURE } from './capture.ts';

export interface EvidenceJobOptions extends CaptureSources {
  readonly history: Pick<History, 'incident' | 'evidence'>;
  readonly store: EvidenceStore;
  readonly queue: Pick<JobQueue, 'enqueue'>;
  readonly clock: Clock;
  readonly options?: Partial<CaptureOptions>;
  /** Called when evidence was saved: wake what waits for it. */
  onCaptured?(incidentId: string): void;
  /** Captures at once, over all incidents; default 4. */
  readonly concurrency?: number;
}

const MOST_ROUNDS = 5;
/** The wait before the next capture, after so many. */
const AGAIN_AFTER_MS = [5000, 30_000, 120_000, 600_000];

export function createEvidenceHandler(options: EvidenceJobOptions): JobHandler {
  return {
    kind: 'evidence',
    concurrency: options.concurrency ?? 4,
    timeoutMs: 60_000,
    maxAttempts: 8,
    backoff: { baseMs: 1000, capMs: 60_000 },
    laneOf: (job) => job.incidentId,
    handle: (job, signal) => captureEvidence(job, options, signal),
  };
}

async function captureEvidence(job: ClaimedJob, options: EvidenceJobOptions, signal: AbortSignal): Promise<Outcome> {
  const { history, store, clock } = options;
  const incident = await history.incident(job.incidentId);
  if (incident === null) return { kind: 'failed', error: 'its incident is not stored any more' };
  const at = clock.now();
  // What this very job saved before a crash took its end away, in a replay: the same round at the same time, kept once.
  const before = (await history.evidence(incident.id)).filter((item) => item.capturedAt !== at);
  const number = roundsOf(before) + 1;
  const isOver = incident.state === 'resolved' && number > 1;
  if (number > MOST_ROUNDS || isOver) return { kind: 'done' };
  const round = { incidentId: incident.id, number, at, bytesUsed: bytesOf(before) };
  const found = await capture(incident, round, options, { ...DEFAULT_CAPTURE, ...options.options }, signal);
  // What was cut off by a stop or a timeout is no evidence that the cluster gave.
  signal.throwIfAborted();
  await store.saveEvidence(found.evidence);
  const key = `diagnosis:${incident.id}:${number}:${round.bytesUsed}`;
  await options.queue.enqueue([{ kind: 'diagnosis', incidentId: incident.id, key, runAt: at, payload: {} }]);
  if (found.logMissing && number < MOST_ROUNDS) await captureAgain(job, number, options);
  options.onCaptured?.(incident.id);
  return { kind: 'done' };
}

async function captureAgain(job: ClaimedJob, number: number, { queue, clock }: EvidenceJobOptions): Promise<void> {
  const runAt = clock.now() + (AGAIN_AFTER_MS[number - 1] ?? 0);
  const key = `evidence:${job.incidentId}:again:${number + 1}`;
  await queue.enqueue([{ kind: 'evidence', incidentId: job.incidentId, key, runAt, payload: { why: 'log-missing' } }]);
}

/** All evidence of one capture has its time. */
function roundsOf(evidence: readonly Evidence[]): number {
  return new Set(evidence.map((item) => item.capturedAt)).size;
}

function bytesOf(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, item) => sum + Buffer.byteLength(item.body), 0);
}
