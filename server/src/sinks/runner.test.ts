import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedFetch } from '../kit/guarded-fetch.ts';
import { parseAllowList } from '../kit/address-guard.ts';
import { systemClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import type { EventDocument, EventOccurrence, IncidentDocument } from '../model/sink.ts';
import { createSinks } from './index.ts';
import { eventRecord } from './record.ts';
import type { SinkRunnerOptions } from './run-options.ts';
import { runSink } from './runner.ts';
import { type Answer, answers, type Endpoint, inTurn, startEndpoint } from './testing/endpoint.ts';
import { MemorySinkStore } from './testing/memory-store.ts';
import { readSecretFile } from './testing/read-secret-file.ts';
import { anEvent, anIncident, T0 } from './testing/records.ts';

const HOUR = 3_600_000;
const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function anEndpoint(answer?: Answer): Promise<Endpoint> {
  const endpoint = await startEndpoint(answer);
  endings.push(() => endpoint.close());
  return endpoint;
}

type Document = EventDocument | IncidentDocument;

function documentsOf({ received }: Endpoint): Document[] {
  return received.flatMap(({ body }) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Document),
  );
}

function idsOf(endpoint: Endpoint): string[] {
  return documentsOf(endpoint).map(({ id }) => id.split('/').slice(1).join('/'));
}

function run(
  store: MemorySinkStore,
  endpoint: Endpoint,
  settings: object = {},
  options: Partial<SinkRunnerOptions> = {},
) {
  const { allowList } = parseAllowList([]);
  const context = {
    fetch: createGuardedFetch({ allowList }),
    clock: systemClock,
    stdout: process.stdout,
    secretFile: readSecretFile,
  };
  const batch = { seconds: 0.05, records: 10 };
  const own = { type: 'http', name: 'out', url: `${endpoint.url}/in`, timeoutSeconds: 1, batch, ...settings };
  const { sinks, errors } = createSinks([own], context);
  const [sink] = sinks;
  if (sink === undefined) throw new Error(errors.join());
  const stop = new AbortController();
  const ended = runSink(
    sink,
    {
      store,
      history: {
        incidentsById: async (ids) => ids.flatMap((id) => store.incidents.get(id) ?? []),
        diagnoses: async () => [],
      },
      clock: systemClock,
      logger: quiet().logger,
      metrics: quiet().metrics,
      keptMs: () => 24 * HOUR,
      backoff: { baseMs: 20, capMs: 40 },
      drainMs: 500,
      ...options,
    },
    stop.signal,
  );
  const end = async () => {
    stop.abort();
    await ended;
  };
  endings.push(end);
  return end;
}

function occurrence(uid: string, count = 1): EventOccurrence {
  return { event: anEvent({ uid }), at: T0, count, delta: 1 };
}

async function until(what: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!what()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await sleep(10);
  }
}

async function aStore(from: 'now' | 'beginning' = 'now'): Promise<MemorySinkStore> {
  const store = new MemorySinkStore();
  await store.begin('out', from, Date.now());
  return store;
}

const positionOf = (store: MemorySinkStore) => store.rows.get('out')?.progress.position;

