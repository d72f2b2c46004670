/** The cluster whose tokens are taken by default: the first of those that are watched, and no other, since it sees them. */
import type { ClusterAccess } from '../../kube/access.ts';
import { KubeClient } from '../../kube/client.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { TrustedCluster } from './vouching.ts';

/** Apart from the watch's: tokens that anybody may show must not use up what the watch may ask. */
const RATE = { perSecond: 1000, burst: 1000 };

export interface FirstClusterParts {
  readonly access: ClusterAccess;
  /** Clusters by what they were found to be; the names are those of the accesses. */
  readonly known: () => readonly ClusterRef[];
  readonly clock: Clock;
  readonly version: string;
}

export interface FirstCluster extends TrustedCluster {
  /** Closes its connections. */
  close(): void;
}

export function firstCluster({ access, known, clock, version }: FirstClusterParts): FirstCluster {
  const client = new KubeClient({ access, clock, userAgent: `tattle/${version}`, rateLimit: RATE });
  return {
    idPrefix: 'kubernetes:',
    reviewer: client,
    cluster: () => known().find(({ name }) => name === access.name) ?? null,
    close: () => client.close(),
  };
}
