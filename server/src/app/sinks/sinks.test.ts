/** A whole Tattle with an HTTP sink: killed again and again while its endpoint fails, and nothing that was committed is missing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireEventPage, WireIncidentPage, WireSinkRefusalPage, WireSinks } from '@tattle/contract';
import { expect, it, onTestFinished } from 'vitest';
import { answers, type Endpoint, refusingOne, startEndpoint } from '../../sinks/testing/endpoint.ts';
import type { EventDocument, IncidentDocument } from '../../model/sink.ts';
import { loadConfiguration } from '../config.ts';
import { eventually, runToEnd, type ServerProcess, startServer } from '../testing/server-process.ts';

const SIMULATED = {
  TATTLE_SOURCE: 'simulate',
  TATTLE_SIMULATE_RECORDINGS: join(import.meta.dirname, '../../../../examples/states'),
  TATTLE_SIMULATE_SPEED: '40',
  TATTLE_SIMULATE_LOOP: 'false',
};
const KILLS = 4;

async function scratch(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-sinks-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return home;
}

async function anEndpoint(): Promise<Endpoint> {
  const endpoint = await startEndpoint();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

async function configured(home: string, sinks: readonly object[]): Promise<Record<string, string>> {
  const file = join(home, 'tattle.yaml');
  await writeFile(file, JSON.stringify({ sinks }));
  return { ...SIMULATED, TATTLE_CONFIG: file };
}

type Document = EventDocument | IncidentDocument;

function documentsOf({ received }: Endpoint): readonly Document[] {
  return received.flatMap(({ body }) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Document),
  );
}

function eventsOf(endpoint: Endpoint): readonly EventDocument[] {
  return documentsOf(endpoint).filter((each): each is EventDocument => each.schema === 'tattle.event/v1');
}

async function everyEvent(server: ServerProcess): Promise<WireEventPage['items']> {
  const items: WireEventPage['items'][number][] = [];
  for (let cursor = ''; ; ) {
    const path = `/api/v1/events?limit=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = await server.get<WireEventPage>(path);
    items.push(...body.items);
    if (body.nextCursor === null) return items;
    cursor = body.nextCursor;
  }
}

/** Occurrences by event, each counted once: they add up to its count, or something is missing. */
function sums(events: readonly EventDocument[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const seen = new Set<string>();
  for (const { id, event_uid: uid, delta } of events) {
    if (seen.has(id)) continue;
    seen.add(id);
    found.set(uid, (found.get(uid) ?? 0) + delta);
  }
  return found;
}

it('brings every committed occurrence over kill -9 and outages, each under one id and in order', {
  timeout: 180_000,
}, async () => {
  const home = await scratch();
  const endpoint = await anEndpoint();
  const hanging = await anEndpoint();
  hanging.answer = answers.hang;
  const variables = await configured(home, [
    { type: 'http', name: 'dead', url: hanging.url, timeoutSeconds: 2 },
    { type: 'http', name: 'out', url: endpoint.url, timeoutSeconds: 2, batch: { seconds: 0.1, records: 20 } },
  ]);
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await startServer(home, variables);
    const before = endpoint.received.length;
    await eventually('something to be sent', async () => (endpoint.received.length > before + 3 ? true : undefined));
    // An acknowledgement that never comes, and an outage: what was sent under it is sent again.
    endpoint.answer = kill % 2 === 0 ? answers.hang : answers.status(503);
    await sleep(300);
    await server.stop('SIGKILL');
    endpoint.answer = answers.status(204);
  }
  const server = await startServer(home, variables);
  const whole = await eventually('everything to be sent', async () => {
    const stored = await everyEvent(server);
    await sleep(1_500);
    const again = await everyEvent(server);
    const told = sums(eventsOf(endpoint));
    const isQuiet = again.length === stored.length && again.every(({ count }, i) => count === stored[i]?.count);
    return isQuiet && again.every(({ uid, count }) => told.get(uid) === count) ? again : undefined;
  });
  expect(whole.length).toBeGreaterThan(50);
  expect(await server.stop()).toBe(0);
  // What came for the first time came in the order in which it happened.
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for (const { id, event_uid: uid, count } of eventsOf(endpoint)) {
    if (!seen.has(id)) expect(count, id).toBeGreaterThan(counts.get(uid) ?? 0);
    seen.add(id);
    counts.set(uid, Math.max(count, counts.get(uid) ?? 0));
  }
  const { size } = new Set(documentsOf(endpoint).map((each) => each.id));
  expect(size).toBeGreaterThan(whole.length);
});

