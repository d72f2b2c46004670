/** A whole Tattle whose store is on a full disk: it takes nothing that it cannot keep, says why, and goes on by itself. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { faultyEndpoint } from '../notify/testing/faulty-endpoint.ts';
import { fullDisk } from '../store/testing/full-disk.ts';
import { startTestServer, type TestServer } from '../store/testing/servers.ts';
import { eventually, type ServerProcess, startServer } from './testing/server-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });
const STATES = join(import.meta.dirname, '../../../examples/states');
const FULL_MS = 10_000;
const BACK_WITHIN_MS = 10_000;

let postgres: TestServer;
beforeAll(async () => {
  postgres = await startTestServer();
});
afterAll(() => postgres.close());

async function setUp() {
  const home = await mkdtemp(join(tmpdir(), 'tattle-full-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const endpoint = await faultyEndpoint();
  onTestFinished(() => endpoint.close());
  const url = await postgres.freshDatabase();
  const sink = join(home, 'out.jsonl');
  const config = join(home, 'tattle.json');
  const limit = { notices: 10_000, perMinutes: 1 };
  await writeFile(
    config,
    JSON.stringify({
      notify: { routes: [{ name: 'each', to: ['*'], limit }] },
      sinks: [{ type: 'file', name: 'out', path: sink, from: 'beginning' }],
    }),
  );
  const server = await startServer(home, {
    ...{ TATTLE_STORE_URL: url, TATTLE_CONFIG: config, TATTLE_SOURCE: 'simulate' },
    ...{ TATTLE_SIMULATE_RECORDINGS: STATES, TATTLE_SIMULATE_SPEED: '5' },
    ...{ TATTLE_WEBHOOK_URL: endpoint.url, TATTLE_WEBHOOK_FORMAT: 'tattle', TATTLE_OUTGOING_ALLOW: '127.0.0.1' },
  });
  return { server, endpoint, sink, disk: fullDisk(url) };
}

async function post({ origin, token }: ServerProcess, path: string, body: object) {
  const response = await fetch(new URL(path, origin), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
}

/** As Alertmanager sends it; `name` tells one from another. */
function alert(server: ServerProcess, name: string) {
  const labels = { alertname: name, namespace: 'shop', severity: 'warning', cluster: 'elsewhere' };
  const one = { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString(), fingerprint: name };
  return post(server, '/api/v1/intake/alertmanager', {
    ...{ version: '4', groupKey: name, status: 'firing', receiver: 'tattle', externalURL: 'http://am' },
    ...{
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      alerts: [{ ...one, endsAt: '0001-01-01T00:00:00Z' }],
    },
  });
}

interface Told {
  readonly notice: string;
  readonly incident?: { readonly id: string };
}

it('acknowledges nothing that it cannot keep, says why, and loses and repeats nothing once there is room', async () => {
  const { server, endpoint, sink, disk } = await setUp();
  const acked: string[] = [];
  let sent = 0;
  const handIn = async () => {
    const name = `Alert${sent++}`;
    const answer = await alert(server, name);
    if (answer.status < 300) acked.push(name);
    return answer;
  };
  for (let i = 0; i < 10; i += 1) await handIn();
  expect(acked).toHaveLength(10);
  await endpoint.heard(1);

  await disk.fill();
  const readiness = await server.awaits<{ checks: { name: string; detail: string }[] }>(
    '/readyz',
    (_, status) => status === 503,
  );
  expect(readiness.checks.find(({ name }) => name === 'store')?.detail).toMatch(
    /^the disk of the store is full: make room/,
  );
  const full = { log: server.log().length, acked: acked.length, until: performance.now() + FULL_MS };
  for (let i = 0; performance.now() < full.until; i += 1) {
    expect(await handIn()).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    const silence = { matchers: ['namespace=never'], forMinutes: 60, comment: 'full' };
    expect((await post(server, '/api/v1/silences', silence)).status).toBe(503);
    const channel = { type: 'webhook', name: `team${i}`, settings: { url: 'https://example.com/x' } };
    expect((await post(server, '/api/v1/channels', channel)).status).toBe(503);
    await sleep(100);
  }
  expect(acked).toHaveLength(full.acked);
  const lines = server
    .log()
    .slice(full.log)
    .split('\n')
    .filter((line) => /"level":(40|50|60)/.test(line));
  // Whoever reads it at night finds a few lines, whatever was asked meanwhile.
  expect(lines.length, lines.join('\n')).toBeLessThan(40);
  expect(server.log()).not.toContain('failed for good');

  await disk.free();
  const began = performance.now();
  await eventually('the first alert to be taken again', async () => (await handIn()).status < 300 || undefined);
  expect(performance.now() - began).toBeLessThan(BACK_WITHIN_MS);
  for (let i = 0; i < 5; i += 1) expect((await handIn()).status).toBe(200);

  const stored = await server.awaits<{ items: { reason: string; incidentId: string | null }[] }>(
    '/api/v1/events?namespace=shop&limit=1000',
    ({ items }) => acked.every((name) => items.some(({ reason }) => reason === name)),
  );
  const alerts = stored.items.map(({ reason }) => reason).filter((reason) => /^Alert\d+$/.test(reason));
  expect(new Set(alerts).size).toBe(alerts.length);
  expect((await server.get<{ items: [] }>('/api/v1/silences')).body.items).toEqual([]);
  const channels = (await server.get<{ items: { name: string }[] }>('/api/v1/channels')).body.items;
  expect(channels.filter(({ name }) => name.startsWith('team'))).toEqual([]);

  // Each was told, under one id.
  const ids = () => {
    const heard = new Map<string, Set<unknown>>();
    for (const { body, headers } of endpoint.received) {
      const { notice, incident } = JSON.parse(body) as Told;
      const key = `${incident?.id ?? ''} ${notice}`;
      heard.set(key, (heard.get(key) ?? new Set()).add(headers['webhook-id']));
    }
    return heard;
  };
  const incidents = stored.items.flatMap(({ reason, incidentId }) => (acked.includes(reason) ? [incidentId] : []));
  await eventually('every alert to be told', async () => {
    const heard = ids();
    return incidents.every((id) => heard.has(`${id} opened`)) || undefined;
  });
  for (const [what, under] of ids()) expect(under.size, what).toBe(1);
  await eventually('the sink to have all', async () => {
    const text = await readFile(sink, 'utf8');
    return acked.every((name) => text.includes(`"reason":"${name}"`)) || undefined;
  });
  for (const line of (await readFile(sink, 'utf8')).trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});
