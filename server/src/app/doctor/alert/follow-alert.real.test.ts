/** A test alert through a real Alertmanager to a whole Tattle: all the way, and where it gets lost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireCreatedToken, WireIncidentPage } from '@tattle/contract';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Running, startAlertmanager } from '../../taking-in/testing/prometheus-pair.ts';
import { type ServerProcess, startServer } from '../../testing/server-process.ts';
import { examine } from '../doctor.ts';

let home: string;
let server: ServerProcess;
let alertmanager: Running;
let url: string;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tattle-doctor-alert-'));
  ends.push(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const variables = {
    TATTLE_SOURCE: 'simulate',
    TATTLE_SIMULATE_RECORDINGS: fileURLToPath(new URL('../../../../../examples/states', import.meta.url)),
    TATTLE_NAMESPACES: 'all',
  };
  server = await startServer(home, variables, () => undefined);
  ends.push(() => server.stop());
  const token = await reporterToken();
  alertmanager = await startAlertmanager(join(home, 'alertmanager'), intake(token));
  ends.push(alertmanager.stop);
  url = `http://${alertmanager.address}`;
  await server.awaits<{ items: { monitored: boolean }[] }>('/api/v1/namespaces', ({ items }) =>
    items.some((each) => each.monitored),
  );
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

const intake = (token: string) => ({ url: `${server.origin}/api/v1/intake/alertmanager`, token });

async function reporterToken(): Promise<string> {
  const response = await fetch(new URL('/api/v1/tokens', server.origin), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'alertmanager', grants: [{ role: 'reporter', scope: 'everything' }] }),
  });
  return ((await response.json()) as WireCreatedToken).secret;
}

const followed = (from: string, more: object = {}, waitMs = 30_000) =>
  examine({
    overrides: { dataDir: join(home, 'none') },
    env: {},
    signal: new AbortController().signal,
    server: { url: server.origin, token: server.token },
    alert: { url: from, labels: {}, waitMs, ...more },
  });

const firing = async () => {
  const response = await fetch(`${url}/api/v2/alerts`);
  return (await response.json()) as unknown[];
};

it('is fired, matched, received, made an incident, and over again', async () => {
  const checks = await followed(url);
  expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    ...['tattle ok', 'alertmanager ok', 'fired ok', 'matched ok', 'received ok', 'incident ok', 'ended ok'],
  ]);
  expect(await firing()).toEqual([]);
  const { body } = await server.get<WireIncidentPage>('/api/v1/incidents?condition=TattleTestAlert');
  expect(body.items).toMatchObject([{ condition: 'TattleTestAlert', clearedAt: expect.any(String) }]);
});

it('opens an incident of its own each time', async () => {
  await followed(url);
  const { body } = await server.get<WireIncidentPage>('/api/v1/incidents?condition=TattleTestAlert');
  expect(body.items.map(({ regressions }) => regressions)).toEqual([0, 0]);
});

it('is silenced there', async () => {
  const now = Date.now();
  const silence = {
    matchers: [{ name: 'team', value: 'quiet', isRegex: false, isEqual: true }],
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + 600_000).toISOString(),
    createdBy: 'test',
    comment: 'test',
  };
  const response = await fetch(`${url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(silence),
  });
  const { silenceID } = (await response.json()) as { silenceID: string };
  const last = (await followed(url, { labels: { team: 'quiet' } })).at(-1);
  expect(last).toMatchObject({ name: 'fired', state: 'fail', detail: expect.stringContaining(silenceID) });
});

it('is refused by Tattle, since Alertmanager has the wrong token', async () => {
  const wrong = await startAlertmanager(join(home, 'wrong'), intake('tattle_wrong'));
  onTestFinished(() => wrong.stop());
  const last = (await followed(`http://${wrong.address}`, {}, 6000)).at(-1);
  expect(last).toMatchObject({
    name: 'received',
    state: 'fail',
    detail: expect.stringContaining('calls to webhooks failed'),
    mend: expect.stringContaining('--role reporter'),
  });
});

it('is led elsewhere', async () => {
  const elsewhere = await startAlertmanager(join(home, 'elsewhere'), { url: 'http://127.0.0.1:1/x', token: 'x' });
  onTestFinished(() => elsewhere.stop());
  const last = (await followed(`http://${elsewhere.address}`)).at(-1);
  expect(last).toMatchObject({
    name: 'matched',
    state: 'fail',
    mend: expect.stringContaining(`${server.origin}/api/v1/intake`),
  });
});
