/** Opens stores for tests on fresh databases of one server, and closes them after each test. */
import { onTestFinished } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { openStore } from '../open-store.ts';
import type { StoreOptions, TattleStore } from '../open-store.ts';
import { noMetrics, silentLogger } from './servers.ts';
import type { TestServer } from './servers.ts';

interface TestStore extends TattleStore {
  readonly clock: ManualClock;
  readonly url: string;
  /** A second store on the same database. */
  reopen(): Promise<TattleStore>;
}

export type OpenTestStore = (
  options: { readonly now: number } & Partial<
    Pick<StoreOptions, 'exactLimit' | 'retention' | 'recentIdentities' | 'logger'>
  >,
) => Promise<TestStore>;

export function testStores(server: () => TestServer): OpenTestStore {
  return async ({ now, ...options }) => {
    const clock = new ManualClock(now);
    const url = await server().freshDatabase();
    const open = async () => {
      const store = await openStore({
        target: { kind: 'url', url },
        clock,
        logger: silentLogger,
        metrics: noMetrics,
        ...options,
      });
      onTestFinished(() => store.close());
      return store;
    };
    return { ...(await open()), clock, url, reopen: open };
  };
}
