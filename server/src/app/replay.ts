/** `tattle replay`: a recording through the whole real pipeline, on its own clock, into a store; then it reports and ends. */
import { mkdir } from 'node:fs/promises';
import { ManualClock } from '../kit/clock.ts';
import { openRecording, type Recording } from '../kube/recording/recording.ts';
import type { Tally } from '../model/change-set.ts';
import type { FilterSettings } from '../model/settings.ts';
import { SlimCache } from '../observe/cache.ts';
import { createReplay, type Replay, type ReplayReport as Lines } from '../observe/replay.ts';
import { openStore, type StoreTarget, type TattleStore } from '../store/open-store.ts';
import { type Configured, configure, type RunOptions } from './configure.ts';
import { createHotPath } from './hot-path.ts';
import { loggerFor } from './logger.ts';
import { PrometheusMetrics } from './metrics/metrics.ts';
import { runningServer } from './server-file.ts';
import { redactorOf } from './redactor.ts';
import { ownedOf, Settings } from './settings.ts';
import { retentionOf, targetOf } from './store-options.ts';
import { createWorkers } from './workers.ts';

export interface ReplayOptions extends RunOptions {
  /** The folder of the recording. */
  readonly directory: string;
  /** In place of the configured store. */
  readonly into?: StoreTarget;
}

export interface ReplayReport extends Tally {
  /** That the store holds now, also from before. */
  readonly incidents: number;
  /** Of real time. */
  readonly seconds: number;
  /** Lines of the recording that could not be read; empty when all could. */
  readonly broken: readonly string[];
}

/** Rejects when it cannot start, also while a server runs on the data directory. */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const began = performance.now();
  const recording = await openRecording(options.directory);
  const clock = new ManualClock(recording.baseTime);
  const configured = await configure(options, clock);
  const { configuration } = configured;
  await refuseBesideServer(configured);
  const logger = loggerFor(configuration.log);
  const metrics = new PrometheusMetrics();
  await mkdir(configuration.dataDir, { recursive: true, mode: 0o700 });
  const store = await openStore({
    target: options.into ?? targetOf(configuration),
    clock,
    logger,
    metrics,
    retention: retentionOf(configuration),
  });
  try {
    const { tally, lines } = await play(recording, { configured, store, clock, logger, metrics, options });
    const seconds = Math.round(performance.now() - began) / 1000;
    const { incidents } = await store.history.totals();
    return { ...tally, incidents, seconds, broken: lines.brokenExamples };
  } finally {
    await store.close();
  }
}

async function refuseBesideServer({ configuration }: Configured): Promise<void> {
  if (configuration.storeUrl !== undefined) return;
  const server = await runningServer(configuration.dataDir);
  if (server === null) return;
  throw new Error(
    `a server at ${server.url} runs on ${configuration.dataDir}: stop it, or replay into another directory with --data-dir`,
  );
}

interface Stage {
  readonly configured: Configured;
  readonly store: TattleStore;
  readonly clock: ManualClock;
  readonly logger: ReturnType<typeof loggerFor>;
  readonly metrics: PrometheusMetrics;
  readonly options: ReplayOptions;
}

async function play(recording: Recording, stage: Stage): Promise<{ tally: Tally; lines: Lines }> {
  const { configured, store, clock, logger, metrics, options } = stage;
  const { configuration, channels, policy } = configured;
  const cache = new SlimCache();
  const redactor = redactorOf(configuration.redaction, cache);
  const hotPath = createHotPath({
    cache,
    store: store.store,
    spool: null,
    filter: await filterFor(stage),
    redactor,
    deduplicationMs: configuration.deduplication.ttlSeconds * 1000,
    clock,
    logger,
    metrics,
    onJobs: () => undefined,
    onTurn: (turn, { id, title }) => logger.debug({ incident: id, turn }, title),
  });
  const { pipeline, intake } = hotPath;
  const workers = createWorkers({
    store,
    cache,
    readerOf: (clusterUid) => (clusterUid === replaying.cluster.uid ? replaying.reader : undefined),
    redactor,
    evidence: configuration.evidence,
    channels: () => channels,
    policy: () => policy,
    suppressNotices: true,
    onNotices: () => undefined,
    clock,
    logger,
    metrics,
  });
  const replaying: Replay = createReplay({
    recording,
    clock,
    intake,
    normalise: hotPath.normalise,
    tracker: hotPath.tracker,
    settle: async () => {
      await pipeline.settle();
      await pipeline.tick(options.signal);
      await workers.drain(options.signal);
    },
    holdDownMs: hotPath.correlator.holdDownMs,
    customResources: configuration.clusters.customResources,
    logger,
  });
  pipeline.follow(replaying.cluster.uid);
  const piping = pipeline.run(options.signal);
  try {
    await Promise.race([replaying.run(options.signal), piping]);
  } finally {
    intake.close();
  }
  await piping;
  await workers.drain(options.signal);
  return { tally: pipeline.tally, lines: replaying.report() };
}

/** As a server would read it: defaults, what was saved, what configuration owns. */
async function filterFor({ configured, store, clock, logger }: Stage): Promise<FilterSettings> {
  const settings = new Settings({
    store: store.settings,
    owned: ownedOf(configured),
    owners: configured.owners,
    clock,
    logger,
  });
  await settings.load();
  for (const notice of settings.view().notices) logger.warn({}, notice);
  return settings.filter;
}
