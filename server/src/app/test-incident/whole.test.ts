/** A test incident through a whole running Tattle: open, told, over; and over a process that is killed in between. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  WireChecks,
  WireIncidentDetail,
  WireIncidentPage,
  WireStatus,
  WireTestIncidentBegun,
} from '@tattle/contract';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { faultyEndpoint, type FaultyEndpoint } from '../../notify/testing/faulty-endpoint.ts';
import { eventually, type ServerProcess, startServer } from '../testing/server-process.ts';

vi.setConfig({ testTimeout: 300_000 });

/** A recording that plays slowly: next to nothing happens beside the test. */
const SIMULATED = {
  TATTLE_SOURCE: 'simulate',
  TATTLE_SIMULATE_RECORDINGS: join(import.meta.dirname, '../../../../examples/states'),
};

/** The tests run at once, so each has to name itself. */
type Test = Pick<TestContext, 'onTestFinished'>;

async function scratch({ onTestFinished }: Test): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-test-incident-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return home;
}

async function receiver({ onTestFinished }: Test): Promise<FaultyEndpoint> {
  const endpoint = await faultyEndpoint();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

async function post<Body>(server: ServerProcess, path: string, body: unknown): Promise<{ status: number; body: Body }> {
  const response = await fetch(new URL(path, server.origin), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

const begin = (server: ServerProcess, body: unknown = {}) =>
  post<WireTestIncidentBegun>(server, '/api/v1/test-incident', body);
const incidentOf = async (server: ServerProcess, id: string) =>
  (await server.get<WireIncidentDetail>(`/api/v1/incidents/${id}`)).body;
/** What the webhook was told of it. */
const toldOf = ({ received }: FaultyEndpoint, id: string) =>
  received
    .map(({ body }) => (JSON.parse(body) as { incident: { id: string; notice: string; title: string } }).incident)
    .filter((incident) => incident.id === id)
    .map(({ notice }) => notice);
const reached = (server: ServerProcess) =>
  server.awaits<WireStatus>('/api/v1/status', ({ ready, streams }) => ready && streams.length > 3);

async function letAlone(test: Test): Promise<void> {
  const webhook = await receiver(test);
  const variables = { ...SIMULATED, TATTLE_WEBHOOK_URL: webhook.url };
  const server = await startServer(await scratch(test), variables, test.onTestFinished);
  await reached(server);
  const asked = Date.now();
  const { status, body } = await begin(server);
  expect(status).toBe(202);
  const id = body.incidentId ?? '';
  const opened = await incidentOf(server, id);
  expect(opened).toMatchObject({ state: 'open', condition: 'TattleTest', severity: 'medium' });
  expect(opened.title).toBe(`TattleTest: Pod ${body.watchFor.namespace}/${body.watchFor.name}`);
  // By the clock that the page shows.
  expect(Math.abs(Date.parse(opened.openedAt) - asked)).toBeLessThan(5000);
  await eventually('its opening to be told', async () => (toldOf(webhook, id).includes('opened') ? true : undefined));
  const told = await server.awaits<WireIncidentDetail>(
    `/api/v1/incidents/${id}`,
    ({ diagnosis }) => diagnosis !== null,
  );
  expect(told.diagnosis?.explanation).toContain('This is a test of Tattle, and nothing is wrong');

  expect((await begin(server)).status).toBe(429);
  const checks = await server.get<WireChecks>('/api/v1/checks');
  expect(checks.body.simulated).toBe(true);
  expect(checks.body.items.find(({ name }) => name === 'channel webhook')).toMatchObject({ state: 'ok' });

  const isOver = async () => ((await incidentOf(server, id)).state === 'resolved' ? true : undefined);
  await eventually('it to resolve', isOver).catch(() => eventually('it to resolve at last', isOver));
  const over = await incidentOf(server, id);
  expect(over).toMatchObject({ resolvedBy: 'tattle' });
  expect(Math.abs(Date.parse(over.resolvedAt ?? '') - Date.parse(body.resolvesAt))).toBeLessThan(5000);
  await eventually('its end to be told', async () => (toldOf(webhook, id).includes('resolved') ? true : undefined));
  expect(toldOf(webhook, id)).toEqual(['opened', 'resolved']);
  const audit = await server.get<{ items: { action: string; target: string }[] }>('/api/v1/audit?action=incident.test');
  expect(audit.body.items.map(({ target }) => target)).toEqual([
    `${body.watchFor.namespace}/Pod/${body.watchFor.name}`,
  ]);
  const { body: now } = await server.get<WireStatus>('/api/v1/status');
  const { received, stored, repeats, dropped } = now.tally ?? { received: -1, stored: 0, repeats: 0, dropped: {} };
  expect(received).toBe(stored + repeats + Object.values(dropped).reduce((sum, count) => sum + count, 0));
  // Evidence of what is not there makes no noise.
  expect(
    server
      .log()
      .split('\n')
      .filter((line) => line.includes(id) && /"level":"?(?:error|warn|50|40)/.test(line)),
  ).toEqual([]);
}

async function killed(test: Test): Promise<void> {
  const home = await scratch(test);
  const webhook = await receiver(test);
  const variables = { ...SIMULATED, TATTLE_WEBHOOK_URL: webhook.url };
  const server = await startServer(home, variables, test.onTestFinished);
  await reached(server);
  const { body } = await begin(server);
  const id = body.incidentId ?? '';
  await server.stop('SIGKILL');
  const again = await startServer(home, variables, test.onTestFinished);
  const isOver = async () => ((await incidentOf(again, id)).state === 'resolved' ? true : undefined);
  await eventually('it to resolve', isOver).catch(() => eventually('it to resolve at last', isOver));
  await eventually('its end to be told', async () => (toldOf(webhook, id).includes('resolved') ? true : undefined));
  expect(new Set(toldOf(webhook, id))).toEqual(new Set(['opened', 'resolved']));
  expect((await incidentOf(again, id)).timeline.map(({ kind }) => kind)).toContain('cleared');
}

describe.concurrent('a test incident', () => {
  it('opens as a test, is told to the webhook, and is over after about a minute, whether or not its process is killed', async (test) => {
    await Promise.all([letAlone(test), killed(test)]);
  });

  // Nothing is simulated at once but what every cluster has.
  it('makes nothing where the namespace is not monitored, and says so', async (test) => {
    const variables = { ...SIMULATED, TATTLE_NAMESPACES: 'default' };
    const server = await startServer(await scratch(test), variables, test.onTestFinished);
    await reached(server);
    const { status, body } = await post<{ detail: string; hint: string }>(server, '/api/v1/test-incident', {
      namespace: 'kube-system',
    });
    expect(status).toBe(409);
    expect(body.detail).toContain('"kube-system" is not monitored');
    expect(body.hint).toContain('Choose a monitored namespace');
    const page = await server.get<WireIncidentPage>('/api/v1/incidents?condition=TattleTest');
    expect(page.body.items).toEqual([]);
    const audit = await server.get<{ items: unknown[] }>('/api/v1/audit?action=incident.test');
    expect(audit.body.items).toEqual([]);
    // Left to itself it takes one that is.
    expect((await begin(server)).body.watchFor.namespace).toBe('default');
  });
});
