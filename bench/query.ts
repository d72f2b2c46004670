/**
 * Lists, facets, histograms, trends and comparisons over millions of stored events: a week, with up to two indexed filters, and within scopes; and the
 * questions that no index answers, which may take a second and then say `partial`. Reference of the same run: COPY of bare rows.
 *
 *   npm run bench:query -- --events 10000000
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../server/src/kit/clock.ts';
import type { Scope } from '../server/src/model/access.ts';
import type { EventFilter } from '../server/src/model/query.ts';
import { EmbeddedServer } from '../server/src/store/embedded/server.ts';
import { openStore, type TattleStore } from '../server/src/store/open-store.ts';
import { fillHistory } from '../server/src/store/testing/fill-history.ts';
import { copyRowsPerSecond } from './references.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '40' } },
});
const events = Number(values.events);
const rounds = Number(values.rounds);
const DAYS = 8;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const NAMESPACES = 60;
const PAGE = 100;
const FACETS = ['namespace', 'kind', 'reason', 'type', 'category', 'severity'] as const;

const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: console.error, error: console.error };
const metrics = { count: silent, gauge: silent, observe: silent };

const home = await mkdtemp(join(tmpdir(), 'tattle-query-'));
const server = await EmbeddedServer.open({ dataDir: home, logger });
try {
  const { user, database, host } = server.address;
  const url = `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(String(host))}`;
  const end = Date.now();
  const store = await openStore({ target: { kind: 'url', url }, clock: systemClock, logger, metrics });
  try {
    const began = performance.now();
    await fillHistory({ url, events, days: DAYS, end, clusters: 2, namespaces: NAMESPACES, log: silent });
    console.log(
      `${events} events over ${DAYS} days, filled in ${((performance.now() - began) / 1000).toFixed(0)} s; ${rounds} rounds of each, warm`,
    );
    await measureAll(store, end);
  } finally {
    await store.close();
  }
} finally {
  await server.close();
  await rm(home, { recursive: true, force: true });
}
console.log(`reference: COPY of bare rows ${(await copyRowsPerSecond(200_000)).toFixed(0)} rows/s`);

async function measureAll({ history }: TattleStore, end: number): Promise<void> {
  const known = await history.namespaces();
  const namespace = (i: number) => known[i % known.length]?.namespace ?? '';
  const week = { from: end - WEEK_MS, to: end };
  const filters: readonly (readonly [string, (i: number) => EventFilter['fields'], ((i: number) => Scope)?])[] = [
    ['a week', () => ({})],
    ['a week, one namespace', (i) => ({ namespace: [namespace(i)] })],
    ['a week, one severity', (i) => ({ severity: [i % 2 === 0 ? 'high' : 'medium'] })],
    [
      'a week, namespace and reason',
      (i) => ({ namespace: [namespace(i)], reason: [i % 2 === 0 ? 'BackOff' : 'Evicted'] }),
    ],
    ['a week, all but a reason, Warning', () => ({ reason: ['!BackOff'], type: ['Warning'] })],
    ['scope of 3 namespaces', () => ({}), (i) => within([namespace(i), namespace(i + 1), namespace(i + 2)])],
    ['scope of namespace-1*', () => ({}), () => within(['namespace-1*'])],
    ['scope of every namespace', () => ({}), () => within(['*'])],
    ['scope of a cluster', () => ({}), (i) => [{ cluster: known[i % known.length]?.cluster ?? '', namespaces: null }]],
    [
      'scope of 3 namespaces, one reason',
      (i) => ({ reason: [i % 2 === 0 ? 'BackOff' : 'Evicted'] }),
      (i) => within([namespace(i), namespace(i + 1), namespace(i + 2)]),
    ],
    ['scope of namespace-1*, Warning', () => ({ type: ['Warning'] }), () => within(['namespace-1*'])],
  ];
  const dayOf = (filter: EventFilter): EventFilter => ({ ...filter, from: end - DAY_MS });
  for (const [name, fields, scope] of filters) {
    const filter = (i: number): EventFilter => ({
      ...week,
      fields: fields(i),
      ...(scope === undefined ? {} : { scope: scope(i) }),
    });
    await measure(`${name}: first page`, async (i) => (await history.events(filter(i), { limit: PAGE })).partial);
    const cursors = await Promise.all(
      [0, 1].map(async (i) => (await history.events(filter(i), { limit: PAGE })).nextCursor),
    );
    await measure(`${name}: next page`, async (i) => {
      const cursor = cursors[i % 2];
      return cursor == null ? false : (await history.events(filter(i % 2), { limit: PAGE, cursor })).partial;
    });
    await measure(`${name}: facets`, async (i) => {
      await history.facets(filter(i), FACETS, 20);
      return false;
    });
    await measure(`${name}, its last day: groups with trend`, async (i) => {
      const options = { trend: 30, compare: true };
      return (await history.aggregate(dayOf(filter(i)), ['namespace', 'reason'], PAGE, options)).partial;
    });
    await measure(`${name}, its last day: what differs`, async (i) => {
      const { fields, scope } = filter(i);
      const selection = { ...dayOf(filter(i)), fields: { ...fields, type: ['Warning'] } };
      const range = { from: end - DAY_MS, to: end, fields: {}, ...(scope === undefined ? {} : { scope }) };
      const [ours, rest] = [
        await history.profile(selection),
        await history.profile(range, { fields: selection.fields }),
      ];
      return ours.partial || rest.partial;
    });
    await measure(`${name}: histogram`, async (i) => (await history.histogram(filter(i), 84)).partial);
  }
  await measure('a closed day last week: first page', async (i) => {
    const from = end - WEEK_MS + (i % 5) * 86_400_000;
    return (await history.events({ from, to: from + 86_400_000, fields: {} }, { limit: PAGE })).partial;
  });
  await measure(
    'free text: first page',
    async (i) =>
      (
        await history.events(
          { ...week, fields: {}, text: i % 2 === 0 ? 'restarting' : 'nothing says this' },
          { limit: PAGE },
        )
      ).partial,
  );
  await measure('a week: groups with trend by node', async () => {
    return (await history.aggregate({ ...week, fields: {} }, ['node'], PAGE, { trend: 30, compare: true })).partial;
  });
  await measure('a week: groups with trend by reason', async () => {
    return (await history.aggregate({ ...week, fields: {} }, ['reason'], PAGE, { trend: 60, compare: true })).partial;
  });
  await measure('what an object owned', async (i) => {
    const ownedBy = { kind: 'Deployment', namespace: namespace(i), name: 'none-such' };
    const fields = { namespace: [namespace(i)] };
    return (await history.aggregate({ fields, ownedBy }, ['kind', 'namespace', 'name'], 200)).partial;
  });
  await measure('incidents of an object', async (i) => {
    const about = { kind: 'Pod', namespace: namespace(i), name: `web-${i}-7d9f8` };
    await history.incidents({ fields: {}, about }, { limit: 20 });
    return false;
  });
  await measure(
    'a label: first page',
    async () => (await history.events({ ...week, fields: {}, labels: { app: 'none-such' } }, { limit: PAGE })).partial,
  );
}

function within(namespaces: readonly string[]): Scope {
  return [{ cluster: null, namespaces }];
}

async function measure(name: string, ask: (i: number) => Promise<boolean>): Promise<void> {
  const times: number[] = [];
  let partial = 0;
  await ask(0);
  for (let i = 0; i < rounds; i += 1) {
    const began = performance.now();
    if (await ask(i)) partial += 1;
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (quantile: number) =>
    (times[Math.floor((times.length - 1) * quantile)] ?? Number.NaN).toFixed(1).padStart(7);
  const cut = partial === 0 ? '' : `  (${partial} of ${rounds} partial)`;
  console.log(`  ${name.padEnd(64)} p50 ${at(0.5)} ms  p95 ${at(0.95)} ms${cut}`);
}
