/** The sources of one process: a ClusterSource for each cluster, and a way to read objects and logs of each. */
import type { ClusterAccess } from '../kube/access.ts';
import { KubeClient } from '../kube/client.ts';
import { Discovery } from '../kube/discovery.ts';
import { LiveReader } from '../kube/live-reader.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { ClusterReader } from '../model/ports/cluster.ts';
import type { Store } from '../model/ports/store.ts';
import type { StreamStatus } from '../model/ports/source.ts';
import { ClusterSource, DEFAULT_SOURCE_SETTINGS } from '../observe/cluster-source.ts';
import type { Configuration } from './config-schema.ts';
import type { HotPath } from './hot-path.ts';

export interface WatchingParts {
  readonly accesses: readonly ClusterAccess[];
  readonly configuration: Configuration;
  readonly hotPath: HotPath;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly version: string;
}

export interface Watching {
  /** Runs every source until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  status(): readonly StreamStatus[];
  readerOf(clusterUid: string): ClusterReader | undefined;
  clusters(): readonly ClusterRef[];
  /** Closes the connections to the clusters. To be called when neither sources nor readers ask any more. */
  close(): void;
}

export function createWatching(parts: WatchingParts): Watching {
  const readers = new Map<string, ClusterReader>();
  const clients: KubeClient[] = [];
  const sources = parts.accesses.map((access) => {
    const client = clientFor(access, parts);
    clients.push(client);
    return sourceFor(access, client, parts, (cluster) => {
      readers.set(cluster.uid, new LiveReader(client, new Discovery(client)));
      parts.hotPath.pipeline.follow(cluster.uid);
    });
  });
  return {
    run: async (signal) => {
      await Promise.all(sources.map((source) => source.run(signal)));
    },
    status: () => sources.flatMap((source) => source.status()),
    readerOf: (clusterUid) => readers.get(clusterUid),
    clusters: () => sources.flatMap((source) => source.cluster ?? []),
    close: () => {
      for (const client of clients) client.close();
    },
  };
}

function clientFor(access: ClusterAccess, { configuration, clock, version }: WatchingParts): KubeClient {
  const { qps, burst } = configuration.clusters;
  return new KubeClient({ access, clock, userAgent: `tattle/${version}`, rateLimit: { perSecond: qps, burst } });
}

function sourceFor(
  access: ClusterAccess,
  client: KubeClient,
  { configuration, hotPath, store, clock, logger, metrics }: WatchingParts,
  onIdentified: (cluster: ClusterRef) => void,
): ClusterSource {
  const { mode, pollSeconds, watchNamespaces, customResources } = configuration.clusters;
  return new ClusterSource({
    name: access.name,
    client,
    clock,
    random: Math.random,
    logger,
    metrics,
    intake: hotPath.intake,
    normalise: hotPath.normalise,
    tracker: hotPath.tracker,
    position: (clusterUid, stream) => store.position(clusterUid, stream),
    identify: (keys) => store.identify(keys),
    wanted: (observation) => hotPath.triage.triage([observation]).kept.length > 0,
    onIdentified,
    settings: {
      ...DEFAULT_SOURCE_SETTINGS,
      mode,
      pollMs: pollSeconds * 1000,
      namespaces: watchNamespaces,
      customResources,
      fallbackNamespace: access.namespace,
    },
  });
}
