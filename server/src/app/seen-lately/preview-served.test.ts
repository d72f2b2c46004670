/** A whole Tattle on a recording: what a preview foretells is what happens once the rules are saved. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configPreview, type WireConfigPreview, type WireNamespaces, type WireStatus } from '@tattle/contract';
import { expect, it, onTestFinished, vi } from 'vitest';
import { eventually, type ServerProcess, startServer } from '../testing/server-process.ts';

const STATES = join(import.meta.dirname, '../../../../examples/states');
vi.setConfig({ testTimeout: 120_000 });

async function simulated(): Promise<ServerProcess> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-preview-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return startServer(home, {
    TATTLE_SOURCE: 'simulate',
    TATTLE_SIMULATE_RECORDINGS: STATES,
    TATTLE_SIMULATE_SPEED: '20',
  });
}

async function preview({ origin, token }: ServerProcess, filter: object): Promise<WireConfigPreview> {
  const response = await fetch(new URL('/api/v1/config/preview', origin), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ filter }),
  });
  expect(response.status).toBe(200);
  return configPreview.parse(await response.json());
}

/** What really became of all that arrived, beside how it is judged, at a moment when nothing was on its way between the two. */
async function balanced(server: ServerProcess) {
  return eventually('arrivals to be accounted for', async () => {
    const { tally } = (await server.get<WireStatus>('/api/v1/status')).body;
    const { now } = await preview(server, {});
    if (tally === null) throw new Error('the tally is not shown');
    const { 'ttl-expired': expired = 0, poison = 0, ...byRules } = tally.dropped;
    const seen = tally.received - expired - poison;
    const dropped = Object.values(byRules).reduce((sum, count) => sum + count, 0);
    return now.kept + now.dropped === seen ? { judged: now, real: { kept: seen - dropped, dropped } } : undefined;
  });
}

it('tells, while nothing is monitored, what choosing a namespace will keep, and keeps just that then', async () => {
  const server = await simulated();
  const choose = (namespaces: readonly string[]) => server.put('/api/v1/config/namespaces', { namespaces });
  expect(await choose([])).toBe(200);
  const { items } = await server.awaits<WireNamespaces>('/api/v1/namespaces', (list) =>
    list.items.some(({ namespace, seenLastDay }) => namespace === 'checkout' && seenLastDay > 20),
  );
  expect(items.every(({ monitored, clusterName }) => !monitored && clusterName !== '')).toBe(true);

  const foretold = await preview(server, { namespaces: ['checkout'] });
  const checkout = foretold.byNamespace.find(({ namespace }) => namespace === 'checkout');
  expect(checkout).toMatchObject({ keptNow: 0, keptThen: checkout?.seen });
  expect(foretold.then.kept).toBe(foretold.now.kept + (checkout?.seen ?? 0));
  expect(foretold.byReason.map(({ reason }) => reason)).toEqual(['namespace-not-monitored']);

  expect(await choose(['checkout'])).toBe(200);
  const first = await balanced(server);
  expect(first.judged.kept).toBeGreaterThanOrEqual(foretold.then.kept);
  await server.awaits<WireStatus>(
    '/api/v1/status',
    ({ tally }) => (tally?.received ?? 0) > first.real.kept + first.real.dropped + 100,
  );
  const second = await balanced(server);
  const since = (which: 'judged' | 'real') => ({
    kept: second[which].kept - first[which].kept,
    dropped: second[which].dropped - first[which].dropped,
  });
  expect(since('judged')).toEqual(since('real'));
  expect(since('real').kept).toBeGreaterThan(0);
  expect(since('real').dropped).toBeGreaterThan(0);
  expect(await server.stop()).toBe(0);
});
