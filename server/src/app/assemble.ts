/** The parts of a server, put together over an open store; nothing of it runs yet. */
import { join } from 'node:path';
import type { KnownObjects } from '../api/ports.ts';
import { Spool } from '../kit/spool.ts';
import type { ClusterAccess } from '../kube/access.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import type { Outbox } from '../model/ports/telling.ts';
import type { Tracing } from '../model/tracing.ts';
import type { Telling } from '../api/telling.ts';
import { SlimCache } from '../observe/cache.ts';
import { keepAlive } from '../notify/keep-alive.ts';
import { createOutboxRunner, type OutboxRunner } from '../notify/outbox-runner.ts';
import type { TattleStore } from '../store/open-store.ts';
import type { Batch } from './committing/batch.ts';
import { loadSwitchBoard, replayingOutbox } from './channel-switch.ts';
import type { Configured } from './configure.ts';
import { createHotPath, type HotPath, SPOOL_BYTES } from './hot-path.ts';
import type { PrometheusMetrics } from './metrics/metrics.ts';
import { createEventRules, type EventRuleService } from './event-rules/event-rule-service.ts';
import { knownObjects } from './known-objects.ts';
import type { ChannelChanges } from './live-channels/channel-changes.ts';
import { liveChannelsOf } from './live-channels/live-channels-of.ts';
import type { LiveChannels } from './live-channels/live-channels.ts';
import { redactorOf } from './redactor.ts';
import { SeenLately } from './seen-lately/seen-lately.ts';
import { ownedOf, Settings } from './settings.ts';
import { createTelling } from './telling/telling.ts';
import { createTestEndHandler } from './test-incident/ending.ts';
import { VERSION } from './version.ts';
import { createWatching, type Watching } from './watching.ts';
import { createWorkers } from './workers.ts';

const TURN_WORDS = { opened: 'broken', worse: 'got worse', resolved: 'over' } as const;

export interface Foundations {
  readonly configured: Configured;
  readonly store: TattleStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
  readonly tracing: Tracing;
}

/** The clusters that are to be watched. */
export interface Watched {
  readonly accesses: readonly ClusterAccess[];
  readonly simulated: boolean;
}

export interface Assembled {
  readonly settings: Settings;
  readonly hotPath: HotPath;
  readonly seen: SeenLately;
  readonly watching: Watching;
  readonly objects: KnownObjects;
  readonly workers: ReturnType<typeof createWorkers>;
  readonly deliveries: OutboxRunner;
  readonly telling: Telling;
  /** In force: those of the configuration, and those that people added. */
  readonly channels: LiveChannels;
  /** What people do to those that they added. */
  readonly channelChanges: ChannelChanges;
  readonly eventRules: EventRuleService;
  /** Says to channels that want it, again and again, what goes on, until the signal aborts. */
  readonly keepTelling: (signal: AbortSignal) => Promise<void>;
  /** As people use it: what they replay is to be sent, also by a channel that was off. */
  readonly outbox: Outbox;
}

/** Throws `StoreUnavailable`, and where the spool cannot be opened. */
export async function assemble(foundations: Foundations, { accesses, simulated }: Watched): Promise<Assembled> {
  const { configured, store, ...common } = foundations;
  const { configuration } = configured;
  const { clock, logger, metrics } = common;
  const settings = await liveSettings(foundations, simulated);
  const cache = new SlimCache();
  const redactor = redactorOf(configuration.redaction, cache);
  const seen = new SeenLately(clock.now());
  const hotPath = createHotPath({
    ...common,
    seen,
    cache,
    redactor,
    store: store.store,
    spool: await openSpool(configuration.dataDir, logger),
    filter: settings.filter,
    deduplicationMs: configuration.deduplication.ttlSeconds * 1000,
    onJobs: () => workers.wake(),
    onStored: (change) => eventRules.see(change),
    onTurn: (turn, { id, severity, title, cluster }) => {
      logger.info({ incident: id, severity, cluster: cluster.name }, `${TURN_WORDS[turn]}: ${title}`);
    },
  });
  const eventRules = createEventRules({
    ...common,
    rules: configured.policy.eventRules,
    intake: hotPath.intake,
    openAlerts: () => hotPath.correlator.openAlerts(),
    recent: store.recent,
    follow: (clusterUid) => hotPath.pipeline.follow(clusterUid),
  });
  settings.onChange((filter) => hotPath.triage.setFilter(filter));
  const watching = createWatching({
    ...common,
    accesses,
    configuration,
    hotPath,
    store: store.store,
    version: VERSION,
  });
  const switches = await loadSwitchBoard(store.settings, clock);
  const { live: channels, changes: channelChanges } = await liveChannelsOf({ ...foundations, switches });
  const deliveries = createOutboxRunner({
    ...common,
    outbox: store.outbox,
    channels: () => channels.all(),
    readChannels: () => channels.load(),
    channelSwitch: switches.board,
  });
  const workers = createWorkers({
    ...common,
    store,
    cache,
    redactor,
    readerOf: (clusterUid) => watching.readerOf(clusterUid),
    evidence: configuration.evidence,
    channels: () => channels.all(),
    policy: () => configured.policy,
    suppressNotices: false,
    onNotices: () => deliveries.wake(),
    handlers: [
      createTestEndHandler({
        hotPath,
        follow: (clusterUid) => hotPath.pipeline.follow(clusterUid),
        act: (command) => hotPath.pipeline.act(command),
        holdDownMs: hotPath.correlator.holdDownMs,
        history: store.history,
        clock,
      }),
    ],
  });
  const outbox = replayingOutbox(store.outbox, switches, () => deliveries.wake());
  const objects = knownObjects({ cache, redactor, watching });
  const keepTelling = (signal: AbortSignal) =>
    keepAlive(
      {
        told: store.told,
        channels: () => channels.all(),
        isOff: (name) => switches.board.isOff(name),
        clock,
        logger,
        metrics,
      },
      signal,
    );
  const telling = createTelling({
    store,
    outbox,
    deliveries,
    channels: () => channels.all(),
    aboutChannel: (name) => channels.about(name),
    policy: () => configured.policy,
    section: configuration.notify,
    wakeNotices: () => workers.wake('notice'),
    clock,
  });
  return {
    ...{ settings, hotPath, seen, watching, objects, workers, deliveries },
    ...{ outbox, telling, channels, channelChanges, eventRules, keepTelling },
  };
}

function openSpool(dataDir: string, logger: Logger): Promise<Spool<Batch>> {
  return Spool.open<Batch>(join(dataDir, 'spool'), SPOOL_BYTES, (path, error) => {
    logger.error(
      { err: error, path },
      'a batch that waited on disk is damaged: it is set aside, and its events are not stored',
    );
  });
}

async function liveSettings({ configured, store, clock, logger }: Foundations, simulated: boolean): Promise<Settings> {
  const { owners } = configured;
  const settings = new Settings({
    store: store.settings,
    owned: ownedOf(configured),
    owners,
    // Nothing real is monitored before someone chooses it; the simulated cluster is there to be looked at.
    ...(simulated ? { defaults: { filter: { namespaces: 'all' } } } : {}),
    clock,
    logger,
  });
  await settings.load();
  for (const notice of settings.view().notices) logger.warn({}, notice);
  return settings;
}
