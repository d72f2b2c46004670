/** Where sinks stand, who runs them, what the feed keeps for them, and what stored history tells them instead. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { KnownEvent } from '../model/change-set.ts';
import { CursorError } from '../model/ports/store.ts';
import type { CatchUp, EventOccurrence, SinkRecord } from '../model/sink.ts';
import { FEED_KEPT_MS } from './feed-sweep.ts';
import { openStore, type TattleStore } from './open-store.ts';
import { change, CLUSTER, created, incident, repeated, seeded, strand } from './testing/events.ts';
import { connectBeside, readOn } from './testing/feed-readers.ts';
import { testStores } from './testing/open-test-store.ts';
import { noMetrics, silentLogger, startTestServer, type TestServer } from './testing/servers.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const DAY = 86_400_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

const EVERYTHING = { stage: 'events', since: 0, until: NOW + DAY, at: Number.MIN_SAFE_INTEGER, seq: 0 } as const;

async function knownOf({ store }: TattleStore, uid: string): Promise<KnownEvent> {
  const [known] = await store.identify([{ clusterUid: CLUSTER.uid, uid }]);
  if (known === undefined || known === null) throw new Error('the event is not known');
  return known;
}

function told({ event, count, delta }: EventOccurrence): string {
  return `${event.uid} ${String(count)} +${String(delta)}`;
}

async function stored(store: TattleStore, from: CatchUp & { stage: 'events' }, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let at = from; ; ) {
    const { occurrences, next } = await store.sinks.occurrencesSince(at, limit);
    found.push(...occurrences.map(told));
    if (next === null) return found;
    at = { ...at, ...next };
  }
}

/** Events that come again and again, over three days, some of them with a time before another's. */
async function happen(store: TattleStore): Promise<void> {
  const random = seeded(5);
  const counts = new Map<string, number>();
  for (let batch = 0; batch < 40; batch++) {
    const at = NOW - 3 * DAY + batch * 6_000_000;
    const uids = [...new Set(Array.from({ length: 4 }, () => `e${String(Math.floor(random() * 12))}`))];
    const fresh = uids.filter((uid) => !counts.has(uid));
    const known = uids.filter((uid) => counts.has(uid));
    const shape = (uid: string) => {
      const count = (counts.get(uid) ?? 0) + Math.floor(random() * 3) + (counts.has(uid) ? 0 : 1);
      counts.set(uid, count);
      return { uid, count, at: at - Math.floor(random() * 20_000_000) };
    };
    await store.store.commit(
      change(at, {
        created: fresh.map((uid) => created(shape(uid))),
        repeated: await Promise.all(known.map(async (uid) => repeated(shape(uid), await knownOf(store, uid)))),
      }),
    );
  }
}

it('tells counts as they were when they grew, and the same from the feed and from stored history', async () => {
  const store = await open({ now: NOW });
  const from = await store.sinks.end();
  await happen(store);
  const end = await store.sinks.end();
  const feed: string[] = [];
  for (let position = from; position !== end; ) {
    const page = await store.sinks.after(position, 7);
    if (page === null) throw new Error('not known');
    feed.push(...page.flatMap(({ occurrences }) => occurrences.map(told)));
    const last = page.at(-1);
    if (last === undefined) break;
    position = last.position;
  }
  expect(feed.length).toBeGreaterThan(60);
  expect(new Set(feed).size).toBe(feed.length);
  for (const limit of [1, 7, 1000]) expect((await stored(store, EVERYTHING, limit)).sort()).toEqual(feed.toSorted());
});

it('reads history from a day on, with all of what was stored since, whenever it happened', async () => {
  const store = await open({ now: NOW });
  await happen(store);
  await store.store.commit(change(NOW, { created: [created({ uid: 'late', at: NOW - 300 * DAY })] }));
  const all = await stored(store, EVERYTHING, 100);
  const some = await stored(store, { ...EVERYTHING, since: NOW - DAY }, 100);
  expect(some).toContain('late 1 +1');
  expect(some.length).toBeGreaterThan(2);
  expect(some.length).toBeLessThan(all.length);
  expect(all).toEqual(expect.arrayContaining(some));
});

