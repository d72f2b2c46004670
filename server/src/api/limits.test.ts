import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { storedToken } from './testing/callers.ts';
import { PlainClient, rawExchange } from './testing/plain-request.ts';
import { bareServer } from './server.ts';
import { NOON, startApi, type TestApiOptions } from './testing/start-api.ts';

const host = 'localhost:7171';
const running: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

async function start(options: TestApiOptions = {}) {
  const started = await startApi({ ...options, ports: { requestsPerMinute: 60, ...options.ports } });
  const { api, accessStore } = started;
  const bearer = async () => {
    const { secret } = await storedToken(accessStore, [{ role: 'viewer', scope: 'everything' }], { now: NOON });
    return `Bearer ${secret}`;
  };
  const ask = async (headers: Record<string, string>, url = '/api/v1/session') =>
    api.inject({ url, headers: { host, ...headers } });
  const exhaust = async (headers: () => Record<string, string>, times: number) => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i++) statuses.push((await ask(headers())).statusCode);
    return statuses;
  };
  return { ...started, bearer, ask, exhaust };
}

test('who asks too often is told when to come back; another from the same address goes on', async () => {
  const { bearer, ask, exhaust } = await start();
  const [one, other] = [await bearer(), await bearer()];
  expect(new Set(await exhaust(() => ({ authorization: one }), 60))).toEqual(new Set([200]));
  const refused = await ask({ authorization: one });
  expect(refused.statusCode).toBe(429);
  const after = Number(refused.headers['retry-after']);
  expect(after).toBeGreaterThan(0);
  expect(after).toBeLessThanOrEqual(60);
  expect(refused.json()).toMatchObject({ status: 429, hint: expect.stringContaining('Retry-After') });
  expect((await ask({ authorization: other })).statusCode).toBe(200);
});

test('strangers lock out nobody but strangers of their address', async () => {
  const { bearer, ask, exhaust } = await start();
  const known = await bearer();
  expect((await exhaust(() => ({}), 61)).at(-1)).toBe(429);
  expect((await exhaust(() => ({ authorization: 'Bearer wrong-token-of-some-length' }), 80)).at(-1)).toBe(429);
  expect((await exhaust(() => ({ cookie: `tattle_session_0=${'x'.repeat(43)}` }), 2)).at(-1)).toBe(429);
  expect((await ask({ authorization: known })).statusCode).toBe(200);
});

test('a made-up address in a header is no new stranger, as long as no proxy is trusted', async () => {
  const { exhaust } = await start();
  let number = 0;
  const forged = () => ({
    'x-forwarded-for': `10.0.0.${(number += 1)}`,
    forwarded: `for=10.0.1.${number}`,
    'x-real-ip': `10.0.2.${number}`,
  });
  expect((await exhaust(forged, 61)).at(-1)).toBe(429);
});

test('behind a trusted proxy each address counts for itself', async () => {
  const { exhaust } = await start({ ports: { trustedProxies: ['127.0.0.1'] } });
  let number = 0;
  expect(new Set(await exhaust(() => ({ 'x-forwarded-for': `10.0.0.${(number += 1)}` }), 100))).toEqual(new Set([401]));
  expect((await exhaust(() => ({ 'x-forwarded-for': '10.0.9.9' }), 61)).at(-1)).toBe(429);
});

test('probes are never counted', async () => {
  const { ask } = await start();
  for (let i = 0; i < 100; i++) expect((await ask({}, '/healthz')).statusCode).toBe(200);
});

test('whoever another vouches for asks as often as anybody who is known, not as seldom as a stranger', async () => {
  const vouched = {
    principal: { id: 'oidc:anna', name: 'anna', grants: [{ role: 'viewer' as const, scope: 'everything' as const }] },
    boundTo: null,
    expiresAt: null,
  };
  const { exhaust } = await start({ access: { others: [async () => vouched] }, ports: { requestsPerMinute: 3000 } });
  const statuses = await exhaust(() => ({ authorization: 'Bearer a-token-of-the-provider' }), 120);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});

test('what a stranger sends is not asked of others without end', async () => {
  let asked = 0;
  const count = async () => {
    asked += 1;
    return null;
  };
  const { exhaust } = await start({ access: { others: [count] }, ports: { requestsPerMinute: 3000 } });
  let number = 0;
  await exhaust(() => ({ authorization: `Bearer a-guess-${(number += 1)}` }), 200);
  expect(asked).toBeLessThanOrEqual(60);
});

test('a stranger who guesses too often is told when to come back, too', async () => {
  const { ask, exhaust } = await start({ ports: { requestsPerMinute: 3000 } });
  const guess = { authorization: 'Bearer wrong-token-of-some-length' };
  await exhaust(() => guess, 60);
  const refused = await ask(guess);
  expect(refused.statusCode).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
});

test('slow and idle requests end by themselves: nothing waits without a bound', () => {
  const { server, initialConfig } = bareServer({ debug() {}, info() {}, warn() {}, error() {} });
  expect(server.requestTimeout).toBeLessThanOrEqual(30_000);
  expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
  expect(server.keepAliveTimeout).toBeLessThanOrEqual(30_000);
  expect(server.maxConnections).toBeLessThanOrEqual(512);
  expect(initialConfig.bodyLimit).toBeLessThanOrEqual(1024 * 1024);
});

test('connections that say nothing give up their places soon after their time is over', async () => {
  const server = bareServer({ debug() {}, info() {}, warn() {}, error() {} });
  server.server.headersTimeout = 300;
  server.server.maxConnections = 5;
  server.get('/', async () => 'here');
  await server.listen({ host: '127.0.0.1', port: 0 });
  running.push(() => server.close());
  const { port } = server.server.address() as { port: number };
  const silent = Array.from({ length: 5 }, () => connect(port, '127.0.0.1'));
  running.push(() => silent.forEach((socket) => socket.destroy()));
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  const status = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      (answer) => answer.status,
      () => 'no place',
    );
  await vi.waitFor(async () => expect(await status()).toBe('no place'));
  await vi.waitFor(async () => expect(await status()).toBe(200), { timeout: 4500, interval: 100 });
});

test('a body that comes in a few bytes at a time holds up nobody else, and is cut in the end', async () => {
  const server = bareServer({ debug() {}, info() {}, warn() {}, error() {} });
  server.put('/slow', async () => 'read');
  server.get('/quick', async () => 'quick');
  server.server.requestTimeout = 300;
  server.server.timeout = 1000;
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as { port: number };
  running.push(() => server.close());
  const head = `PUT /slow HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
  const slow = Array.from({ length: 50 }, () => rawExchange(port, [head, '{', '"a"', ':']));
  const client = new PlainClient();
  running.push(() => client.close());
  expect((await client.ask({ port, path: '/quick' })).body).toBe('quick');
  for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^(HTTP\/1\.1 408|$)/);
});

test('a body that says it is larger than it may be is refused before it is read', async () => {
  const { api, access } = await startApi();
  const { port } = await api.listen('127.0.0.1', 0);
  running.push(() => api.close());
  const head = (length: string) =>
    `PUT /api/v1/config/namespaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${access.token}\r\nContent-Type: application/json\r\nConnection: close\r\n${length}\r\n\r\n`;
  expect(await rawExchange(port, [head('Content-Length: 2000000000'), '{'])).toMatch(/^HTTP\/1\.1 413/);
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  expect(
    await rawExchange(port, [head('Transfer-Encoding: chunked'), ...Array.from({ length: 20 }, () => chunk)]),
  ).toMatch(/^HTTP\/1\.1 413/);
});
