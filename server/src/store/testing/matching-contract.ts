/** The store and the filter over events at hand say the same of every event. */
import { expect, it } from 'vitest';
import { matchesEvent } from '../../kit/matches-event.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { EventFilter } from '../../model/query.ts';
import type { TattleStore } from '../open-store.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { fillRandomly } from './random-history.ts';

const END = Date.UTC(2026, 4, 3, 1, 30);

async function all({ history }: TattleStore, filter: EventFilter): Promise<readonly ClusterEvent[]> {
  const items: ClusterEvent[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await history.events(filter, { limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = page.nextCursor;
  }
}

export function matchingContract(open: OpenTestStore): void {
  it('finds what a filter over events at hand finds', async () => {
    const store = await open({ now: END });
    const history = await fillRandomly(store, { seed: 23, batches: 15, end: END, hours: 30 });
    const stored = await all(store, { fields: {} });
    expect(stored.length).toBeGreaterThan(200);
    let found = 0;
    for (let i = 0; i < 120; i++) {
      // To the end: of an event at hand only the last time is known.
      const { to: _to, ...filter } = history.randomFilter();
      const expected = stored.filter((event) => matchesEvent(filter, event)).map(({ uid }) => uid);
      const asked = (await all(store, filter)).map(({ uid }) => uid);
      expect(asked.sort(), JSON.stringify(filter)).toEqual(expected.sort());
      found += asked.length;
    }
    expect(found).toBeGreaterThan(100);
  });
}