it('leaves out what retention deleted, without taking it for the end', async () => {
  const store = await open({ now: NOW });
  for (let i = 0; i < 10; i++) {
    await store.store.commit(change(NOW, { created: [created({ uid: `e${String(i)}`, at: NOW - 10 + i })] }));
  }
  await (await connectBeside(store.url)).query(`DELETE FROM events WHERE uid_text < 'e5'`);
  expect(await stored(store, EVERYTHING, 2)).toEqual(['e5 1 +1', 'e6 1 +1', 'e7 1 +1', 'e8 1 +1', 'e9 1 +1']);
});

it('names incidents of which something may have changed', async () => {
  const store = await open({ now: NOW });
  const resolved = { state: 'resolved', resolvedAt: NOW - 5 * DAY } as const;
  const old = NOW - 6 * DAY;
  await store.store.commit(
    change(NOW, {
      incidents: [
        incident('a-old', old, resolved),
        incident('b-open', old),
        incident('c-seen', old, resolved),
        incident('d-noted', old, resolved),
        incident('e-new', NOW),
      ],
      strands: [strand('c-seen', old, { lastSeen: NOW }), strand('a-old', old)],
      log: [{ incidentId: 'd-noted', key: 'k', at: NOW, kind: 'note', by: 'ann', text: '' }],
    }),
  );
  expect(await store.sinks.incidentsSince(NOW - DAY, '', 10)).toEqual(['b-open', 'c-seen', 'd-noted', 'e-new']);
  expect(await store.sinks.incidentsSince(NOW - DAY, 'c-seen', 1)).toEqual(['d-noted']);
  expect(await store.sinks.incidentsSince(0, '', 10)).toHaveLength(5);
});

it('lets one at a time run a sink, and save where it stands', async () => {
  const store = await open({ now: NOW });
  const other = await store.reopen();
  await store.sinks.begin('loki', 'now', NOW);
  const begun = await store.sinks.claim('loki', 'a', 300);
  expect(begun).toMatchObject({ at: NOW, catchUp: null });
  if (begun === null) throw new Error('not claimed');
  expect(await other.sinks.claim('loki', 'b', 300)).toBeNull();
  expect(await other.sinks.save('loki', 'b', begun)).toBe(false);
  const further = {
    position: begun.position,
    at: NOW + 5,
    catchUp: { stage: 'incidents', since: 1, after: 'x' },
  } as const;
  expect(await store.sinks.save('loki', 'a', further)).toBe(true);
  await sleep(350);
  // Its time is over, and another took it: what it still says counts for nothing.
  expect(await store.sinks.save('loki', 'a', begun)).toBe(false);
  expect(await other.sinks.claim('loki', 'b', 60_000)).toEqual(further);
  await store.sinks.release('loki', 'a');
  expect(await store.sinks.claim('loki', 'a', 300)).toBeNull();
  await other.sinks.release('loki', 'b');
  // Known already: it does not begin anew.
  await store.sinks.begin('loki', 'beginning', NOW + DAY);
  expect(await store.sinks.claim('loki', 'a', 300)).toEqual(further);
  expect(await store.sinks.claim('nobody', 'a', 300)).toBeNull();
});

it('gives one of many who ask at once the claim', async () => {
  const store = await open({ now: NOW });
  await store.sinks.begin('s', 'now', NOW);
  const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => store.sinks.claim('s', String(i), 60_000)));
  expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
});

it('keeps the newest of what was refused', async () => {
  const store = await open({ now: NOW });
  // All that the store looks at.
  const record = { json: '{"message":"x"}', document: { id: 'c/e/1' } } as SinkRecord;
  const refusals = Array.from({ length: 700 }, (_, i) => ({ record, reason: `no ${String(i)} \0` }));
  await store.sinks.setAside('s', refusals, NOW);
  await store.sinks.setAside('s', refusals, NOW);
  const { rows } = await (await connectBeside(store.url)).query<{ n: string; last: string; id: string }>(
    'SELECT count(*) AS n, max(id) AS id, (array_agg(reason ORDER BY no DESC))[1] AS last FROM sink_refusals',
  );
  expect(rows).toEqual([{ n: '1000', last: 'no 699 ', id: record.document.id }]);
});

