/** The API of a running server: what it is told about the process, where it listens, and the link that lets one in. */
import { createAccess } from '../api/access.ts';
import { createApi } from '../api/api.ts';
import type { ServerStatus } from '../api/ports.ts';
import type { Clock, Logger, Outbox } from '../model/ports.ts';
import type { TattleStore } from '../store/open-store.ts';
import type { Configured, RunOptions } from './configure.ts';
import { type HotPath, INTAKE_BOUND } from './hot-path.ts';
import type { PrometheusMetrics } from './metrics.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import { VERSION } from './version.ts';
import type { Watching } from './watching.ts';

export interface ApiServiceParts {
  readonly configured: Configured;
  readonly options: Pick<RunOptions, 'out'>;
  readonly store: TattleStore;
  readonly settings: Settings;
  readonly hotPath: HotPath;
  readonly watching: Watching;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
  readonly services: Services;
  /** As people use it: see `replayingOutbox`. */
  readonly outbox: Outbox;
}

export async function serveApi(parts: ApiServiceParts): Promise<void> {
  const { configured, store, settings, hotPath, watching, clock, logger, metrics, services } = parts;
  const { listen, dataDir } = configured.configuration;
  const access = createAccess({
    host: listen.host,
    allowedHosts: listen.allowedHosts,
    ...(listen.publicUrl === undefined ? {} : { publicUrl: listen.publicUrl }),
    ...(listen.token === undefined ? {} : { lastingToken: listen.token }),
    clock,
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
  const api = await createApi({
    history: store.history,
    outbox: parts.outbox,
    act: (command) => hotPath.pipeline.act(command),
    settings,
    status,
    pendingJobs: async () => ({
      evidence: await store.jobs.pending('evidence'),
      diagnosis: await store.jobs.pending('diagnosis'),
      notice: await store.jobs.pending('notice'),
    }),
    knownNamespaces: () => knownNamespaces(parts),
    metrics: () => metrics.text(),
    access,
    clock,
    logger,
    version: VERSION,
  });
  const { url } = await api.listen(listen.host, listen.port);
  services.onStop('API', () => api.close());
  await writeServerFile(dataDir, { url, token: access.token });
  services.onStop('server.json', () => removeServerFile(dataDir));
  parts.options.out.write(`Tattle ${VERSION} answers at ${url}/?token=${access.token}\n`);
}

function* knownNamespaces({ hotPath, watching }: ApiServiceParts): Iterable<{ cluster: string; namespace: string }> {
  for (const cluster of watching.clusters()) {
    for (const { ref } of hotPath.cache.list(cluster.uid, 'Namespace'))
      yield { cluster: cluster.uid, namespace: ref.name };
  }
}
