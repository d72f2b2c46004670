/** What every store must answer, compared with a naive history on random data. */
import { expect, it } from 'vitest';
import { FACET_FIELDS } from '../../model/query.ts';
import type { EventFilter } from '../../model/query.ts';
import { CursorError } from '../../model/ports/store.ts';
import { DAY_MS } from '../event-id.ts';
import type { TattleStore } from '../open-store.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { fillRandomly } from './random-history.ts';

const END = Date.UTC(2026, 4, 3, 1, 30);

export function readingContract(open: OpenTestStore): void {
  it('lists, counts and draws what a naive history would, for any filter', async () => {
    const opened = await open({ now: END });
    const random = await fillRandomly(opened, { seed: 7, batches: 40, end: END, hours: 30 });
    for (let i = 0; i < 100; i++) {
      const filter = random.randomFilter();
      const told = JSON.stringify(filter);
      expect(await wholeList(opened, filter), told).toEqual(random.naive.list(filter));
      const facets = await opened.history.facets(filter, FACET_FIELDS, 1_000);
      for (const facet of facets) {
        const values = new Map(facet.values.map(({ value, events, occurrences }) => [value, { events, occurrences }]));
        expect(values, `${facet.field} of ${told}`).toEqual(random.naive.facet(filter, facet.field));
      }
      const histogram = await opened.history.histogram(filter, 50);
      const drawn = histogram.buckets.reduce((sum, bucket) => sum + bucket.total, 0);
      expect(drawn, told).toBe(random.naive.occurrences(filter));
    }
  });

  it('tells the same from rollups, over ranges of whole buckets', async () => {
    const opened = await open({ now: END, exactLimit: 0 });
    const random = await fillRandomly(opened, { seed: 8, batches: 40, end: END, hours: 60 });
    for (let i = 0; i < 60; i++) {
      const any = random.randomFilter();
      // Long ranges are widened to hours, short ones to five minutes.
      const long = any.from === undefined || (any.to ?? END) - any.from >= 2 * DAY_MS;
      const length = long ? 3_600_000 : 300_000;
      const filter = {
        fields: any.fields,
        ...(any.scope === undefined ? {} : { scope: any.scope }),
        ...(any.from === undefined ? {} : { from: Math.floor(any.from / length) * length }),
        ...(any.to === undefined ? {} : { to: Math.ceil(any.to / length) * length }),
      };
      const fields = i % 2 === 0 ? FACET_FIELDS : FACET_FIELDS.toReversed();
      for (const facet of await opened.history.facets(filter, fields, 1_000)) {
        const naive = random.naive.facet(filter, facet.field);
        for (const { value, events, occurrences } of facet.values) {
          const expected = naive.get(value) ?? { events: 0, occurrences: 0 };
          expect(occurrences, `${facet.field}=${value} of ${JSON.stringify(filter)}`).toBe(expected.occurrences);
          // A range that ended counts lives that overlap it, with or without an occurrence inside.
          if (filter.to === undefined) expect(events).toBe(expected.events);
          else expect(events).toBeGreaterThanOrEqual(expected.events);
        }
      }
    }
    // So wide a scope is read as everything less what it leaves out, which knows no namespaces.
    const wide = { fields: { type: ['Warning'] }, scope: [{ cluster: null, namespaces: ['*'] }] };
    for (const facet of await opened.history.facets(wide, ['kind', 'namespace', 'severity'], 1_000)) {
      const values = facet.values.map(({ value, events, occurrences }) => [value, { events, occurrences }] as const);
      expect(new Map(values), facet.field).toEqual(random.naive.facet(wide, facet.field));
    }
    const whole = { fields: {}, from: END - 60 * 3_600_000 - 7_200_000, to: END };
    for (const scope of ['everything', ...Array.from({ length: 12 }, () => random.randomScope())] as const) {
      const histogram = await opened.history.histogram({ ...whole, scope }, 100);
      expect(histogram.bucketMs).toBe(3_600_000);
      for (const bucket of histogram.buckets) {
        const inside = { fields: {}, scope, from: bucket.start, to: bucket.start + histogram.bucketMs };
        expect(bucket.total, JSON.stringify(scope)).toBe(random.naive.occurrences(inside));
      }
    }
  });

  it('groups by any fields', async () => {
    const opened = await open({ now: END });
    const random = await fillRandomly(opened, { seed: 9, batches: 20, end: END, hours: 5 });
    const { rows, partial } = await opened.history.aggregate({ fields: {} }, ['namespace', 'name'], 10_000);
    expect(partial).toBe(false);
    for (const { key, events, occurrences } of rows) {
      const filter = { fields: { namespace: [key.namespace ?? ''], name: [key.name ?? ''] } };
      expect(events).toBe(random.naive.list(filter).length);
      expect(occurrences).toBe(random.naive.occurrences(filter));
    }
    expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(random.naive.list({ fields: {} }).length);
    const whole = await opened.history.aggregate({ fields: {} }, [], 10);
    expect(whole.rows).toHaveLength(1);
  });

  it('refuses a cursor that it did not give out, and answers questions about nothing with nothing', async () => {
    const { history } = await open({ now: END });
    for (const cursor of ['', 'x', Buffer.from('1.9e9.1').toString('base64url')]) {
      await expect(history.events({ fields: {} }, { limit: 5, cursor })).rejects.toThrow(CursorError);
    }
    const filter = {
      fields: { namespace: ["'; DROP TABLE tattle.events; --"], name: ['%'], uid: ['\0'], fingerprint: ['v9:\\x'] },
      text: '\\ % _',
    };
    expect(await history.events(filter, { limit: 5 })).toEqual({ items: [], nextCursor: null, partial: false });
    expect((await history.facets(filter, ['reason'], 5))[0]?.values).toEqual([]);
    expect((await history.histogram({ fields: {} }, 10)).buckets.every(({ total }) => total === 0)).toBe(true);
    expect(await history.aggregate(filter, ['uid'], 5)).toEqual({ rows: [], partial: false });
    expect(await history.totals()).toEqual({ stored: 0, occurrences: 0, incidents: 0 });
  });
}

/** All pages, of a size that makes several. */
async function wholeList(opened: TattleStore, filter: EventFilter): Promise<readonly string[]> {
  const uids: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page = await opened.history.events(filter, { limit: 97, ...(cursor === undefined ? {} : { cursor }) });
    uids.push(...page.items.map(({ uid }) => uid));
    if (page.nextCursor === null) return uids;
    cursor = page.nextCursor;
  }
  throw new Error('the list has no end');
}