describe('refusals', () => {
  const record = (id: string, json = `{"id":"${id}"}`) => ({ json, document: { id } }) as SinkRecord;

  it('are read page by page, the newest first, those of one sink alone', async () => {
    const { sinks } = await open({ now: NOW });
    for (const id of ['a', 'b', 'c']) await sinks.setAside('s', [{ record: record(id), reason: `no ${id}` }], NOW);
    await sinks.setAside('other', [{ record: record('d'), reason: 'no' }], NOW);
    const page = await sinks.refusals('s', { limit: 2 });
    expect(page.items.map(({ record: id, reason, at, document }) => [id, reason, at, document])).toEqual([
      ['c', 'no c', NOW, '{"id":"c"}'],
      ['b', 'no b', NOW, '{"id":"b"}'],
    ]);
    const rest = await sinks.refusals('s', { limit: 2, cursor: page.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ record: 'a' }], nextCursor: null });
    await expect(sinks.refusals('s', { limit: 2, cursor: 'bm9uZQ' })).rejects.toThrow(CursorError);
  });

  it('wait to be sent again once somebody asked, except those whose end is not kept', async () => {
    const { sinks } = await open({ now: NOW });
    const long = record('long', `{"message":"${'x'.repeat(20_000)}"}`);
    for (const each of [record('a'), long, record('c')]) {
      await sinks.setAside('s', [{ record: each, reason: 'no' }], NOW);
    }
    const { items } = await sinks.refusals('s', { limit: 10 });
    expect(items.map(({ cut, replaying }) => [cut, replaying])).toEqual([
      [false, false],
      [true, false],
      [false, false],
    ]);
    const [newest] = items;
    expect(await sinks.askReplay('other', null, NOW)).toBe(0);
    expect(await sinks.askReplay('s', [newest?.id ?? '', '999999999999999'], NOW)).toBe(1);
    expect((await sinks.toReplay('s', 10)).map(({ record: id }) => id)).toEqual(['c']);
    expect(await sinks.askReplay('s', null, NOW)).toBe(2);
    const waiting = await sinks.toReplay('s', 10);
    expect(waiting.map(({ record: id }) => id)).toEqual(['a', 'c']);
    const [a = '', c = ''] = waiting.map(({ id }) => id);
    // Of another sink, nothing is touched.
    await sinks.endReplay('other', { taken: [a], kept: [{ id: c, reason: 'other' }] });
    expect(await sinks.toReplay('s', 10)).toHaveLength(2);
    await sinks.endReplay('s', { taken: [a], kept: [{ id: c, reason: 'still "no" \0' }] });
    expect(await sinks.toReplay('s', 10)).toEqual([]);
    expect((await sinks.refusals('s', { limit: 10 })).items.map(({ record: id, reason }) => [id, reason])).toEqual([
      ['c', 'still "no" '],
      ['long', 'no'],
    ]);
    await sinks.askReplay('s', null, NOW);
    await sinks.endReplay('s', { taken: [], kept: [{ id: c, reason: null }] });
    expect((await sinks.refusals('s', { limit: 1 })).items).toMatchObject([
      { reason: 'still "no" ', replaying: false },
    ]);
  });
});