it('drains when it is stopped, and tells of its sinks', { timeout: 120_000 }, async () => {
  const home = await scratch();
  const endpoint = await anEndpoint();
  const variables = await configured(home, [
    { type: 'http', name: 'out', url: endpoint.url, headers: { 'x-key': 's3cr3t-of-the-sink' }, batch: { seconds: 5 } },
  ]);
  const server = await startServer(home, variables);
  await server.awaits<WireIncidentPage>('/api/v1/incidents?limit=1000', ({ items }) => items.length > 2);
  const response = await fetch(new URL('/metrics', server.origin), {
    headers: { authorization: `Bearer ${server.token}` },
  });
  const metrics = await response.text();
  expect(metrics).toMatch(/tattle_sink_records_total\{sink="out",outcome="taken"\} \d/);
  expect(await server.stop()).toBe(0);
  const incidents = documentsOf(endpoint).filter(({ schema }) => schema === 'tattle.incident/v1');
  expect(incidents.length).toBeGreaterThan(2);
  expect(server.log()).not.toContain('s3cr3t');
  expect(server.log()).not.toContain('did not stop in time');
});

it('tells every problem of its settings at once, with its path and without a value', async () => {
  const home = await scratch();
  const variables = await configured(home, [
    { type: 'http', name: 'a', url: 'ftp://s3cr3t' },
    { type: 'carrier-pigeon', name: 'b' },
    { type: 'loki', name: 'c', url: 'http://loki', tenat: 's3cr3t' },
    { type: 'file', name: 'd', path: '/tmp/x' },
    { type: 'stdout', name: 'd' },
  ]);
  const loaded = await loadConfiguration({
    file: variables['TATTLE_CONFIG'] ?? '',
    env: {},
    overrides: {},
    directory: home,
    readFile: async (path) => (await import('node:fs/promises')).readFile(path, 'utf8'),
  });
  const problems = loaded.kind === 'invalid' ? loaded.problems.map((each) => each.replace(/^\S+: /, '')) : [];
  expect(problems).toEqual([
    expect.stringMatching(/^sinks\[0\]\.url: must be http/) as string,
    expect.stringMatching(/^sinks\[1\]\.type: must be one of http, loki, /) as string,
    'sinks[2].tenat: is not known; did you mean tenant?',
    'sinks[4].name: d is the name of another sink, too',
  ]);
  expect(problems.join()).not.toContain('s3cr3t');
  const { code, log } = await runToEnd(home, variables);
  expect(code).toBe(1);
  expect(log).toContain('sinks[2].tenat');
});

it('shows what was refused, and sends it again under its id when somebody asks', { timeout: 120_000 }, async () => {
  const home = await scratch();
  const endpoint = await anEndpoint();
  endpoint.answer = refusingOne('mapper_parsing_exception');
  const variables = await configured(home, [
    { type: 'http', name: 'out', url: endpoint.url, batch: { seconds: 0.1, records: 20 } },
  ]);
  const server = await startServer(home, variables);
  const refusals = '/api/v1/sinks/out/refusals?limit=1000';
  const { items } = await server.awaits<WireSinkRefusalPage>(refusals, (page) => page.items.length > 0);
  expect(items[0]?.reason).toBe('HTTP 400: mapper_parsing_exception');
  const { items: sinks } = await server.awaits<WireSinks>('/api/v1/sinks', (list) =>
    list.items.every(({ lastTakenAt }) => lastTakenAt !== null),
  );
  expect(sinks).toMatchObject([
    { name: 'out', runBy: 'this', target: endpoint.url, refused: expect.any(Number) as number },
  ]);
  endpoint.answer = answers.status(204);
  endpoint.received.length = 0;
  const asked = await fetch(new URL('/api/v1/sinks/out/refusals/replay', server.origin), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ids: items.map(({ id }) => id) }),
  });
  expect(await asked.json()).toEqual({ waiting: items.length });
  const ids = new Set(items.map(({ id }) => id));
  await server.awaits<WireSinkRefusalPage>(refusals, (page) => page.items.every(({ id }) => !ids.has(id)));
  const sent = new Set(documentsOf(endpoint).map(({ id }) => id));
  expect(items.filter(({ record }) => !sent.has(record))).toEqual([]);
  expect(await server.stop()).toBe(0);
});

it('takes a secret from a file that comes later, and says until then what it waits for', {
  timeout: 120_000,
}, async () => {
  const home = await scratch();
  const endpoint = await anEndpoint();
  const bearerFile = join(home, 'token');
  const variables = await configured(home, [
    { type: 'http', name: 'out', url: endpoint.url, bearerFile, batch: { seconds: 0.1 } },
  ]);
  const server = await startServer(home, variables);
  const [failing] = (
    await server.awaits<WireSinks>('/api/v1/sinks', ({ items }) => items.every(({ state }) => state === 'failing'))
  ).items;
  expect(failing?.lastError?.error).toContain(`sinks[0].bearerFile: cannot read ${bearerFile} (ENOENT`);
  expect(server.log()).toContain('the sink waits until it holds the secret');
  await writeFile(bearerFile, 's3cr3t-of-the-sink\n');
  await server.awaits<WireSinks>('/api/v1/sinks', ({ items }) => items.every(({ state }) => state === 'well'));
  expect(endpoint.received[0]?.headers.authorization).toBe('Bearer s3cr3t-of-the-sink');
  expect(await server.stop()).toBe(0);
  expect(server.log()).not.toContain('s3cr3t');
});
