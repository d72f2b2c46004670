/** Behind a proxy that leaves its prefix in the path. */
import { expect, test } from 'vitest';
import { startApi, type TestApiOptions } from '../testing/start-api.ts';
import { withoutBase } from './base-path.ts';
import { tinyUi } from './testing/tiny-ui.ts';

const host = 'localhost:7171';
const browser = { host, accept: 'text/html' };

async function start(options: TestApiOptions = {}) {
  return startApi({ ...options, ports: { ui: await tinyUi(), basePath: '/tools/tattle', ...options.ports } });
}

test.each([
  ['/tattle/', '/'],
  ['/tattle/api/v1/events?limit=5', '/api/v1/events?limit=5'],
  ['/tattle/?token=x', '/?token=x'],
  ['/tattle//x', '//x'],
  ['/tattle/tattle/x', '/tattle/x'],
  ['/api/v1/events', '/api/v1/events'],
  ['/tattle', '/tattle'],
  ['/tattle?token=x', '/tattle?token=x'],
  ['/tattler/x', '/tattler/x'],
  ['/x/tattle/y', '/x/tattle/y'],
  ['*', '*'],
])('with /tattle in front, %s is %s', (url, expected) => {
  expect(withoutBase('/tattle')(url)).toBe(expected);
});

test('without one, nothing is taken off', () => {
  expect(['/', '//', '/tattle/x'].map(withoutBase('/'))).toEqual(['/', '//', '/tattle/x']);
});

test('the API, the page and its files answer with the prefix, and without it to probes', async () => {
  const { get, api } = await start();
  for (const prefix of ['', '/tools/tattle']) {
    expect((await get(`${prefix}/api/v1/events?limit=1`)).status).toBe(200);
    expect((await get(`${prefix}/healthz`)).text).toBe('ok\n');
    expect((await get(`${prefix}/favicon.svg`)).status).toBe(200);
    const page = await api.inject({ url: `${prefix}/incidents/x`, headers: browser });
    expect([page.statusCode, page.body.includes('<base href="../">')]).toEqual([200, true]);
    expect((await api.inject({ url: `${prefix}/api/unknown`, headers: browser })).statusCode).toBe(404);
    expect((await api.inject({ url: `${prefix}/api/v1/events`, headers: browser })).statusCode).toBe(401);
  }
});

test('without its last slash, the way leads to the one with it, query and all', async () => {
  const { api } = await start();
  for (const [url, expected] of [
    ['/tools/tattle', 'https://here.example/tools/tattle/'],
    ['/tools/tattle?token=x&y=//z', 'https://here.example/tools/tattle/?token=x&y=//z'],
  ] as const) {
    const { statusCode, headers } = await api.inject({ url, headers: browser });
    expect(statusCode).toBe(302);
    expect(new URL(String(headers.location), `https://here.example${url}`).href).toBe(expected);
  }
});

test('the one-time link works once, whichever way its path is written', async () => {
  const { api, access } = await start();
  const open = (url: string) => api.inject({ url, headers: browser });
  const opened = await open(`/tools/tattle/?token=${access.token}`);
  expect([opened.statusCode, opened.body.includes('content="0;url=./"')]).toEqual([200, true]);
  expect(opened.headers['set-cookie']).toContain('Path=/;');
  expect((await open(`/?token=${access.token}`)).statusCode).toBe(401);
});

test('a write that is sent again without the prefix is the same write', async () => {
  const { send, settings } = await start();
  const headers = { 'idempotency-key': 'once' };
  const body = { namespaces: ['shop', 'team'] };
  expect((await send('PUT', '/tools/tattle/api/v1/config/namespaces', body, headers)).status).toBe(200);
  const again = await send('PUT', '/api/v1/config/namespaces', body, headers);
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, 'true']);
  expect(settings.actors).toHaveLength(1);
});

test('requests count as the same person’s with the prefix and without', async () => {
  const { get } = await start({ ports: { requestsPerMinute: 60 } });
  const statuses: number[] = [];
  for (let i = 0; i < 61; i++) {
    statuses.push((await get(`${i % 2 === 0 ? '' : '/tools/tattle'}/api/v1/session`)).status);
  }
  expect([statuses.at(-2), statuses.at(-1)]).toEqual([200, 429]);
});