it('tells how each sink is doing, whoever runs it, also over a restart', async () => {
  const store = await open({ now: NOW });
  const { sinks } = store;
  const standing = async () => (await sinks.standings(['s']))[0];
  await sinks.begin('s', 'now', NOW);
  expect(await standing()).toMatchObject({
    holder: null,
    refused: 0,
    health: { takenAt: null, failingSince: null, error: null },
  });
  await sinks.claim('s', 'a', 60_000);
  await sinks.noteHealth('s', 'a', { takenAt: 5, failingSince: 7, error: { at: 8, text: 'HTTP 503 \0' } });
  expect(await standing()).toMatchObject({
    holder: 'a',
    health: { takenAt: 5, failingSince: 7, error: { at: 8, text: 'HTTP 503 ' } },
  });
  // Another process knows nothing of the one before; it fails since then all the same.
  await sinks.noteHealth('s', 'a', { takenAt: null, failingSince: 90, error: { at: 91, text: 'HTTP 500' } });
  expect((await standing())?.health).toEqual({ takenAt: 5, failingSince: 7, error: { at: 91, text: 'HTTP 500' } });
  await sinks.noteHealth('s', 'b', { takenAt: 99, failingSince: null, error: null });
  expect((await standing())?.health.failingSince).toBe(7);
  await sinks.noteHealth('s', 'a', { takenAt: 99, failingSince: null, error: null });
  expect((await standing())?.health).toEqual({ takenAt: 99, failingSince: null, error: { at: 91, text: 'HTTP 500' } });
  await sinks.setAside('s', [{ record: { json: '{}', document: { id: 'x' } } as SinkRecord, reason: 'no' }], NOW);
  await sinks.release('s', 'a');
  expect(await standing()).toMatchObject({ holder: null, refused: 1 });
});

it('keeps the feed for the slowest sink, up to a bound in time and in rows', async () => {
  const url = await server.freshDatabase();
  const hold = { ms: 4 * FEED_KEPT_MS, rows: 6 };
  const store = await openStore({
    target: { kind: 'url', url },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    logger: silentLogger,
    metrics: noMetrics,
    feedHold: hold,
  });
  onTestFinished(() => store.close());
  const beside = await connectBeside(url);
  const rows = async () =>
    (await beside.query<{ id: string }>('SELECT incident_ids[1] AS id FROM feed ORDER BY xid, no')).rows.map(
      ({ id }) => id,
    );
  const age = (ms: number) => beside.query('UPDATE feed SET at = at - $1', [ms]);
  const tell = (id: string) => store.store.commit(change(NOW, { incidents: [incident(id, NOW)] }));
  await store.sinks.begin('quick', 'now', NOW);
  await store.sinks.begin('slow', 'now', NOW);
  await tell('a');
  await tell('b');
  const entries = await readOn(
    { end: () => store.feed.end(), after: (p, n) => store.feed.after(p, n) },
    (await store.sinks.claim('slow', 'me', 60_000))?.position ?? '',
    2,
  );
  await age(2 * FEED_KEPT_MS);
  await store.maintain();
  expect(await rows()).toEqual(['a', 'b']);
  expect(await store.sinks.standings(['slow', 'gone'])).toMatchObject([
    { name: 'slow', waiting: 2, catchingUp: false },
  ]);
  const standing = (await store.sinks.standings(['slow']))[0];
  expect(standing?.lagMs).toBeGreaterThanOrEqual(2 * FEED_KEPT_MS);
  // The slow one took the first; the quick one has taken nothing.
  await store.sinks.save('slow', 'me', { position: entries[0]?.position ?? '', at: NOW, catchUp: null });
  await store.maintain();
  expect(await rows()).toEqual(['a', 'b']);
  await store.sinks.claim('quick', 'me', 60_000);
  await store.sinks.save('quick', 'me', { position: entries[1]?.position ?? '', at: NOW, catchUp: null });
  await store.maintain();
  expect(await rows()).toEqual(['b']);
  // Beyond the hold in time, it goes whoever waits for it.
  await age(2 * FEED_KEPT_MS);
  await store.maintain();
  expect(await rows()).toEqual([]);
  expect(await store.sinks.after(entries[0]?.position ?? '', 5)).toBeNull();
  // And beyond it in rows.
  for (const id of ['c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) await tell(id);
  await age(2 * FEED_KEPT_MS);
  await store.maintain();
  expect(await rows()).toEqual(['e', 'f', 'g', 'h', 'i', 'j']);
  // What nobody has configured any more holds nothing.
  await beside.query(`UPDATE sink_positions SET wanted_at = now() - interval '2 hours'`);
  await store.maintain();
  expect(await rows()).toEqual([]);
});
