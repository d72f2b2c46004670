/** The API of a running server: what it is told about the process, where it listens, and the link that lets one in. */
import { fileURLToPath } from 'node:url';
import { createApi } from '../api/api.ts';
import type { KnownObjects, ServerStatus } from '../api/ports.ts';
import type { RuntimeChannels } from '../api/runtime-channels.ts';
import type { Sinks } from '../api/sinks.ts';
import type { Telling } from '../api/telling.ts';
import type { ClusterAccess } from '../kube/access.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import type { Outbox } from '../model/ports/telling.ts';
import type { Tracing } from '../model/tracing.ts';
import type { OutboxRunner } from '../notify/outbox-runner.ts';
import type { TattleStore } from '../store/open-store.ts';
import { inFront } from './base-path.ts';
import { createChatActs } from './chat-acts/chat-acts.ts';
import { checksOfServer } from './checks/of-server.ts';
import type { Configured, RunOptions } from './configure.ts';
import { type HotPath, INTAKE_BOUND } from './hot-path.ts';
import type { LiveChannels } from './live-channels/live-channels.ts';
import type { PrometheusMetrics } from './metrics/metrics.ts';
import { seenEvents } from './seen-lately/seen-events.ts';
import type { SeenLately } from './seen-lately/seen-lately.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import { every, type Services } from './services.ts';
import type { Settings } from './settings.ts';
import { ClusterNames } from './taking-in/cluster-names.ts';
import { createTakeIn } from './taking-in/take-in.ts';
import { createUnheardAlerts } from './taking-in/unheard-alerts.ts';
import { createTestIncidents } from './test-incident/test-incident.ts';
import { VERSION } from './version.ts';
import type { Watching } from './watching.ts';
import { whoMay } from './who-may.ts';

/** Where the package of the web UI puts what it builds. */
const WEB_UI = fileURLToPath(new URL('../../../web/dist', import.meta.url));

const UNHEARD_EVERY_MS = 600_000;

export interface ApiServiceParts {
  readonly configured: Configured;
  readonly options: Pick<RunOptions, 'out'>;
  readonly store: TattleStore;
  readonly settings: Settings;
  readonly hotPath: HotPath;
  readonly seen: SeenLately;
  readonly watching: Watching;
  readonly objects: KnownObjects;
  readonly accesses: readonly ClusterAccess[];
  /** Whether what is watched is a recording. */
  readonly simulated: boolean;
  readonly deliveries: Pick<OutboxRunner, 'health'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
  readonly tracing: Tracing;
  readonly services: Services;
  /** As people use it: see `replayingOutbox`. */
  readonly outbox: Outbox;
  readonly telling: Telling;
  readonly channels: LiveChannels;
  readonly channelChanges: RuntimeChannels;
  readonly sinks: Sinks;
}

