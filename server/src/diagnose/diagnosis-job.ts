/** Runs `diagnosis` jobs: after each capture of evidence the incident is looked at anew, and the newest diagnosis is kept. */
import type { JobHandler } from '../kit/job-runner.ts';
import type { CauseCode } from '../model/diagnosis.ts';
import type { ClaimedJob, NewJob, Outcome } from '../model/incident.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { DiagnosisStore, History } from '../model/ports/history.ts';
import type { JobQueue } from '../model/ports/jobs.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import type { Analyzer } from './analyzer.ts';
import { behind } from './behind.ts';
import { buildCase } from './build-case.ts';
import { diagnose } from './diagnose.ts';
import { standsIn } from './standing.ts';

export interface DiagnosisJobOptions {
  readonly analyzers: readonly Analyzer[];
  readonly cache: ObjectCache;
  readonly history: Pick<History, 'incident' | 'evidence' | 'strands' | 'diagnosis'>;
  readonly store: DiagnosisStore;
  /** Gets a `notice` job where the cause is news: it may have been told without. */
  readonly queue: Pick<JobQueue, 'enqueue'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Called when a diagnosis was saved: wake what waits for it. */
  onDiagnosed?(incidentId: string): void;
}

export function createDiagnosisHandler(options: DiagnosisJobOptions): JobHandler {
  return {
    kind: 'diagnosis',
    concurrency: 2,
    timeoutMs: 30_000,
    maxAttempts: 5,
    backoff: { baseMs: 1000, capMs: 60_000 },
    laneOf: (job) => job.incidentId,
    handle: (job) => diagnoseIncident(job, options),
  };
}

async function diagnoseIncident(job: ClaimedJob, options: DiagnosisJobOptions): Promise<Outcome> {
  const { analyzers, cache, history, store, clock, logger, metrics } = options;
  const incident = await history.incident(job.incidentId);
  if (incident === null) return { kind: 'failed', error: 'its incident is not stored any more' };
  const [strands, evidence] = await Promise.all([history.strands(incident.id), history.evidence(incident.id)]);
  const diagnosis = diagnose(buildCase(incident, strands, evidence), {
    analyzers,
    behind: (dependency, namespace) => behind(cache, incident.cluster.uid, dependency, namespace),
    onFault: (error, analyzer) => {
      metrics.count('tattle_analyzer_failures_total', { analyzer });
      logger.error({ err: error, analyzer, incident: incident.id }, 'an analyzer failed: the others were asked');
    },
    stands: standsIn(evidence),
    at: clock.now(),
  });
  if (diagnosis === null) return { kind: 'done' };
  const before = await history.diagnosis(incident.id);
  await store.saveDiagnosis(diagnosis);
  if (before?.cause !== diagnosis.cause && diagnosis.cause !== 'unknown')
    await options.queue.enqueue([news(job, diagnosis.cause, clock.now())]);
  options.onDiagnosed?.(incident.id);
  return { kind: 'done' };
}

/** One for each look that found another cause. */
function news({ incidentId, key }: ClaimedJob, cause: CauseCode, at: number): NewJob {
  return { kind: 'notice', incidentId, key: `diagnosed:${cause}:${key}`, runAt: at, payload: { kind: 'diagnosed' } };
}
