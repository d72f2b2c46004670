/** What every store must answer about how events compare: trends, what was before, and profiles, against naive ones of random events. */
import pg from 'pg';
import { expect, it } from 'vitest';
import type { EventFilter, Profile, ProfileField } from '../../model/query.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { fillRandomly, type RandomHistory } from './random-history.ts';

const HOUR_MS = 3_600_000;
const END = Date.UTC(2026, 4, 3, 1, 30);
/** Slices of whole hours that end before the newest event. */
const RANGE = { from: Date.UTC(2026, 4, 2, 12), to: Date.UTC(2026, 4, 3) };
const SLICES = 12;

/** By the naive history: occurrences of one group in each slice of the range, and in the stretch before it. */
function expected({ naive }: RandomHistory, filter: EventFilter, key: Readonly<Record<string, string>>) {
  const own = Object.fromEntries(Object.entries(key).map(([field, value]) => [field, [value]]));
  const inside = (from: number, to: number) => naive.occurrences({ ...filter, fields: own, from, to });
  const { from, to } = RANGE;
  const length = (to - from) / SLICES;
  return {
    trend: Array.from({ length: SLICES }, (_, i) => inside(from + i * length, from + (i + 1) * length)),
    before: inside(from - (to - from), from),
  };
}

const DAY_MS = 86_400_000;
const KINDS = 500;

/** Two days of a large cluster, as its rollups are: something of each reason in all five minutes, of later ones a little more. */
async function fillBuckets(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`INSERT INTO clusters (uid, name) VALUES ('c1', 'lab')`);
    await client.query(`INSERT INTO event_dims
        (digest, view, cluster_id, origin, namespace, kind, reason, type, category, severity, component, retention)
      SELECT gen_random_uuid(), 1, 1, 'event', '', 'Pod', 'R' || i, 'Warning', 'Other', 'low', 'kubelet', 1
      FROM generate_series(1, ${String(KINDS)}) i`);
    const newest = Math.floor(END / 300_000);
    await client.query(`INSERT INTO rollup_sums (level, bucket, dims_id, born, last, occurrences)
      SELECT 0, ${String(newest)} - t, d.id, 1, 1, 2 FROM event_dims d, generate_series(1, 576) t`);
    await client.query(`UPDATE rollup_sums SET occurrences = occurrences + substr(d.reason, 2)::int FROM event_dims d
      WHERE d.id = dims_id AND bucket = ${String(newest - 1)}`);
  } finally {
    await client.end();
  }
}

