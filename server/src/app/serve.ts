/** Starts a server, sinks before sources, and stops it, sources before sinks. */
import { mkdir } from 'node:fs/promises';
import { systemClock } from '../kit/clock.ts';
import { DataLock } from '../store/embedded/data-lock.ts';
import { openStore } from '../store/open-store.ts';
import { serveApi } from './api-service.ts';
import { assemble, type Foundations, type Watched } from './assemble.ts';
import { chooseClusters } from './clusters.ts';
import { configure, type RunOptions } from './configure.ts';
import { startDemoCluster } from './demo-cluster.ts';
import { beginMetrics, setBacklog, setGauges } from './metrics/gauges.ts';
import { loggerFor } from './logger.ts';
import { PrometheusMetrics } from './metrics/metrics.ts';
import { every, Services } from './services.ts';
import { createSinkService } from './sinks/sinks.ts';
import { feedHoldOf, retentionOf, targetOf } from './store-options.ts';
import { startTelemetry } from './telemetry/start-telemetry.ts';
import { VERSION } from './version.ts';

const TICK_MS = 1000;
const BACKLOG_MS = 15_000;
const MAINTENANCE_MS = 3_600_000;

interface RunningFoundations extends Foundations {
  readonly options: RunOptions;
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
    // Before everything that makes spans: it stops after it.
    const telemetry = await startTelemetry(configuration.telemetry, { clock, logger, metrics });
    services.onStop('telemetry', () => telemetry.stop());
    const target = targetOf(configuration);
    // The embedded store takes the lock itself; spool and server.json want one as well.
    if (target.kind === 'url') {
      const lock = await DataLock.take(configuration.dataDir);
      services.onStop('data directory', () => lock.release());
    }
    const retention = retentionOf(configuration);
    const feedHold = feedHoldOf(configuration);
    const store = await openStore({ target, clock, logger, metrics, retention, feedHold });
    services.onStop('store', () => store.close());
    const foundations = { configured, options, store, clock, logger, metrics, tracing: telemetry.tracing, services };
    if (chosen.kind === 'real') {
      await start(foundations, { accesses: chosen.accesses, simulated: false });
      logger.info({ version: VERSION, watching: chosen.how }, 'started');
    } else {
      const demo = await startDemoCluster(configuration.simulate, clock, logger);
      services.onStop('simulated cluster', () => demo.close());
      await start(foundations, { accesses: [demo.access], simulated: true });
      logger.info({ version: VERSION, why: chosen.why }, 'started on a simulated cluster');
    }
    await services.until(options.signal);
  } catch (error) {
    if (!options.signal.aborted) throw error;
    // Ctrl-C reaches what it starts, too: that this ended is no failure.
    logger.warn({ err: error }, 'told to stop before it had started');
  } finally {
    await services.stop(options.signal.aborted ? messageOf(options.signal.reason) : 'it cannot go on');
  }
}

/** The same over the simulated cluster, whatever else there is to watch. */
export function demo(options: RunOptions): Promise<void> {
  return serve({ ...options, overrides: { ...options.overrides, 'clusters.source': 'simulate' } });
}

/** Sinks before sources: what is stopped in the opposite order has nowhere left to write. */
async function start(foundations: RunningFoundations, watched: Watched): Promise<void> {
  const { configured, store, clock, logger, metrics, services } = foundations;
  const parts = await assemble(foundations, watched);
  const { settings, channels, hotPath, watching, workers, deliveries, eventRules } = parts;
  const clusters = watched.accesses.map(({ name }) => name);
  const channelNames = () => channels.all().map(({ name }) => name);
  const again = (name: string, ms: number, what: string, work: (signal: AbortSignal) => Promise<void>) =>
    services.run(name, every(ms, clock, logger, what, work));

  beginMetrics(metrics, clusters, channelNames());
  services.onStop('connections to clusters', async () => watching.close());
  const sinks = createSinkService({ ...foundations, configuration: configured.configuration, settings });
  await serveApi({ ...foundations, ...parts, ...watched, sinks: sinks.views });
  services.run('settings', (signal) => settings.follow(signal));
  services.run('channels', (signal) => channels.follow(signal));
  again('maintenance', MAINTENANCE_MS, 'maintenance of the store', async () => {
    logger.debug(await store.maintain(settings.retention), 'maintenance done');
  });
  await sinks.start();
  services.run('deliveries', (signal) => deliveries.run(signal));
  services.run('keep-alive', parts.keepTelling);
  services.run('jobs', (signal) => workers.run(signal));
  services.run('pipeline', (signal) => {
    signal.addEventListener('abort', () => hotPath.intake.close(), { once: true });
    return hotPath.pipeline.run(signal);
  });
  again('clock tick', TICK_MS, 'resolving incidents', (signal) => hotPath.pipeline.tick(signal));
  // Apart from the tick, which waits for the store: what goes wrong must be seen while it does.
  again('gauges', TICK_MS, 'reading gauges', async () => {
    setGauges({ metrics, clusters, hotPath, watching, outbox: deliveries });
  });
  again('backlog', BACKLOG_MS, 'counting what waits in the store', async () => {
    if (hotPath.pipeline.health.up) setBacklog(metrics, await store.backlog(), channelNames());
  });
  again('event rules', TICK_MS, 'asking event rules', () => eventRules.tick());
  services.run('sources', (signal) => watching.run(signal));
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
