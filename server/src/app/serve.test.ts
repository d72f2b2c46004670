import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireEventPage, WireIncidentPage, WireReadiness, WireStatus } from '@tattle/contract';
import { expect, it, onTestFinished } from 'vitest';
import { type FaultyEndpoint, faultyEndpoint, type Received } from '../notify/testing/faulty-endpoint.ts';
import { eventually, runToEnd, type ServerProcess, startServer } from './testing/server-process.ts';

const WHSEC = `whsec_${Buffer.alloc(32, 's').toString('base64')}`;
const STATES = join(import.meta.dirname, '../../../examples/states');
/** The recorded problems, as fast as a real cluster could bring them. */
const SIMULATED = { TATTLE_SOURCE: 'simulate', TATTLE_SIMULATE_RECORDINGS: STATES, TATTLE_SIMULATE_SPEED: '20' };
const EVENTS = '/api/v1/events?limit=1000';
const INCIDENTS = '/api/v1/incidents?limit=1000';

interface Body {
  readonly context: { readonly recent_logs: string; readonly partial: boolean };
  readonly incident: { readonly id: string; readonly notice: string; readonly title: string };
}

async function scratch(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-serve-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return home;
}

async function receiver(): Promise<FaultyEndpoint> {
  const endpoint = await faultyEndpoint();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

const bodyOf = ({ body }: Received) => JSON.parse(body) as Body;
const openings = ({ received }: FaultyEndpoint) =>
  received.map(bodyOf).filter(({ incident }) => incident.notice === 'opened');
const postmaster = (home: string) =>
  Number(readFileSync(join(home, 'data/postgres/postmaster.pid'), 'utf8').split('\n')[0]);
const statusOf = async (server: ServerProcess) => (await server.get<WireStatus>('/api/v1/status')).body;

/** As a receiver would, from the standard: over id, time and body. */
function isSigned({ headers, body }: Received): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const key = Buffer.from(WHSEC.slice('whsec_'.length), 'base64');
  const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(wanted);
}

