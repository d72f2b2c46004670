/** How watches are doing, cluster by cluster, in words. Pure. */
import type { WireStatus } from '@tattle/contract';

type Stream = WireStatus['streams'][number];

const HEALTH: Readonly<Record<Stream['health'], string>> = {
  starting: 'Starting',
  listing: 'Reading all',
  watching: 'Watching',
  stale: 'Behind',
  unreachable: 'Unreachable',
  denied: 'Denied',
  stopped: 'Stopped',
};

const GAPS: Readonly<Record<WireStatus['gaps'][number]['reason'], string>> = {
  'not-running': 'Tattle was not running',
  expired: 'the cluster no longer knew where the watch had been',
  unreachable: 'the cluster could not be reached',
  silent: 'the watch went silent',
  denied: 'watching was not allowed',
  restored: 'the cluster was restored from a backup',
  overload: 'more came than could be taken',
};

export function healthWords(health: Stream['health']): string {
  return HEALTH[health];
}

export function gapWords(reason: WireStatus['gaps'][number]['reason']): string {
  return GAPS[reason];
}

export interface ClusterWatches {
  readonly cluster: string;
  readonly name: string;
  /** Those that are not well first. */
  readonly streams: readonly Stream[];
  readonly well: number;
}

export function byCluster(streams: readonly Stream[]): readonly ClusterWatches[] {
  const clusters = new Map<string, Stream[]>();
  for (const stream of streams) clusters.set(stream.cluster, [...(clusters.get(stream.cluster) ?? []), stream]);
  return [...clusters].map(([cluster, own]) => ({
    cluster,
    name: own[0]?.clusterName ?? cluster,
    streams: [...own.filter((stream) => !isWell(stream)), ...own.filter(isWell)],
    well: own.filter(isWell).length,
  }));
}

function isWell({ health }: Stream): boolean {
  return health === 'watching';
}
