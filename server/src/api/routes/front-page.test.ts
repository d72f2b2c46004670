/** The one-time link over the web UI, and what stands at `/` where there is none. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Oidc } from '../oidc/oidc.ts';
import { startApi, type TestApiOptions } from '../testing/start-api.ts';
import { tinyUi } from '../ui/testing/tiny-ui.ts';

const host = 'localhost:7171';
const LEADS_ON = 'content="0;url=./"';

async function start(options: TestApiOptions = {}) {
  const started = await startApi({ ...options, ports: { ui: await tinyUi(), ...options.ports } });
  const open = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    started.api.inject({ method, url, headers: { host, accept: 'text/html', ...headers } });
  return { ...started, open };
}

/** Of a provider that everyone comes back from signed in, to go on to `returnTo`. */
function providerThatLeadsTo(returnTo: string): Oidc {
  return {
    begin: async () => ({ kind: 'refused', status: 503, reason: 'away <b>', mend: 'wait' }),
    finish: async () => ({
      kind: 'signed-in',
      principal: { id: 'oidc:x', name: 'x <y>', grants: [] },
      returnTo,
      expiresAt: Number.MAX_SAFE_INTEGER,
    }),
    verifyBearer: async () => null,
    boundTo: 'oidc:test',
  };
}

test('the link signs in once and leads on to the page, relative to wherever it was opened', async () => {
  const { open, access } = await start();
  const url = `/?token=${access.token}`;
  const opened = await open(url);
  expect([opened.statusCode, opened.body.includes(LEADS_ON)]).toEqual([200, true]);
  expect(opened.headers['set-cookie']).toMatch(/^tattle_session_/);
  expect(opened.headers['cache-control']).toBe('no-store');
  const again = await open(url);
  expect([again.statusCode, again.headers['set-cookie'], again.body.includes('<base')]).toEqual([
    401,
    undefined,
    false,
  ]);
  expect(again.body).toContain('This link does not work');
});

test('neither a HEAD nor a browser that loads ahead uses the link up', async () => {
  const { open, access } = await start();
  const url = `/?token=${access.token}`;
  expect((await open(url, {}, 'HEAD')).headers['set-cookie']).toBeUndefined();
  for (const headers of [{ 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }]) {
    const ahead = await open(url, headers);
    expect([ahead.statusCode, ahead.headers['set-cookie']]).toEqual([401, undefined]);
  }
  expect((await open(url)).statusCode).toBe(200);
});

test('of many who open the link at once, one is signed in', async () => {
  const { open, access } = await start();
  const all = await Promise.all(Array.from({ length: 20 }, () => open(`/?token=${access.token}`)));
  expect(all.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
});

test('who is signed in and opens a used link goes on all the same', async () => {
  const { open, access } = await start();
  const url = `/?token=${access.token}`;
  const cookie = String((await open(url)).headers['set-cookie']).split(';')[0] ?? '';
  const again = await open(url, { cookie });
  expect([again.statusCode, again.body.includes(LEADS_ON)]).toEqual([200, true]);
});

test.each(['', 'x', '%00', 'x'.repeat(4000), '%ff%fe', 'a&token=b', '<script>alert(1)</script>'])(
  'a link with the token %.30j is refused, and leads to the sign-in',
  async (token) => {
    const { open, errors } = await start();
    const { statusCode, body } = await open(`/?token=${token}`);
    expect(statusCode).toBe(401);
    expect(body).toContain('href="./"');
    expect(body).not.toContain('alert(1)');
    expect(errors).toEqual([]);
  },
);

test('what else the query holds is the page’s own', async () => {
  const { open } = await start();
  for (const url of ['/?severity=high', '/?__proto__=x', '/?tokens=x', '/?x=?token=y', '/?%zz']) {
    const { statusCode, body } = await open(url);
    expect([url, statusCode, body.includes('<base href="./">')]).toEqual([url, 200, true]);
  }
});

test('where the UI was never built, the log says so, a page says how, and the API answers', async () => {
  const warnings: string[] = [];
  const quiet = () => undefined;
  const logger = {
    debug: quiet,
    info: quiet,
    error: quiet,
    warn: (_: object, text: string) => void warnings.push(text),
  };
  const { open, get, api } = await start({ ports: { ui: join(await tinyUi(), 'nowhere'), logger } });
  expect(warnings).toEqual([expect.stringContaining('npm run build')]);
  const stranger = await open('/');
  expect([stranger.statusCode, stranger.body]).toEqual([401, expect.stringContaining('npm run build')]);
  expect(stranger.body).toContain('href="./api/v1/docs"');
  const known = await get('/', { accept: 'text/html' });
  expect([known.status, known.text]).toEqual([200, expect.stringContaining('npm run build')]);
  expect((await get('/api/v1/events')).status).toBe(200);
  expect((await open('/incidents/x')).headers['content-type']).toContain('application/problem+json');
  expect((await api.inject({ method: 'HEAD', url: '/', headers: { host } })).statusCode).toBe(404);
});

test.each([
  ['/', 'https://here.example/tattle/'],
  ['/incidents?state=open#top', 'https://here.example/tattle/incidents?state=open#top'],
  ['/x?"><script>', 'https://here.example/tattle/x?%22%3E%3Cscript%3E'],
])('the way back from the provider leads on to %s by a relative link', async (returnTo, expected) => {
  const { open } = await start({ ports: { oidc: providerThatLeadsTo(returnTo) } });
  const { statusCode, body } = await open('/auth/callback?code=1&state=2');
  expect([statusCode, body.includes('<script>')]).toEqual([200, false]);
  const written = /content="0;url=([^"]*)"/.exec(body)?.[1] ?? '';
  const link = written.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  expect(new URL(link, 'https://here.example/tattle/auth/callback?code=1').href).toBe(expected);
});

test('a refused sign-in offers another try by a relative link', async () => {
  const { open } = await start({ ports: { oidc: providerThatLeadsTo('/') } });
  const { statusCode, body } = await open('/auth/login');
  expect([statusCode, body.includes('href="./login"'), body.includes('<b>')]).toEqual([503, true, false]);
});