export async function serveApi(parts: ApiServiceParts): Promise<void> {
  const { configured, store, settings, hotPath, watching, clock, logger, metrics, services } = parts;
  const { listen, dataDir } = configured.configuration;
  const { access, oidc, kubernetes } = await whoMay({
    configuration: configured.configuration,
    accesses: parts.accesses,
    clusters: () => watching.clusters(),
    namespaces: (clusterUid) => namespacesOf(parts, clusterUid),
    store: store.access,
    services,
    clock,
    logger,
    metrics,
  });
  const startedAt = clock.now();
  const status = (): ServerStatus => {
    const { health, tally } = hotPath.pipeline;
    return {
      startedAt,
      stopping: services.stopping,
      streams: watching.status(),
      store: { available: health.up, detail: health.up ? '' : health.why },
      queue: { arrivals: hotPath.intake.size, capacity: INTAKE_BOUND },
      tally,
      notices: settings.view().notices,
    };
  };
  const chat = createChatActs({
    history: store.history,
    outbox: store.outbox,
    silences: store.silences,
    idempotency: store.idempotency,
    act: (command) => hotPath.pipeline.act(command),
    channels: () => parts.channels.all(),
    clock,
    logger,
    metrics,
  });
  services.onStop('presses on buttons', () => chat.close());
  const api = await createApi({
    history: store.history,
    outbox: parts.outbox,
    telling: parts.telling,
    channels: parts.channelChanges,
    sinks: parts.sinks,
    act: (command) => hotPath.pipeline.act(command),
    settings,
    status,
    pendingJobs: async () => ({
      evidence: await store.jobs.pending('evidence'),
      diagnosis: await store.jobs.pending('diagnosis'),
      notice: await store.jobs.pending('notice'),
      'test-end': await store.jobs.pending('test-end'),
    }),
    knownNamespaces: () => knownNamespaces(parts),
    seen: seenEvents({ seen: parts.seen, history: store.history, settings, clock }),
    clusters: () => watching.clusters(),
    objects: parts.objects,
    checks: checksOfServer({
      configuration: configured.configuration,
      accesses: parts.accesses,
      simulated: parts.simulated,
      status,
      clusters: () => watching.clusters(),
      knownNamespaces: () => knownNamespaces(parts),
      settings,
      channels: () => parts.deliveries.health(),
      brokenChannel: (name) => parts.channels.about(name).broken,
      history: store.history,
      outbox: store.outbox,
      clock,
    }),
    testIncident: createTestIncidents({
      hotPath,
      holdDownMs: hotPath.correlator.holdDownMs,
      history: store.history,
      jobs: store.jobs,
      audit: store.audit,
      clock,
    }),
    takeIn: createTakeIn({ hotPath, clusters: clusterNames(parts), clock, metrics }),
    chatActs: chat.acts,
    metrics: () => metrics.text(),
    tracing: parts.tracing,
    access,
    accessStore: store.access,
    audit: store.audit,
    idempotency: store.idempotency,
    feed: store.feed,
    oidc,
    kubernetes,
    requestsPerMinute: configured.configuration.access.requestsPerMinute,
    trustedProxies: listen.trustedProxies,
    basePath: listen.basePath,
    ui: WEB_UI,
    clock,
    logger,
    version: VERSION,
  });
  // Before it listens: it reads the store's feed already, which must end where the port cannot be had, too.
  services.onStop('API', () => api.close());
  const { url } = await api.listen(listen.host, listen.port).catch((error: unknown) => {
    const where = `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;
    throw new Error(
      `cannot listen on ${where}: choose another address (TATTLE_HOST, --host) or port (TATTLE_PORT, --port)`,
      {
        cause: error,
      },
    );
  });
  await writeServerFile(dataDir, { url, token: access.token });
  services.onStop('server.json', () => removeServerFile(dataDir));
  const endUnheard = createUnheardAlerts({ hotPath, history: store.history, clock });
  services.run(
    'alerts',
    every(UNHEARD_EVERY_MS, clock, logger, 'looking for alerts that nothing is heard of', endUnheard),
  );
  parts.options.out.write(`Tattle ${VERSION} answers at ${url}${inFront(listen.basePath)}/?token=${access.token}\n`);
}

function clusterNames({ configured, accesses, watching, hotPath, store, clock }: ApiServiceParts): ClusterNames {
  return new ClusterNames({
    configured: accesses.map(({ name }) => name),
    watched: () => watching.clusters(),
    knowledge: (clusterUid, kind) => hotPath.cache.knowledge(clusterUid, kind),
    usual: configured.configuration.intake.cluster,
    history: store.history,
    clock,
  });
}

function* knownNamespaces(parts: ApiServiceParts): Iterable<{ cluster: ClusterRef; namespace: string }> {
  for (const cluster of parts.watching.clusters()) {
    for (const namespace of namespacesOf(parts, cluster.uid)) yield { cluster, namespace };
  }
}

/** Those that are named, too, where Namespaces may not be listed. */
function* namespacesOf({ configured, hotPath: { cache } }: ApiServiceParts, clusterUid: string): Iterable<string> {
  const { watchNamespaces } = configured.configuration.clusters;
  if (watchNamespaces !== 'all') yield* watchNamespaces;
  for (const { ref } of cache.list(clusterUid, 'Namespace')) yield ref.name;
}
