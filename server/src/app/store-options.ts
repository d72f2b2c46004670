/** From configuration to what the store is opened with. */
import type { RetentionPolicy } from '../store/retention.ts';
import type { StoreTarget } from '../store/open-store.ts';
import type { Configuration } from './config-schema.ts';

export function targetOf({ storeUrl, dataDir }: Pick<Configuration, 'storeUrl' | 'dataDir'>): StoreTarget {
  return storeUrl === undefined ? { kind: 'embedded', dataDir } : { kind: 'url', url: storeUrl };
}

export function retentionOf({ retention }: Pick<Configuration, 'retention'>): RetentionPolicy {
  return retention;
}