export function comparingContract(open: OpenTestStore): void {
  it.each([undefined, 0])('tells how groups went over time, and what was before (counted up to %s)', async (limit) => {
    const opened = await open({ now: END, ...(limit === undefined ? {} : { exactLimit: limit }) });
    const random = await fillRandomly(opened, { seed: 31, batches: 60, end: END, hours: 40 });
    let before = 0;
    for (const scope of ['everything', ...Array.from({ length: 8 }, () => random.randomScope())] as const) {
      for (const groupBy of [['namespace', 'reason'], ['severity']] as const) {
        const filter = { ...RANGE, fields: {}, scope };
        const options = { trend: SLICES, compare: true };
        const { rows, partial } = await opened.history.aggregate(filter, groupBy, 1_000, options);
        expect(partial).toBe(false);
        for (const row of rows) {
          expect({ trend: row.trend, before: row.before }, JSON.stringify([scope, row.key])).toEqual(
            expected(random, filter, row.key),
          );
          expect(row.trend.reduce((sum, each) => sum + each, 0)).toBe(row.occurrences);
          before += row.before ?? 0;
        }
        const all = rows.reduce((sum, { occurrences }) => sum + occurrences, 0);
        expect(all).toBe(random.naive.occurrences(filter));
      }
    }
    expect(before).toBeGreaterThan(100);
  });

  it('counts events from sums as they are, over a range that is open to now', async () => {
    const opened = await open({ now: END, exactLimit: 0 });
    const random = await fillRandomly(opened, { seed: 32, batches: 20, end: END, hours: 5 });
    const { rows } = await opened.history.aggregate({ fields: {} }, ['kind'], 10, { trend: 5 });
    const naive = random.naive.facet({ fields: {} }, 'kind');
    expect(new Map(rows.map(({ key, events, occurrences }) => [key['kind'], { events, occurrences }]))).toEqual(naive);
    for (const { firstSeen, lastSeen, distinctObjects, before } of rows) {
      expect(firstSeen).toBeGreaterThanOrEqual(random.from - HOUR_MS * 2);
      expect(lastSeen).toBeLessThanOrEqual(END + 1);
      expect({ distinctObjects, before }).toEqual({ distinctObjects: null, before: null });
    }
  });

  it('tells a group of more buckets than a call takes arguments, and only the largest groups', async () => {
    const { history, url } = await open({ now: END, exactLimit: 0 });
    await fillBuckets(url);
    const range = { fields: {}, from: END - DAY_MS };
    const [all, ...others] = (await history.aggregate(range, ['type'], 5, { trend: 60, compare: true })).rows;
    expect(others).toEqual([]);
    expect(all).toMatchObject({ key: { type: 'Warning' }, before: KINDS * ((DAY_MS / 300_000) * 2) });
    expect(all?.trend).toHaveLength(60);
    const { rows } = await history.aggregate(range, ['reason'], 3, { trend: 60 });
    expect(rows.map(({ key }) => key['reason'])).toEqual(['R500', 'R499', 'R498']);
  });

  it('counts any fields and words one by one, over time as well', async () => {
    const opened = await open({ now: END, exactLimit: 0 });
    const random = await fillRandomly(opened, { seed: 33, batches: 30, end: END, hours: 40 });
    const filter = { ...RANGE, fields: {}, text: 'probe' };
    const { rows } = await opened.history.aggregate(filter, ['name'], 1_000, { trend: SLICES, compare: true });
    expect(rows.length).toBeGreaterThan(5);
    for (const { key, trend, before } of rows) expect({ trend, before }).toEqual(expected(random, filter, key));
  });

  it('tells without a trend what it tells with one', async () => {
    const { history, ...opened } = await open({ now: END });
    await fillRandomly({ history, ...opened }, { seed: 34, batches: 5, end: END, hours: 5 });
    const [plain, told] = [
      await history.aggregate({ fields: {} }, ['name'], 5),
      await history.aggregate({ fields: {} }, ['name'], 5, { trend: 3 }),
    ];
    expect(plain.rows.map((row) => row.trend.length)).toEqual(plain.rows.map(() => 0));
    const sums = ({ occurrences, events, firstSeen, lastSeen, distinctObjects }: (typeof plain.rows)[number]) => [
      ...[occurrences, events, firstSeen, lastSeen, distinctObjects],
    ];
    expect(told.rows.map(sums).sort()).toEqual(plain.rows.map(sums).sort());
  });

  it('takes a range that begins after now, or is a moment long, for an empty one', async () => {
    for (const exactLimit of [0, 1_000]) {
      const { history } = await open({ now: END, exactLimit });
      const options = { trend: 60, compare: true };
      for (const range of [{ from: END + HOUR_MS }, { from: END - 1, to: END }, {}, { from: 0 }, { to: 1 }]) {
        const answer = await history.aggregate({ fields: {}, ...range }, ['kind'], 5, options);
        expect(answer).toEqual({ rows: [], partial: false });
      }
    }
  });

  it('profiles events, and what is left of a range without them', async () => {
    const opened = await open({ now: END });
    const random = await fillRandomly(opened, { seed: 35, batches: 25, end: END, hours: 30 });
    const { history } = opened;
    let found = 0;
    let whole = 0;
    for (let i = 0; i < 60; i++) {
      const { text, from = random.from, ...given } = random.randomFilter();
      const filter = { ...given, from, ...(text === undefined ? {} : { text }) };
      const profile = await history.profile(filter);
      // A busy machine runs out of the time budget, and says so.
      if (profile.partial) continue;
      expect(profile.occurrences, JSON.stringify(filter)).toBe(random.naive.occurrences(filter));
      expect(profile.events).toBe(random.naive.list(filter).length);
      for (const field of ['namespace', 'kind', 'reason', 'source'] as const) {
        if (filter.fields[field] !== undefined) continue;
        const values = [...random.naive.facet(filter, field)].filter(([value]) => value !== '');
        expect(valuesOf(profile, field)).toEqual(new Map(values));
      }
      const { from: _from, to, scope, ...conditions } = filter;
      const around = {
        from,
        ...(to === undefined ? {} : { to }),
        ...(scope === undefined ? {} : { scope }),
        fields: {},
      };
      const [all, rest] = [await history.profile(around), await history.profile(around, conditions)];
      if (all.partial || rest.partial) continue;
      whole += 1;
      expect(rest.occurrences, JSON.stringify(filter)).toBe(all.occurrences - profile.occurrences);
      for (const field of ['node', 'owner', 'label'] as const) {
        for (const [value, { occurrences }] of valuesOf(all, field)) {
          const [ours, theirs] = [profile, rest].map((each) => valuesOf(each, field).get(value)?.occurrences ?? 0);
          expect((ours ?? 0) + (theirs ?? 0)).toBe(occurrences);
        }
      }
      found += profile.occurrences;
    }
    expect(whole).toBeGreaterThan(30);
    expect(found).toBeGreaterThan(1_000);
    const { values, oldest } = await history.profile({ fields: { namespace: ['shop'] } });
    expect(values.filter(({ field }) => field === 'owner').map(({ value }) => value)).toEqual(['shop/Deployment/cart']);
    expect(oldest).toBeGreaterThan(random.from - HOUR_MS * 3);
    expect((await history.profile({ fields: {} }, { fields: {} })).events).toBe(0);
  }, 60_000);
}

function valuesOf({ values }: Profile, wanted: ProfileField) {
  const own = values.filter(({ field }) => field === wanted);
  return new Map(own.map(({ value, events, occurrences }) => [value, { events, occurrences }]));
}
