/** Sinks over the real store: away for longer than the feed is kept, and run by one of several replicas at a time. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { parseAllowList } from '../../kit/address-guard.ts';
import { systemClock } from '../../kit/clock.ts';
import { createGuardedFetch } from '../../kit/guarded-fetch.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import type { EventDocument } from '../../model/sink.ts';
import { createSinks } from '../../sinks/index.ts';
import { runSink } from '../../sinks/runner.ts';
import { type Endpoint, startEndpoint } from '../../sinks/testing/endpoint.ts';
import { readSecretFile } from '../../sinks/testing/read-secret-file.ts';
import { openStore, type TattleStore } from '../../store/open-store.ts';
import { change, CLUSTER, created, incident, repeated, strand } from '../../store/testing/events.ts';
import { connectBeside } from '../../store/testing/feed-readers.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { eventually } from '../testing/server-process.ts';

const HOUR = 3_600_000;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function open(url: string): Promise<TattleStore> {
  const { logger, metrics } = quiet();
  const feedHold = { ms: HOUR, rows: 1_000 };
  const store = await openStore({ target: { kind: 'url', url }, clock: systemClock, logger, metrics, feedHold });
  onTestFinished(() => store.close());
  return store;
}

async function anEndpoint(): Promise<Endpoint> {
  const endpoint = await startEndpoint();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

function run(store: TattleStore, endpoint: Endpoint, leaseMs = 30_000) {
  const { logger, metrics, lines } = quiet();
  const { allowList } = parseAllowList([]);
  const context = {
    fetch: createGuardedFetch({ allowList }),
    clock: systemClock,
    stdout: process.stdout,
    secretFile: readSecretFile,
  };
  const own = { type: 'http', name: 'out', url: endpoint.url, batch: { seconds: 0.05 } };
  const [sink] = createSinks([own], context).sinks;
  if (sink === undefined) throw new Error('no sink');
  const stop = new AbortController();
  const options = {
    store: store.sinks,
    history: store.history,
    clock: systemClock,
    logger,
    metrics,
    keptMs: () => 24 * HOUR,
  };
  const ended = runSink(sink, { ...options, leaseMs }, stop.signal);
  const end = async () => {
    stop.abort();
    await ended;
  };
  onTestFinished(end);
  return { end, lines };
}

const idsOf = ({ received }: Endpoint) =>
  received.flatMap(({ body }) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as EventDocument).id),
  );

/** Grows the count of one event by one; its id tells which it was. */
async function again({ store }: TattleStore, uid: string, count: number): Promise<string> {
  const at = Date.now();
  const [known = null] = await store.identify([{ clusterUid: CLUSTER.uid, uid }]);
  const shape = { uid, count, at };
  await store.commit(
    change(at, known === null ? { created: [created(shape)] } : { repeated: [repeated(shape, known)] }),
  );
  return `${CLUSTER.uid}/${uid}/${String(count)}`;
}

const bothIn = (endpoint: Endpoint, wanted: readonly string[]) =>
  eventually('all of it to be sent', async () => {
    const found = new Set(idsOf(endpoint));
    return wanted.every((id) => found.has(id)) ? true : undefined;
  });

it('loses nothing while it is away for longer than the feed is kept, and uses no second id', async () => {
  const url = await server.freshDatabase();
  const store = await open(url);
  const endpoint = await anEndpoint();
  await store.sinks.begin('out', 'now', Date.now());
  const first = run(store, endpoint);
  const wanted = [await again(store, 'a', 1), await again(store, 'b', 1)];
  await bothIn(endpoint, wanted);
  await first.end();
  for (let i = 2; i < 40; i++)
    wanted.push(await again(store, i % 3 === 0 ? 'a' : 'b', i), await again(store, `c${String(i)}`, 1));
  const at = Date.now();
  await store.store.commit(change(at, { incidents: [incident('inc', at)], strands: [strand('inc', at)] }));
  const beside = await connectBeside(url);
  await beside.query('UPDATE feed SET at = at - $1', [2 * HOUR]);
  await store.maintain();
  expect((await beside.query('SELECT 1 FROM feed')).rows).toEqual([]);
  wanted.push(await again(store, 'last', 1));
  const second = run(store, endpoint);
  await bothIn(endpoint, wanted);
  await eventually('the incident', async () =>
    idsOf(endpoint).some((id) => id.startsWith('inc/')) ? true : undefined,
  );
  wanted.push(await again(store, 'after', 1));
  await bothIn(endpoint, wanted);
  await second.end();
  expect(second.lines.join()).toContain('reads stored history');
  const ids = new Set(idsOf(endpoint).filter((id) => !id.startsWith('inc/')));
  expect([...ids].toSorted()).toEqual([...new Set(wanted)].toSorted());
});

it('is run by one replica at a time, and by another when that one ends', async () => {
  const url = await server.freshDatabase();
  const [one, other] = [await open(url), await open(url)];
  const endpoint = await anEndpoint();
  await one.sinks.begin('out', 'now', Date.now());
  const runs = [run(one, endpoint, 1_000), run(other, endpoint, 1_000)];
  const wanted: string[] = [];
  for (let i = 1; i <= 20; i++) wanted.push(await again(one, 'a', i));
  await bothIn(endpoint, wanted);
  expect(idsOf(endpoint)).toEqual(wanted);
  await runs[0]?.end();
  for (let i = 21; i <= 30; i++) wanted.push(await again(other, 'a', i));
  await bothIn(endpoint, wanted);
  expect(idsOf(endpoint)).toEqual(wanted);
});
