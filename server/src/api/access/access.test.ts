import { expect, test } from 'vitest';
import { memoryAccessStore } from '../testing/memory-access.ts';
import { LOCAL } from './access.ts';
import type { KnownToken } from './bearer.ts';
import { digestOf } from './digest.ts';
import { hostAllowed, isLoopback } from './hosts.ts';
import { startApi } from '../testing/start-api.ts';

const host = 'localhost:7171';

test('without a credential only the probes, the page and, on loopback, the metrics answer', async () => {
  const { api } = await startApi();
  const status = async (url: string, headers = {}) =>
    (await api.inject({ url, headers: { host, ...headers } })).statusCode;
  expect(await status('/healthz')).toBe(200);
  expect(await status('/readyz')).toBe(200);
  expect(await status('/metrics')).toBe(200);
  expect(await status('/')).toBe(401);
  for (const url of [
    '/api/v1/events',
    '/api/v1/events/x',
    '/api/v1/config',
    '/api/v1/status',
    '/api/v1/namespaces',
    '/api/v1/deliveries',
    '/api/v1/incidents',
  ]) {
    expect(await status(url)).toBe(401);
    expect(await status(url, { authorization: 'Bearer wrong' })).toBe(401);
    expect(await status(url, { cookie: 'tattle_session_0=; tattle_session_0=x' })).toBe(401);
    expect(await status(`${url}?token=x`)).toBe(401);
  }
});

test('beyond loopback the metrics need the token, too', async () => {
  const { api, access } = await startApi({ access: { host: '0.0.0.0' } });
  const status = async (headers: Record<string, string>) =>
    (await api.inject({ url: '/metrics', headers: { host: '10.0.0.7:7171', ...headers } })).statusCode;
  expect(await status({})).toBe(401);
  expect(await status({ authorization: `Bearer ${access.token}` })).toBe(200);
});

test('a lasting token works beside the process’s own, and not as a link', async () => {
  const { api } = await startApi({
    access: { tokens: [{ principal: LOCAL, digest: digestOf('a-lasting-token-of-some-length') }] },
  });
  const authorization = 'Bearer a-lasting-token-of-some-length';
  expect((await api.inject({ url: '/api/v1/events', headers: { host, authorization } })).statusCode).toBe(200);
  const opened = await api.inject({ url: '/?token=a-lasting-token-of-some-length', headers: { host } });
  expect(opened.statusCode).toBe(401);
});

test('the link signs a browser in once', async () => {
  const { api, access, clock } = await startApi();
  const url = `/?token=${access.token}`;
  const ahead = await api.inject({ url, headers: { host, 'sec-purpose': 'prefetch' } });
  expect(ahead.headers['set-cookie']).toBeUndefined();
  expect((await api.inject({ method: 'HEAD', url, headers: { host } })).statusCode).toBe(404);

  const opened = await api.inject({ url, headers: { host } });
  expect(opened.statusCode).toBe(200);
  const line = String(opened.headers['set-cookie']);
  expect(line).toMatch(/^tattle_session_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/);
  expect(line).not.toContain(access.token);
  const cookie = line.slice(0, line.indexOf(';'));
  expect((await api.inject({ url: '/api/v1/events', headers: { host, cookie } })).statusCode).toBe(200);
  expect((await api.inject({ url: '/', headers: { host, cookie } })).body).toContain('/api/v1/events');

  const again = await api.inject({ url, headers: { host } });
  expect(again.statusCode).toBe(401);
  expect(again.headers['set-cookie']).toBeUndefined();
  clock.advanceTo(clock.now() + 7 * 86_400_000);
  expect((await api.inject({ url: '/api/v1/events', headers: { host, cookie } })).statusCode).toBe(401);
});

test('behind https the cookie is bound to its host and to TLS', async () => {
  const { api, access } = await startApi({ access: { publicUrl: 'https://tattle.example.com' } });
  const opened = await api.inject({ url: `/?token=${access.token}`, headers: { host: 'tattle.example.com' } });
  expect(String(opened.headers['set-cookie'])).toMatch(/^__Host-tattle_session=.*; Secure$/);
});

test('every link of the page leads somewhere', async () => {
  const { get } = await startApi();
  const { text } = await get('/');
  const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, path]) => path ?? '');
  expect(links.every((path) => path.startsWith('./'))).toBe(true);
  expect(links.length).toBeGreaterThan(8);
  for (const path of links) expect((await get(path.slice(1))).status).toBe(200);
});

