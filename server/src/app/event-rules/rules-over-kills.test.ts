/** kill -9 of a whole server: an event rule goes on counting, tells once, and is over in time. */
import { expect, it, onTestFinished } from 'vitest';
import { faultyEndpoint } from '../../notify/testing/faulty-endpoint.ts';
import { scratch, startTelling, type TellingServer } from '../telling/testing/telling-server.ts';
import { eventually } from '../testing/server-process.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const WINDOW_S = 60;
const RULE = {
  name: 'cache-lost-often',
  on: 'event',
  when: 'event.reason == "CacheLost"',
  count: { atLeast: 50, withinSeconds: WINDOW_S, by: ['namespace', 'name'] },
  title: 'The cache is lost again and again',
};
const ROUTE = { name: 'all', match: ['namespace=rules'], to: ['hook'] };

it('counts on over kill -9, tells once, and is over in time', { timeout: 300_000 }, async () => {
  const hook = await faultyEndpoint();
  onTestFinished(() => hook.close());
  const home = await scratch();
  const channels = [{ type: 'webhook', name: 'hook', url: hook.url, format: 'tattle' }];
  const start = () => startTelling(home, { channels, notify: { rules: [RULE], routes: [ROUTE] } });
  let server = await start();
  await loseCache(server, 'first', 30);
  await server.stop('SIGKILL');

  server = await start();
  await loseCache(server, 'second', 19);
  await settled(server);
  expect(await raisedIn(server)).toEqual([]);
  await loseCache(server, 'third', 1);
  const lostAt = Date.now();
  const raised = await eventually('the rule to fire', async () => {
    const messages = await raisedIn(server);
    return messages.length > 0 ? messages : undefined;
  });
  expect(raised).toEqual([expect.stringContaining('50 times within 60 s')]);
  await eventually('somebody to be told', async () => (hook.received.length > 0 ? true : undefined));

  await server.stop('SIGKILL');
  server = await start();
  await settled(server);
  expect(await raisedIn(server)).toHaveLength(1);
  await eventually('the rule to be over', async () => ((await endsIn(server)).length > 0 ? true : undefined));
  const after = (Date.now() - lostAt) / 1000;
  // The 30 of the first life leave the window before the rest do: it is over at the earliest when they have, and soon after the start.
  expect(after).toBeLessThan(WINDOW_S + 30);
  await sleep(6000);
  expect(await endsIn(server)).toHaveLength(1);
  const kinds = hook.received.map(({ body }) => (JSON.parse(body) as { notice: string }).notice);
  expect(kinds.filter((kind) => kind === 'opened')).toHaveLength(1);
});

/** A rule has read its past, and would have said something by now. */
async function settled(server: TellingServer): Promise<void> {
  await server.alert('elsewhere', ['any']);
  await sleep(6000);
}

async function loseCache(server: TellingServer, life: string, times: number): Promise<void> {
  await server.alert('elsewhere', ['any']);
  const events = Array.from({ length: times }, (_, n) => ({
    ...{ namespace: 'rules', kind: 'Deployment', name: 'cache', reason: 'CacheLost', message: `lost shard ${n}` },
    ...{ id: `${life}-${n}`, type: 'Warning' },
  }));
  await server.send('POST', '/api/v1/intake/events', events);
}

const raisedIn = (server: TellingServer) => saidIn(server, 'Warning');
const endsIn = (server: TellingServer) => saidIn(server, 'Normal');

async function saidIn(server: TellingServer, type: string): Promise<readonly string[]> {
  const { body } = await server.get<{ items: readonly { message: string; type: string }[] }>(
    '/api/v1/events?source=tattle-rule&limit=50',
  );
  return body.items.filter((event) => event.type === type).map(({ message }) => message);
}
