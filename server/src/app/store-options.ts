/** From configuration to what the store is opened with. */
import type { FeedHold } from '../store/feed-sweep.ts';
import type { RetentionPolicy } from '../store/retention.ts';
import type { StoreTarget } from '../store/open-store.ts';
import type { Configuration } from './config-schema.ts';

export function targetOf({ storeUrl, dataDir }: Pick<Configuration, 'storeUrl' | 'dataDir'>): StoreTarget {
  return storeUrl === undefined ? { kind: 'embedded', dataDir } : { kind: 'url', url: storeUrl };
}

export function feedHoldOf({ sinkBacklog }: Pick<Configuration, 'sinkBacklog'>): FeedHold {
  return { ms: sinkBacklog.hours * 3_600_000, rows: sinkBacklog.rows };
}

export function retentionOf({ retention }: Pick<Configuration, 'retention'>): RetentionPolicy {
  return retention;
}
