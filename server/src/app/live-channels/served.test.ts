/** A whole Tattle: what somebody added is there after it was killed, routes may name it, and its key lies beside the data. */
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { faultyEndpoint } from '../../notify/testing/faulty-endpoint.ts';
import { eventually, runToEnd, type ServerProcess, startServer } from '../testing/server-process.ts';

vi.setConfig({ testTimeout: 180_000 });
const MECHANISMS = join(import.meta.dirname, '../../../../examples/mechanisms');

async function setUp() {
  const home = await mkdtemp(join(tmpdir(), 'tattle-channels-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const endpoint = await faultyEndpoint();
  onTestFinished(() => endpoint.close());
  const variables = {
    TATTLE_SOURCE: 'simulate',
    TATTLE_SIMULATE_RECORDINGS: MECHANISMS,
    TATTLE_SIMULATE_SPEED: '20',
    TATTLE_OUTGOING_ALLOW: '127.0.0.1',
  };
  return { home, endpoint, variables };
}

async function send({ origin, token }: ServerProcess, method: string, path: string, body?: object) {
  const response = await fetch(new URL(path, origin), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

type Channels = { items: { name: string; origin: string; broken: string | null }[] };

it('keeps what somebody added over a kill, tells it of what happens, and says where its key is gone', async () => {
  const { home, endpoint, variables } = await setUp();
  const first = await startServer(home, variables);
  const secret = `${endpoint.url}very-s3cret`;
  const made = await send(first, 'POST', '/api/v1/channels', {
    type: 'webhook',
    name: 'team',
    settings: { url: secret },
  });
  expect(made.status).toBe(201);
  // The default route reaches it.
  await endpoint.heard(1);
  const keyFile = join(home, 'data', 'secret.key');
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  await first.stop('SIGKILL');

  // A route names what configuration does not have.
  const config = join(home, 'tattle.yaml');
  await writeFile(config, 'notify: { routes: [{ name: all, to: [team] }] }');
  const routed = { ...variables, TATTLE_CONFIG: config };
  const second = await startServer(home, routed);
  const { items } = (await second.get<Channels>('/api/v1/channels')).body;
  expect(items).toMatchObject([{ name: 'team', origin: 'runtime', broken: null }]);
  const before = endpoint.received.length;
  expect((await send(second, 'POST', '/api/v1/channels/team/test')).status).toBe(202);
  await eventually('the test message', async () => endpoint.received.length > before || undefined);
  expect((await send(second, 'DELETE', '/api/v1/channels/team')).text).toContain('A route tells this channel');
  await second.stop();

  await rename(keyFile, `${keyFile}.away`);
  const third = await startServer(home, routed);
  const [broken] = (await third.get<Channels>('/api/v1/channels')).body.items;
  expect(broken?.broken).toContain('secret.key');
  await third.stop();
  for (const { log } of [first, second, third]) expect(log()).not.toContain('very-s3cret');
  expect(third.log()).toContain('a channel cannot send until it is mended');
  expect(await readFile(`${keyFile}.away`, 'utf8')).toMatch(/^[\w+/]{43}=\n$/);
});

it('does not start where a route leads to what nobody has added', async () => {
  const { home, variables } = await setUp();
  const config = join(home, 'tattle.yaml');
  await writeFile(config, 'notify: { routes: [{ name: all, to: [taem] }] }');
  const { code, log } = await runToEnd(home, { ...variables, TATTLE_CONFIG: config });
  expect(code).not.toBe(0);
  expect(log).toContain('notify.routes[0].to: there is no channel taem');
});
