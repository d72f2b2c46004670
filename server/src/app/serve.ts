/** Puts a server together, starts sinks before sources, and stops sources before sinks. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../kit/clock.ts';
import { Spool } from '../kit/spool.ts';
import type { ClusterAccess } from '../kube/access.ts';
import type { Clock, Logger } from '../model/ports.ts';
import { SlimCache } from '../observe/cache.ts';
import { createOutboxRunner } from '../notify/outbox-runner.ts';
import { DataLock } from '../store/embedded/data-lock.ts';
import { openStore, type TattleStore } from '../store/open-store.ts';
import { serveApi } from './api-service.ts';
import type { Batch } from './batch.ts';
import { loadSwitchBoard, replayingOutbox } from './channel-switch.ts';
import { chooseClusters } from './clusters.ts';
import { type Configured, configure, type RunOptions } from './configure.ts';
import { startDemoCluster } from './demo-cluster.ts';
import { createHotPath } from './hot-path.ts';
import { loggerFor } from './logger.ts';
import { PrometheusMetrics } from './metrics.ts';
import { every, Services } from './services.ts';
import { Settings } from './settings.ts';
import { redactorOf } from './redactor.ts';
import { retentionOf, targetOf } from './store-options.ts';
import { VERSION } from './version.ts';
import { createWatching } from './watching.ts';
import { createWorkers } from './workers.ts';

const TURNS = { opened: 'broken', worse: 'got worse', resolved: 'over', test: 'test' } as const;
const SPOOL_BYTES = 256 * 1024 * 1024;
const TICK_MS = 1000;
const MAINTENANCE_MS = 3_600_000;

interface Foundations {
  readonly configured: Configured;
  readonly options: RunOptions;
  readonly store: TattleStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
  readonly services: Services;
}

/** Runs until the signal aborts, then drains and stops within the grace period. Rejects when it cannot start. */
export async function serve(options: RunOptions): Promise<void> {
  const clock = systemClock;
  const configured = await configure(options, clock);
  const { configuration } = configured;
  const logger = loggerFor(configuration.log);
  for (const warning of configured.warnings) logger.warn({}, warning);
  const chosen = await chooseClusters(configuration, options.env, clock);
  await mkdir(configuration.dataDir, { recursive: true, mode: 0o700 });
  const metrics = new PrometheusMetrics();
  const services = new Services(clock, logger, configuration.stopGraceSeconds * 1000);
  try {
    const target = targetOf(configuration);
    // The embedded store takes the lock itself; spool and server.json want one as well.
    if (target.kind === 'url') {
      const lock = await DataLock.take(configuration.dataDir);
      services.onStop('data directory', () => lock.release());
    }
    const store = await openStore({ target, clock, logger, metrics, retention: retentionOf(configuration) });
    services.onStop('store', () => store.close());
    const foundations = { configured, options, store, clock, logger, metrics, services };
    if (chosen.kind === 'real') {
      await start(foundations, chosen.accesses, false);
      logger.info({ watching: chosen.how }, 'started');
    } else {
      const demo = await startDemoCluster(configuration.simulate, clock, logger);
      services.onStop('simulated cluster', () => demo.close());
      await start(foundations, [demo.access], true);
      logger.info({ why: chosen.why }, 'started on a simulated cluster');
    }
    await services.until(options.signal);
  } finally {
    await services.stop();
  }
}

/** The same over the simulated cluster, whatever else there is to watch. */
export function demo(options: RunOptions): Promise<void> {
  return serve({ ...options, overrides: { ...options.overrides, 'clusters.source': 'simulate' } });
}

async function start(foundations: Foundations, accesses: readonly ClusterAccess[], simulated: boolean): Promise<void> {
  const { configured, store, clock, logger, metrics, services } = foundations;
  const { configuration, channels } = configured;
  const settings = await liveSettings(foundations, simulated);
  const spool = await Spool.open<Batch>(join(configuration.dataDir, 'spool'), SPOOL_BYTES, (path, error) => {
    logger.error(
      { err: error, path },
      'a batch that waited on disk is damaged: it is set aside, and its events are not stored',
    );
  });
  const cache = new SlimCache();
  const redactor = redactorOf(configuration.redaction, cache);
  const hotPath = createHotPath({
    cache,
    store: store.store,
    spool,
    filter: settings.filter,
    redactor,
    deduplicationMs: configuration.deduplication.ttlSeconds * 1000,
    clock,
    logger,
    metrics,
    onJobs: () => workers.wake(),
    onTurn: (turn, { id, severity, title, cluster }) => {
      logger.info({ incident: id, severity, cluster: cluster.name }, `${TURNS[turn]}: ${title}`);
    },
  });
  settings.onChange((filter) => hotPath.triage.setFilter(filter));
  const watching = createWatching({
    accesses,
    configuration,
    hotPath,
    store: store.store,
    clock,
    logger,
    metrics,
    version: VERSION,
  });
  const switches = await loadSwitchBoard(store.settings, clock);
  const outbox = createOutboxRunner({
    outbox: store.outbox,
    channels: () => channels,
    channelSwitch: switches.board,
    clock,
    logger,
    metrics,
  });
  const workers = createWorkers({
    store,
    cache,
    readerOf: (clusterUid) => watching.readerOf(clusterUid),
    redactor,
    evidence: configuration.evidence,
    channels: () => channels.map(({ name }) => name),
    suppressNotices: false,
    onNotices: () => outbox.wake(),
    clock,
    logger,
    metrics,
  });

  await serveApi({
    ...foundations,
    settings,
    hotPath,
    watching,
    outbox: replayingOutbox(store.outbox, switches, () => outbox.wake()),
  });
  services.run('settings', (signal) => settings.follow(signal));
  services.run(
    'maintenance',
    every(MAINTENANCE_MS, clock, logger, 'maintenance of the store', async () => {
      logger.debug(await store.maintain(), 'maintenance done');
    }),
  );
  services.run('deliveries', (signal) => outbox.run(signal));
  services.run('jobs', (signal) => workers.run(signal));
  services.run('pipeline', (signal) => {
    signal.addEventListener('abort', () => hotPath.intake.close(), { once: true });
    return hotPath.pipeline.run(signal);
  });
  services.run(
    'clock tick',
    every(TICK_MS, clock, logger, 'resolving incidents', async (signal) => {
      await hotPath.pipeline.tick(signal);
      metrics.gauge('tattle_intake_queued', {}, hotPath.intake.size);
      for (const { cluster, stream, health, lastHeard } of watching.status()) {
        metrics.gauge('tattle_watch_healthy', { cluster: cluster.name, stream }, health === 'watching' ? 1 : 0);
        if (lastHeard !== null) {
          metrics.gauge(
            'tattle_watch_last_heard_timestamp_seconds',
            { cluster: cluster.name, stream },
            lastHeard / 1000,
          );
        }
      }
    }),
  );
  services.run('sources', (signal) => watching.run(signal));
}

async function liveSettings({ configured, store, clock, logger }: Foundations, simulated: boolean): Promise<Settings> {
  const { configuration, owners } = configured;
  const settings = new Settings({
    store: store.settings,
    owned: configuration.filter,
    owners,
    // Nothing real is monitored before someone chooses it; the simulated cluster is there to be looked at.
    ...(simulated ? { defaults: { namespaces: 'all' } } : {}),
    clock,
    logger,
  });
  await settings.load();
  for (const notice of settings.view().notices) logger.warn({}, notice);
  return settings;
}