describe('a sink', () => {
  it('is sent what comes, in order, and stands behind what was acknowledged', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint();
    run(store, endpoint);
    for (let i = 1; i <= 25; i++) store.tell([occurrence('a', i)]);
    await until(() => positionOf(store) === '25');
    expect(idsOf(endpoint)).toEqual(Array.from({ length: 25 }, (_, i) => `a/${String(i + 1)}`));
    expect(endpoint.received.every(({ body }) => body.split('\n').length <= 11)).toBe(true);
  });

  it.each([
    ['500', answers.status(500)],
    ['410', answers.status(410)],
    ['302', answers.status(302, { location: '/elsewhere' })],
    ['401', answers.status(401)],
    ['429', answers.status(429, { 'retry-after': '0' })],
    ['reset', answers.reset],
    ['hang', answers.hang],
  ])('loses nothing to an endpoint that answers %s for a while', async (_, bad) => {
    const store = await aStore();
    const endpoint = await anEndpoint(inTurn(bad, bad, answers.status(200)));
    run(store, endpoint);
    store.tell([occurrence('a'), occurrence('b')]);
    await until(() => positionOf(store) === '1');
    store.tell([occurrence('c')]);
    await until(() => positionOf(store) === '2');
    expect(idsOf(endpoint)).toEqual(['a/1', 'b/1', 'a/1', 'b/1', 'a/1', 'b/1', 'c/1']);
    expect(endpoint.received.every(({ path }) => path === '/in')).toBe(true);
  });

  it('waits as long as Retry-After says', async () => {
    const store = await aStore();
    const times: number[] = [];
    const endpoint = await anEndpoint();
    const turns = inTurn(answers.status(429, { 'retry-after': '1' }), answers.status(200));
    endpoint.answer = (response, received) => {
      times.push(performance.now());
      turns(response, received);
    };
    run(store, endpoint);
    store.tell([occurrence('a')]);
    await until(() => positionOf(store) === '1');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('takes the acknowledgement of an endpoint that answers with a gigabyte', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint(answers.flood);
    run(store, endpoint);
    store.tell([occurrence('a')]);
    await until(() => positionOf(store) === '1');
    expect(endpoint.received).toHaveLength(1);
  });

  it('sets aside the record that is refused, and sends the rest once', async () => {
    const store = await aStore();
    const taken: string[] = [];
    const endpoint = await anEndpoint((response, { body }) => {
      const poisoned = body.includes('"poison"');
      if (!poisoned)
        taken.push(
          ...body
            .trimEnd()
            .split('\n')
            .map((line) => (JSON.parse(line) as EventDocument).event_uid),
        );
      response.writeHead(poisoned ? 400 : 200).end(poisoned ? 'cannot parse it' : '');
    });
    run(store, endpoint);
    const uids = ['a', 'b', 'c', 'poison', 'd', 'e', 'f'];
    store.tell(uids.map((uid) => occurrence(uid)));
    await until(() => positionOf(store) === '1');
    expect(taken).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(store.aside.map(({ record, reason }) => [record.document.id, reason])).toEqual([
      [expect.stringContaining('poison/1'), 'HTTP 400: cannot parse it'],
    ]);
  });

  it('sets nothing aside for one that refuses everything, until its patience ends', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint(answers.status(400));
    const end = run(store, endpoint);
    store.tell([occurrence('a'), occurrence('b')]);
    await until(() => endpoint.received.length > 12);
    await end();
    expect(store.aside).toEqual([]);
    endpoint.answer = answers.status(200);
    endpoint.received.length = 0;
    run(store, endpoint);
    await until(() => positionOf(store) === '1');
    expect(idsOf(endpoint)).toEqual(['a/1', 'b/1']);
  });

  it('gives up what is refused alone once its patience ended, so that the rest goes on', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint((response, { body }) =>
      response.writeHead(body.includes('"bad"') ? 422 : 200).end(),
    );
    run(store, endpoint, { batch: { seconds: 0.05, records: 1 } }, { patienceMs: 100 });
    store.tell([occurrence('bad')]);
    store.tell([occurrence('good')]);
    await until(() => positionOf(store) === '2');
    expect(store.aside.map(({ record }) => record.document.id)).toEqual([expect.stringContaining('bad/1')]);
    expect(idsOf(endpoint).at(-1)).toBe('good/1');
  });

  it('is not delayed by another one that hangs', async () => {
    const store = await aStore();
    await store.begin('dead', 'now', Date.now());
    const dead = await anEndpoint(answers.hang);
    const endpoint = await anEndpoint();
    run(store, dead, { name: 'dead' });
    run(store, endpoint);
    await sleep(100);
    const began = performance.now();
    store.tell([occurrence('a')]);
    await until(() => positionOf(store) === '1');
    expect(performance.now() - began).toBeLessThan(500);
    expect(store.rows.get('dead')?.progress.position).toBe('0');
  });

  it('waits for a store that is away, and for the one that holds its claim', async () => {
    const store = await aStore();
    store.failing = new StoreUnavailable('away');
    const endpoint = await anEndpoint();
    run(store, endpoint, {}, { leaseMs: 300 });
    store.tell([occurrence('a')]);
    await sleep(100);
    expect(endpoint.received).toEqual([]);
    store.failing = null;
    await until(() => positionOf(store) === '1');
    // Somebody else has it from now on.
    const row = store.rows.get('out');
    if (row !== undefined) Object.assign(row, { holder: 'another', until: performance.now() + 2_000 });
    await sleep(200);
    store.tell([occurrence('b')]);
    await sleep(500);
    expect(idsOf(endpoint)).toEqual(['a/1']);
    await until(() => positionOf(store) === '2');
    expect(idsOf(endpoint)).toEqual(['a/1', 'b/1']);
  });

  it('sends what is there when it is told to stop, and not what its endpoint does not take', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint();
    const end = run(store, endpoint, { batch: { seconds: 30, records: 10 } });
    await sleep(100);
    for (let i = 0; i < 30; i++) store.tell([occurrence(`e${String(i)}`)]);
    await end();
    expect(idsOf(endpoint)).toHaveLength(30);
    expect(store.rows.get('out')?.holder).toBeNull();
    endpoint.answer = answers.hang;
    store.tell([occurrence('x')]);
    const again = run(store, endpoint, {}, { drainMs: 100 });
    await until(() => endpoint.received.length > 3);
    const began = performance.now();
    await again();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(positionOf(store)).toBe('30');
  });

  it('sends only what its filter lets through', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint();
    run(store, endpoint, { include: 'events', minimumSeverity: 'medium', namespaces: ['sh*', ''] });
    const at = (uid: string, namespace: string, severity: 'high' | 'low' | 'medium' = 'high') => ({
      event: anEvent({ uid, severity, object: { ...anEvent().object, namespace } }),
      at: T0,
      count: 1,
      delta: 1,
    });
    store.tell(
      [at('a', 'shop'), at('b', 'other'), at('c', ''), at('d', 'shop', 'low'), at('e', 'shop', 'medium')],
      [anIncident()],
    );
    await until(() => positionOf(store) === '1');
    expect(idsOf(endpoint)).toEqual(['a/1', 'c/1', 'e/1']);
  });

  it('is sent an incident again only when it changed', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint();
    run(store, endpoint);
    const told = async (incident = anIncident()) => {
      store.tell([], [incident]);
      await until(() => positionOf(store) === String(store.entries.length));
    };
    await told();
    await told();
    await told(anIncident({ state: 'resolved', resolvedAt: T0 + 1 }));
    const documents = documentsOf(endpoint);
    expect(documents.map((each) => 'state' in each && each.state)).toEqual(['open', 'resolved']);
    expect(new Set(documents.map(({ id }) => id)).size).toBe(2);
  });

  it('reads stored history when it was away for longer than the feed is kept, and goes on in the feed', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint();
    for (let i = 0; i < 1_500; i++) store.tell([occurrence(`e${String(i)}`)], i === 7 ? [anIncident()] : []);
    store.keptFrom = 1_200;
    const { metrics, counts } = quiet();
    run(store, endpoint, { batch: { records: 1_000, seconds: 0.05 } }, { metrics });
    await until(() => positionOf(store) === '1500' && store.rows.get('out')?.progress.catchUp === null);
    store.tell([occurrence('last')]);
    await until(() => positionOf(store) === '1501');
    expect(new Set(idsOf(endpoint)).size).toBe(1_502);
    expect([...counts].filter(([name]) => /catch_ups|missed/.test(name))).toEqual([
      [expect.stringContaining('tattle_sink_catch_ups_total'), 1],
    ]);
  });

  it('says how much is lost when it was away for longer than events are kept', async () => {
    const store = await aStore();
    store.tell([occurrence('a')]);
    store.keptFrom = 1;
    const row = store.rows.get('out');
    if (row !== undefined) row.progress = { ...row.progress, at: Date.now() - 30 * HOUR };
    const { logger, metrics, counts, lines } = quiet();
    run(store, await anEndpoint(), {}, { metrics, logger });
    const missed = () => [...counts].find(([name]) => name.startsWith('tattle_sink_missed_seconds_total'))?.[1] ?? 0;
    await until(() => row?.progress.catchUp === null && missed() > 0);
    expect(missed()).toBeGreaterThan(6 * 3600);
    expect(missed()).toBeLessThan(6.3 * 3600);
    expect(lines.join()).toContain('longer than events are kept');
  });

  it('has all that is stored where it begins at the beginning', async () => {
    const store = new MemorySinkStore();
    store.tell([occurrence('old')], [anIncident()]);
    await store.begin('out', 'beginning', Date.now());
    const endpoint = await anEndpoint();
    run(store, endpoint);
    await until(() => store.rows.get('out')?.progress.catchUp === null);
    expect(idsOf(endpoint)[0]).toBe('old/1');
    expect(documentsOf(endpoint)).toHaveLength(2);
  });

  it('tells how sending goes: since when it fails and why, and that it is well again', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint(answers.status(503, {}, 'out of order'));
    const end = run(store, endpoint, {}, { noteMs: 20 });
    const last = () => store.healths.at(-1);
    store.tell([occurrence('a')]);
    await until(() => (last()?.failingSince ?? null) !== null);
    const since = last()?.failingSince;
    expect(last()).toMatchObject({ takenAt: null, error: { text: 'HTTP 503: out of order' } });
    await sleep(100);
    expect(last()?.failingSince).toBe(since);
    endpoint.answer = answers.status(200);
    await until(() => last()?.failingSince === null);
    expect(last()).toMatchObject({ takenAt: expect.any(Number) as number, error: { text: 'HTTP 503: out of order' } });
    const noted = store.healths.length;
    await sleep(100);
    expect(store.healths).toHaveLength(noted);
    store.tell([occurrence('b')]);
    await until(() => positionOf(store) === '2');
    await end();
    expect(last()?.takenAt).toBeGreaterThanOrEqual(since ?? Number.NaN);
  });

  it('sends refusals again that somebody asked for, between what comes', async () => {
    const store = await aStore();
    const endpoint = await anEndpoint();
    const refused = eventRecord(occurrence('refused'));
    store.kept = [
      {
        id: '1',
        record: refused.document.id,
        at: 1,
        reason: 'x',
        document: refused.json,
        cut: false,
        replaying: false,
      },
    ];
    run(store, endpoint, {}, { replayMs: 0 });
    store.tell([occurrence('a')]);
    await until(() => positionOf(store) === '1');
    expect(idsOf(endpoint)).toEqual(['a/1']);
    await store.askReplay('out', ['1']);
    await until(() => store.kept.length === 0);
    store.tell([occurrence('b')]);
    await until(() => positionOf(store) === '2');
    expect(idsOf(endpoint)).toEqual(['a/1', 'refused/1', 'b/1']);
  });
});
