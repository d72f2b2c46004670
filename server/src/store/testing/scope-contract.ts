/** What every store must leave out for whoever may not see everything. */
import { expect, it } from 'vitest';
import { isNothing } from '../../kit/scope.ts';
import type { Scope } from '../../model/access.ts';
import { type EventFilter, FACET_FIELDS } from '../../model/query.ts';
import { change, CLUSTER, created } from './events.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { fillRandomly } from './random-history.ts';

const END = Date.UTC(2026, 4, 3, 1, 30);
const SHOP: Scope = [{ cluster: null, namespaces: ['shop'] }];

export function scopeContract(open: OpenTestStore): void {
  it('gives single events, groups and namespaces only where the scope covers them', async () => {
    const opened = await open({ now: END });
    const random = await fillRandomly(opened, { seed: 11, batches: 20, end: END, hours: 5 });
    const { history } = opened;
    const all = (await history.events({ fields: {} }, { limit: 1_000 })).items;
    for (let i = 0; i < 40; i++) {
      const scope = random.randomScope();
      const told = JSON.stringify(scope);
      const covered = new Set(random.naive.list({ fields: {}, scope }));
      for (const { uid, cluster } of all.slice(i, i + 12)) {
        expect((await history.event(uid, cluster, scope)) !== null, `${uid} in ${told}`).toBe(covered.has(uid));
      }
      const { rows } = await history.aggregate({ fields: {}, scope }, ['namespace'], 100);
      const namespaces = random.naive.facet({ fields: {}, scope }, 'namespace');
      expect(new Map(rows.map(({ key, events, occurrences }) => [key.namespace, { events, occurrences }]))).toEqual(
        namespaces,
      );
      const counts = new Map<string, number>();
      for (const { namespace, events } of await history.namespaces(scope)) {
        counts.set(namespace, (counts.get(namespace) ?? 0) + events);
      }
      expect(counts, told).toEqual(new Map([...namespaces].map(([name, { events }]) => [name, events])));
    }
  });

  it.each([undefined, 0])(
    'ignores a field’s own filter in its facet, but never the scope (exact up to %s)',
    async (exactLimit) => {
      const { store, history } = await open({ now: END, ...(exactLimit === undefined ? {} : { exactLimit }) });
      const seen = ['shop', 'orders', 'secret', ''].map((namespace, i) =>
        created({ uid: `u${String(i)}`, namespace, reason: `In-${namespace}`, at: END - 1_000 + i }),
      );
      await store.commit(change(END, { created: seen }));
      const scope: Scope = [{ cluster: CLUSTER.name, namespaces: ['shop', 'ord*'] }];
      const facets = await history.facets({ fields: { namespace: ['secret'] }, scope }, ['namespace', 'reason'], 10);
      expect(facets.map(({ values }) => values.map(({ value }) => value).sort())).toEqual([['orders', 'shop'], []]);
      const all = await history.facets({ fields: {}, scope }, FACET_FIELDS, 10);
      expect(JSON.stringify(all)).not.toContain('secret');
      expect((await history.events({ fields: { namespace: ['!shop'] }, scope }, { limit: 5 })).items).toHaveLength(1);
    },
  );

  it('answers an empty scope with nothing', async () => {
    const opened = await open({ now: END });
    const random = await fillRandomly(opened, { seed: 12, batches: 3, end: END, hours: 2 });
    const { history } = opened;
    for (const scope of [
      [],
      [{ cluster: null, namespaces: [] }],
      [{ cluster: 'a', namespaces: ['\0', ''] }],
    ] as Scope[]) {
      for (const { text, ...plain } of [
        { fields: {}, text: '' },
        { ...random.randomFilter(), text: 'probe' },
      ]) {
        const filter = { ...plain, scope, ...(text === '' ? {} : { text }) };
        expect(await history.events(filter, { limit: 5 })).toEqual({ items: [], nextCursor: null, partial: false });
        expect((await history.facets(filter, FACET_FIELDS, 5)).flatMap(({ values }) => values)).toEqual([]);
        expect((await history.histogram(filter, 10)).buckets.every(({ total }) => total === 0)).toBe(true);
        expect(await history.aggregate(filter, ['kind'], 5)).toEqual({ rows: [], partial: false });
      }
      expect(await history.namespaces(scope)).toEqual([]);
      expect((await history.incidents({ fields: {}, scope }, { limit: 5 })).items).toEqual([]);
      expect((await history.changes({ scope, limit: 5 })).items).toEqual([]);
      expect((await opened.outbox.deliveries({ scope, limit: 5 })).items).toEqual([]);
      expect(await opened.outbox.replayDeliveries({ scope, limit: 5 }, END)).toBe(0);
      if (isNothing(scope)) expect(await history.gaps({ scope, limit: 5 })).toEqual([]);
    }
  });

  it.each([undefined, 0])(
    'draws a histogram without a beginning from where what the scope covers began (exact up to %s)',
    async (exactLimit) => {
      const { store, history } = await open({ now: END, ...(exactLimit === undefined ? {} : { exactLimit }) });
      const at = (hours: number) => END - hours * 3_600_000 - 1_234;
      const seen = (
        [
          ['secret', 50],
          ['shop', 7],
          ['shop', 3],
          ['', 5],
        ] as const
      ).map(([namespace, hours], i) =>
        created({ uid: `u${String(i)}`, namespace, kind: i === 2 ? 'Node' : 'Pod', at: at(hours) }),
      );
      await store.commit(change(END, { created: seen }));
      const from = async (filter: Partial<EventFilter>) =>
        (await history.histogram({ fields: {}, ...filter }, 20)).from;
      expect(await from({})).toBe(at(50));
      expect(await from({ scope: SHOP })).toBe(at(7));
      expect(await from({ scope: SHOP, fields: { kind: ['Node'] } })).toBe(at(3));
      expect(await from({ fields: { namespace: ['', '!shop'] } })).toBe(at(5));
      expect(await from({ scope: [{ cluster: null, namespaces: ['none'] }] })).toBe(END);
      expect(await from({ scope: SHOP, to: at(20) })).toBe(at(20));
    },
  );

  it('keeps one scope’s pages apart from what lies between them', async () => {
    const { store, history } = await open({ now: END });
    const seen = Array.from({ length: 60 }, (_, i) =>
      created({ uid: `u${String(i)}`, namespace: i % 3 === 0 ? 'shop' : 'other', at: END - 1_000 + i }),
    );
    await store.commit(change(END, { created: seen }));
    const uids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await history.events(
        { fields: {}, scope: SHOP },
        { limit: 7, ...(cursor === undefined ? {} : { cursor }) },
      );
      uids.push(...page.items.map(({ uid }) => uid));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(uids).toEqual(Array.from({ length: 20 }, (_, i) => `u${String(57 - 3 * i)}`));
  });
}