it('tells a webhook once of each problem, signed and with logs, and stays quiet after a restart', async () => {
  const home = await scratch();
  const webhook = await receiver();
  const variables = { ...SIMULATED, TATTLE_WEBHOOK_URL: webhook.url, TATTLE_WEBHOOK_SECRETS: WHSEC };
  const server = await startServer(home, variables);
  const crash = 'CrashLoopBackOff: Deployment checkout/cart-api';
  const { items } = await server.awaits<WireIncidentPage>(INCIDENTS, (page) =>
    page.items.some(({ title }) => title === crash),
  );
  const incident = items.find(({ title }) => title === crash);
  await eventually('its webhook', async () =>
    openings(webhook).some(({ incident: { id } }) => id === incident?.id) ? true : undefined,
  );
  const told = openings(webhook).find(({ incident: { id } }) => id === incident?.id);
  expect(told?.context.partial).toBe(false);
  expect(told?.context.recent_logs).toContain('DATABASE_URL');
  expect(webhook.received.filter((received) => !isSigned(received))).toEqual([]);
  const events = (await server.get<WireEventPage>(EVENTS)).body;
  expect(events.items.some(({ reason }) => reason === 'BackOff')).toBe(true);
  expect((await server.get('/api/v1/deliveries')).status).toBe(200);

  expect(await server.stop()).toBe(0);
  expect(server.log()).toContain('"why":"stopped by SIGTERM"');
  expect(server.log()).toContain('"msg":"stopped"');
  const again = await startServer(home, variables);
  const after = await again.awaits<WireIncidentPage>(INCIDENTS, (page) => page.items.length >= items.length);
  expect(after.items.map(({ id }) => id)).toContain(incident?.id);
  await again.awaits<WireStatus>('/api/v1/status', ({ tally }) => (tally?.received ?? 0) > 100);
  const ids = openings(webhook).map(({ incident: { id } }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  expect(await again.stop()).toBe(0);
});

it('monitors other namespaces as soon as the API says so, and remembers it', async () => {
  const home = await scratch();
  const server = await startServer(home, SIMULATED);
  expect(await server.put('/api/v1/config/namespaces', { namespaces: ['checkout'] })).toBe(200);
  const dropped = 'namespace-not-monitored';
  await server.awaits<WireStatus>('/api/v1/status', ({ tally }) => (tally?.dropped[dropped] ?? 0) > 20);
  const page = (await server.get<WireEventPage>('/api/v1/events?limit=1000&namespace=media')).body;
  const before = page.items.length;
  const { tally } = await statusOf(server);
  await server.awaits<WireStatus>('/api/v1/status', (now) => (now.tally?.received ?? 0) > (tally?.received ?? 0) + 50);
  expect((await server.get<WireEventPage>('/api/v1/events?limit=1000&namespace=media')).body.items).toHaveLength(
    before,
  );
  expect(await server.stop()).toBe(0);
  const again = await startServer(home, SIMULATED);
  const config = await again.get<{ filter: { namespaces: unknown } }>('/api/v1/config');
  expect(config.body.filter.namespaces).toEqual(['checkout']);
  expect(await again.stop()).toBe(0);
});

it('keeps its data directory and its history to itself: a second process is refused, and who shows no token', async () => {
  const home = await scratch();
  const server = await startServer(home, SIMULATED);
  const second = await runToEnd(home, SIMULATED);
  expect(second.code).toBe(1);
  expect(second.log).toContain(`belongs to another Tattle (pid ${server.child.pid}`);
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  const shown = (token: string) =>
    fetch(new URL(EVENTS, server.origin), { headers: { authorization: `Bearer ${token}` } });
  expect((await shown(server.token)).status).toBe(200);
  expect((await shown('x'.repeat(43))).status).toBe(401);
  expect((await fetch(new URL(EVENTS, server.origin))).status).toBe(401);
});

it('takes over its PostgreSQL after a kill -9, with all that was stored', async () => {
  const home = await scratch();
  const server = await startServer(home, SIMULATED);
  const { items } = await server.awaits<WireEventPage>(EVENTS, (page) => page.items.length > 50);
  const pid = postmaster(home);
  await server.stop('SIGKILL');
  const again = await startServer(home, SIMULATED);
  expect(postmaster(home)).toBe(pid);
  expect(again.log()).toContain('took over the PostgreSQL');
  const uids = new Set((await again.get<WireEventPage>(EVENTS)).body.items.map(({ uid }) => uid));
  expect(items.filter(({ uid }) => !uids.has(uid)).length).toBe(0);
  expect(await again.stop()).toBe(0);
});

/** Without this file PostgreSQL cannot be started; returns what brings it back. */
async function breakStore(home: string): Promise<() => Promise<void>> {
  const version = join(home, 'data/postgres/PG_VERSION');
  const text = readFileSync(version);
  await rm(version);
  process.kill(postmaster(home), 'SIGKILL');
  return () => writeFile(version, text);
}

async function spooledBytes(server: ServerProcess): Promise<number> {
  const metrics = await (await fetch(new URL('/metrics', server.origin))).text();
  return Number(/^tattle_spool_bytes (\d+)/m.exec(metrics)?.[1] ?? 0);
}

it('is unready while its store is gone, says why, keeps events on disk and catches up', async () => {
  const home = await scratch();
  const server = await startServer(home, SIMULATED);
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  const mend = await breakStore(home);
  const unready = await server.awaits<WireReadiness>('/readyz', (_, status) => status === 503);
  const store = unready.checks.find(({ name }) => name === 'store');
  expect(store).toMatchObject({ state: 'failing', detail: expect.stringContaining('the store cannot be used') });
  await eventually('events on disk', async () => ((await spooledBytes(server)) > 0 ? true : undefined));
  await mend();
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  await eventually('an empty spool', async () => ((await spooledBytes(server)) === 0 ? true : undefined));
  const { tally } = await statusOf(server);
  const dropped = Object.values(tally?.dropped ?? {}).reduce((sum, count) => sum + count, 0);
  expect(tally?.received).toBe((tally?.stored ?? 0) + (tally?.repeats ?? 0) + dropped);
  expect(await server.stop()).toBe(0);
});

it('stops cleanly while its store is gone, and stores what waited on disk after the next start', async () => {
  const home = await scratch();
  const server = await startServer(home, SIMULATED);
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  const mend = await breakStore(home);
  await eventually('events on disk', async () => ((await spooledBytes(server)) > 0 ? true : undefined));
  expect(await server.stop()).toBe(0);
  const waiting = await readdir(join(home, 'data/spool'));
  expect(waiting.length).toBeGreaterThan(0);
  await mend();
  const again = await startServer(home, SIMULATED);
  await eventually('those files gone', async () =>
    (await readdir(join(home, 'data/spool'))).length === 0 ? true : undefined,
  );
  const { tally } = await statusOf(again);
  expect(tally?.received).toBeGreaterThan(0);
  expect(await again.stop()).toBe(0);
});

// Who notices first is a race: a batch that waits for its commit, or a connection that nobody takes up.
const STANDS_STILL = /has not answered|timeout exceeded when trying to connect/;

it('is unready while PostgreSQL stands still, and goes on when it moves again', async () => {
  const home = await scratch();
  const server = await startServer(home, SIMULATED);
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  const still = [postmaster(home), ...childrenOf(postmaster(home))];
  for (const pid of still) process.kill(pid, 'SIGSTOP');
  try {
    const unready = await server.awaits<WireReadiness>('/readyz', (_, status) => status === 503);
    expect(unready.checks.find(({ name }) => name === 'store')?.detail).toMatch(STANDS_STILL);
  } finally {
    for (const pid of still) process.kill(pid, 'SIGCONT');
  }
  await server.awaits<WireReadiness>('/readyz', (_, status) => status === 200);
  const { tally } = await statusOf(server);
  await server.awaits<WireStatus>('/api/v1/status', (now) => (now.tally?.received ?? 0) > (tally?.received ?? 0));
  expect(await server.stop()).toBe(0);
});

it('says loudly that nothing of a real cluster is monitored until someone chooses', async () => {
  const home = await scratch();
  const kubeconfig = join(home, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigFor('http://127.0.0.1:9')));
  const server = await startServer(home, { TATTLE_KUBECONFIG: kubeconfig });
  expect((await statusOf(server)).notices.join()).toContain('No namespace is monitored yet');
  expect(server.log()).toContain('No namespace is monitored yet');
  const unready = await server.awaits<WireReadiness>('/readyz', (_, status) => status === 503);
  expect(unready.checks.filter(({ state }) => state === 'failing').length).toBeGreaterThan(0);
  expect(await server.stop()).toBe(0);
});

it.each([
  ['cannot be read', { TATTLE_KUBECONFIG: '/nonexistent/kubeconfig' }, /nonexistent\/kubeconfig/],
  ['is no kubeconfig', { TATTLE_KUBECONFIG: 'HOME/broken' }, /broken/],
  ['names a context that is not there', { TATTLE_KUBECONFIG: 'HOME/good', TATTLE_CONTEXTS: 'nowhere' }, /nowhere/],
])('ends with a clear error and no simulation when the kubeconfig %s', async (_, variables, error) => {
  const home = await scratch();
  await writeFile(join(home, 'broken'), '{"apiVersion": [');
  await writeFile(join(home, 'good'), JSON.stringify(kubeconfigFor('http://127.0.0.1:9')));
  const inHome = Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [key, value.replace('HOME', home)]),
  );
  const { code, log } = await runToEnd(home, inHome);
  expect(code).toBe(1);
  expect(log).toMatch(error);
  expect(log).not.toContain('simulated');
});

it('ends with the address that is taken and a way to another, and leaves its data directory free', async () => {
  const home = await scratch();
  const { url } = await receiver();
  const { port } = new URL(url);
  const { code, log } = await runToEnd(home, { ...SIMULATED, TATTLE_PORT: port });
  expect(code).toBe(1);
  expect(log).toContain(`cannot listen on 127.0.0.1:${port}: choose another address`);
  expect(log).toContain('because: listen EADDRINUSE');
  expect(log).not.toContain('"level":50');
  const server = await startServer(home, SIMULATED);
  expect(await server.stop()).toBe(0);
});

it('takes a broken kubeconfig in the home directory for an error, too', async () => {
  const home = await scratch();
  await mkdir(join(home, '.kube'));
  await writeFile(join(home, '.kube/config'), 'clusters: {');
  const { code, log } = await runToEnd(home);
  expect(code).toBe(1);
  expect(log).toContain(join(home, '.kube/config'));
});

function kubeconfigFor(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'here',
  };
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}
