/** Puts the hot path together: slim cache, detectors, triage, correlation, store. The same for a live cluster and a replay. */
import { Correlator } from '../correlate/correlator.ts';
import { IntakeQueue } from '../kit/intake-queue.ts';
import type { Redactor } from '../kit/redaction.ts';
import type { Spool } from '../kit/spool.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { Store } from '../model/ports/store.ts';
import type { Tracing } from '../model/tracing.ts';
import type { FilterSettings } from '../model/settings.ts';
import type { SlimCache } from '../observe/cache.ts';
import { TrackedConditions } from '../observe/conditions.ts';
import { createEventNormaliser } from '../observe/normalise.ts';
import type { EventNormaliser } from '../observe/ports.ts';
import { StateTracker } from '../observe/tracker.ts';
import { Deduplicator } from '../triage/deduplicate.ts';
import { problemKey } from '../triage/fingerprint.ts';
import { createTriage, type Triage } from '../triage/triage.ts';
import type { Batch } from './committing/batch.ts';
import { Pipeline, type PipelineParts } from './pipeline.ts';
import { countedTriage } from './seen-lately/counted-triage.ts';
import type { SeenLately } from './seen-lately/seen-lately.ts';

export interface HotPathParts {
  readonly cache: SlimCache;
  readonly store: Store;
  readonly spool: Spool<Batch> | null;
  readonly filter: FilterSettings;
  readonly redactor: Redactor;
  readonly deduplicationMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | undefined;
  readonly onJobs: () => void;
  readonly onStored?: PipelineParts['onStored'];
  readonly onTurn: PipelineParts['onTurn'];
  /** Where arrivals are counted before the filter decides; left out, nowhere. */
  readonly seen?: SeenLately;
}

export interface HotPath {
  readonly intake: IntakeQueue;
  readonly cache: SlimCache;
  readonly tracker: StateTracker;
  readonly normalise: EventNormaliser;
  readonly triage: Triage;
  readonly correlator: Correlator;
  readonly pipeline: Pipeline;
}

/**
 * Arrivals that wait for the pipeline at the most; then sources stop reading. A longer queue adds no throughput, only memory that
 * the garbage collector has to carry along: with 12,000 a fifth of the CPU went there under overload.
 */
export const INTAKE_BOUND = 1000;

/** What may wait on disk while the store cannot write. */
export const SPOOL_BYTES = 256 * 1024 * 1024;

export function createHotPath(parts: HotPathParts): HotPath {
  const { cache, store, spool, filter, redactor, deduplicationMs, clock, logger, metrics, onJobs, onTurn } = parts;
  const tracker = new StateTracker({
    cache,
    clock,
    onFault: (error, object, detector) => {
      metrics.count('tattle_detector_failures_total', { detector });
      logger.error({ err: error, detector, object }, 'a detector failed on an object: the rest goes on');
    },
  });
  const triage = createTriage({ objects: cache, filter, redactor });
  const correlator = new Correlator({ cache, active: new TrackedConditions(cache, tracker), problemKey });
  const intake = new IntakeQueue(INTAKE_BOUND);
  const deduplicator = new Deduplicator({ ttlMs: deduplicationMs });
  const pipeline = new Pipeline({
    intake,
    triage: parts.seen === undefined ? triage : countedTriage(triage, parts.seen, clock),
    redaction: redactor,
    deduplicator,
    correlator,
    store,
    spool,
    clock,
    metrics,
    tracing: parts.tracing,
    logger,
    onJobs,
    onStored: parts.onStored ?? (() => undefined),
    onTurn,
  });
  return { intake, cache, tracker, normalise: createEventNormaliser(clock), triage, correlator, pipeline };
}