test.each([
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ origin: 'http://evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: 'http://localhost:9999' }, 403],
  [{ origin: 'https://localhost:7171' }, 403],
  [{}, 403],
  [{ origin: 'http://localhost:7171' }, 200],
  [{ 'sec-fetch-site': 'same-origin' }, 200],
])('a change with a session cookie and %j is answered %i', async (headers, expected) => {
  const { api, access } = await startApi();
  const opened = await api.inject({ url: `/?token=${access.token}`, headers: { host } });
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  const response = await api.inject({
    method: 'PUT',
    url: '/api/v1/config/namespaces',
    headers: { host, cookie, 'content-type': 'application/json', ...headers },
    payload: '{"namespaces":"all"}',
  });
  expect(response.statusCode).toBe(expected);
});

test('a rebound name is refused, save for the liveness probe', async () => {
  const { get } = await startApi();
  for (const path of ['/', '/api/v1/events', '/metrics', '/readyz']) {
    expect((await get(path, { host: 'evil.example:7171' })).status).toBe(421);
  }
  expect((await get('/healthz', { host: 'evil.example' })).status).toBe(200);
});

test.each([
  ['localhost', true, true],
  ['localhost.:7171', true, true],
  ['127.0.0.1:7171', true, true],
  ['[::1]:7171', true, true],
  ['192.168.1.4:7171', true, true],
  ['tattle', false, true],
  ['tattle.monitoring.svc:7171', false, true],
  ['tattle.monitoring.svc.cluster.local', false, true],
  ['TATTLE.example.com', true, true],
  ['evil.example', false, false],
  ['127.0.0.1.evil.example', false, false],
  ['localhost.evil.example', false, false],
  ['evil.example/localhost', false, false],
  ['localhost@evil.example', false, false],
  ['', false, false],
  [undefined, false, false],
])('the host %j is allowed on loopback: %j, beyond: %j', (header, onLoopback, beyond) => {
  const allowedHosts = ['tattle.example.com'];
  expect(hostAllowed(header, { loopback: true, allowedHosts })).toBe(onLoopback);
  expect(hostAllowed(header, { loopback: false, allowedHosts })).toBe(beyond);
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.evil.example', false],
  ['10.0.0.1', false],
])('listening on %s stays on this machine: %j', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});

test('every answer carries the headers that keep browsers out of trouble', async () => {
  const { get } = await startApi();
  for (const path of ['/', '/api/v1/events', '/nowhere', '/api/v1/events/%zz', '/healthz']) {
    const { headers } = await get(path);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

test.each([
  ['a public URL', { access: { publicUrl: 'https://tattle.example.com' } }],
  ['a further name', { access: { allowedHosts: ['tattle.example.com'] } }],
  ['a trusted proxy', { ports: { trustedProxies: ['127.0.0.1'] } }],
])('on loopback behind something that others reach, told by %s, the metrics need a credential', async (_, options) => {
  const { api, access } = await startApi(options);
  const status = async (headers: Record<string, string>) =>
    (await api.inject({ url: '/metrics', headers: { host, ...headers } })).statusCode;
  expect(await status({})).toBe(401);
  expect(await status({ authorization: `Bearer ${access.token}` })).toBe(200);
});

test('a session made from a token of the configuration ends with it, and may what it may by now', async () => {
  const store = memoryAccessStore();
  const of = (name: string, role: 'viewer' | 'admin') => ({
    principal: { id: `token:${name}`, name, grants: [{ role, scope: 'everything' as const }] },
    digest: digestOf(`the-secret-of-${name}`),
  });
  const started = (tokens: readonly KnownToken[]) => startApi({ access: { store, tokens } });
  const before = await started([of('ci', 'admin'), of('bot', 'admin')]);
  const cookieFrom = async (authorization: string) => {
    const opened = await before.api.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { host, authorization },
    });
    expect(opened.statusCode).toBe(200);
    return String(opened.headers['set-cookie']).split(';')[0] ?? '';
  };
  const ci = await cookieFrom('Bearer the-secret-of-ci');
  const bot = await cookieFrom('Bearer the-secret-of-bot');
  const own = await cookieFrom(`Bearer ${before.access.token}`);
  const after = await started([of('bot', 'viewer')]);
  const asks = async ({ api }: typeof after, cookie: string) =>
    (await api.inject({ url: '/api/v1/tokens', headers: { host, cookie } })).statusCode;
  expect([await asks(before, ci), await asks(before, bot), await asks(before, own)]).toEqual([200, 200, 200]);
  expect([await asks(after, ci), await asks(after, bot), await asks(after, own)]).toEqual([401, 403, 401]);
});
