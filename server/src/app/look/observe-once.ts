/** Watches clusters until what is there has been seen and diagnosed, in an embedded store of its own; then it ends. */
import { systemClock } from '../../kit/clock.ts';
import type { ClusterAccess } from '../../kube/access.ts';
import type { StreamStatus } from '../../model/ports/source.ts';
import { DEFAULT_FILTER } from '../../model/settings.ts';
import { SlimCache } from '../../observe/cache.ts';
import { openStore, type TattleStore } from '../../store/open-store.ts';
import type { Configuration } from '../config-schema.ts';
import { createHotPath, type HotPath } from '../hot-path.ts';
import { loggerFor } from '../logger.ts';
import { PrometheusMetrics } from '../metrics/metrics.ts';
import { redactorOf } from '../redactor.ts';
import { VERSION } from '../version.ts';
import { createWatching, type Watching } from '../watching.ts';
import { openPolicy } from '../../notify/policy/policy.ts';
import { createWorkers } from '../workers.ts';
import { type ObjectName, whetherThere } from './whether-there.ts';
import { isSeen, notesOf, verdictOf } from './what-was-seen.ts';

export interface ObservationParts {
  readonly accesses: readonly ClusterAccess[];
  /** Its `dataDir` takes the store, its `clusters.watchNamespaces` says what is looked at. */
  readonly configuration: Configuration;
  /** For the first lists to come in. */
  readonly forMs: number;
  readonly signal: AbortSignal;
  readonly object?: ObjectName;
}

export type Seen =
  | { readonly kind: 'seen'; readonly notes: readonly string[]; readonly isObjectThere: boolean | null }
  | { readonly kind: 'denied' | 'unreachable'; readonly detail: string };

const LOOK_AGAIN_MS = 50;
/** Detectors read what a list brought at their next tick, a second later at the most. */
const DETECTORS_MS = 1200;

/** Resolves when the store is closed again. Rejects with the signal's reason, and where the store cannot be made. */
export async function observeOnce(parts: ObservationParts): Promise<Seen> {
  const logger = loggerFor({ level: 'error', format: 'text' });
  const metrics = new PrometheusMetrics();
  const { dataDir } = parts.configuration;
  const store = await openStore({ target: { kind: 'embedded', dataDir }, clock: systemClock, logger, metrics });
  try {
    return await observe(parts, store, logger, metrics);
  } finally {
    await store.close();
  }
}

async function observe(
  parts: ObservationParts,
  store: TattleStore,
  logger: ReturnType<typeof loggerFor>,
  metrics: PrometheusMetrics,
): Promise<Seen> {
  const { accesses, configuration } = parts;
  const stopping = new AbortController();
  const signal = AbortSignal.any([parts.signal, stopping.signal]);
  const cache = new SlimCache();
  const redactor = redactorOf(configuration.redaction, cache);
  const common = { clock: systemClock, logger, metrics };
  const hotPath = createHotPath({
    ...common,
    cache,
    redactor,
    store: store.store,
    spool: null,
    filter: { ...DEFAULT_FILTER, namespaces: configuration.clusters.watchNamespaces },
    deduplicationMs: configuration.deduplication.ttlSeconds * 1000,
    onJobs: () => undefined,
    onTurn: () => undefined,
  });
  const watching = createWatching({
    ...common,
    ...{ accesses, configuration, hotPath },
    store: store.store,
    version: VERSION,
  });
  const workers = createWorkers({
    ...common,
    ...{ store, cache, redactor },
    readerOf: (clusterUid) => watching.readerOf(clusterUid),
    evidence: configuration.evidence,
    channels: () => [],
    policy: openPolicy,
    suppressNotices: false,
    onNotices: () => undefined,
  });
  const piping = hotPath.pipeline.run(signal);
  const watched = watching.run(signal);
  try {
    const whole = waitUntilSeen(watching, accesses.length, parts.forMs, signal);
    await Promise.race([whole, piping, watched]);
    const status = watching.status();
    const verdict = verdictOf(status);
    if (verdict !== null) return verdict;
    await systemClock.sleep(DETECTORS_MS, signal);
    await settle(hotPath, workers, signal);
    const isObjectThere = parts.object === undefined ? null : whetherThere(parts.object, cache, watching.clusters());
    return { kind: 'seen', notes: notesOf(status, accesses.length), isObjectThere };
  } finally {
    stopping.abort(new Error('seen'));
    hotPath.intake.close();
    await Promise.allSettled([piping, watched]);
    watching.close();
  }
}

async function settle(
  { pipeline }: HotPath,
  workers: ReturnType<typeof createWorkers>,
  signal: AbortSignal,
): Promise<void> {
  await pipeline.settle();
  await pipeline.tick(signal);
  await workers.drain(signal, ['evidence', 'diagnosis']);
}

/** Resolves when every cluster's events are watched, which begins when its objects are listed, or when the time is up. */
async function waitUntilSeen(
  watching: Pick<Watching, 'status'>,
  clusters: number,
  forMs: number,
  signal: AbortSignal,
): Promise<readonly StreamStatus[]> {
  const until = systemClock.now() + forMs;
  for (;;) {
    const status = watching.status();
    if (isSeen(status, clusters) || systemClock.now() >= until) return status;
    await systemClock.sleep(LOOK_AGAIN_MS, signal);
  }
}
