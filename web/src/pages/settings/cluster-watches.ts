/** Watches by their cluster. */
import type { WireStatus } from '@tattle/contract';

type Stream = WireStatus['streams'][number];

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
