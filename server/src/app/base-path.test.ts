/** A whole server under a path of a name that it shares with others. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { inFront } from './base-path.ts';
import { configurationSchema } from './config-schema.ts';
import { runningServer } from './server-file.ts';
import { startServer } from './testing/server-process.ts';
import { callbackUrl } from './who-may.ts';

it('stands in front of other paths without making two slashes', () => {
  expect(['/', '/tattle'].map((path) => `${inFront(path)}/api`)).toEqual(['/api', '/tattle/api']);
});

it.each([
  [
    { publicUrl: 'https://here.example', basePath: '/tools/tattle/' },
    'https://here.example/tools/tattle/auth/callback',
  ],
  [{ publicUrl: 'https://here.example' }, 'https://here.example/auth/callback'],
  [{ host: '::1', port: 7000, basePath: '/tattle' }, 'http://[::1]:7000/tattle/auth/callback'],
])('with %j the provider leads back to %s', (listen, expected) => {
  expect(callbackUrl(configurationSchema.parse({ listen }).listen)).toBe(expected);
});

it('prints a link with the path in it, which signs in, and answers with it and without it', {
  timeout: 90_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'tattle-base-path-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const server = await startServer(home, { TATTLE_BASE_PATH: '/tools/tattle/', TATTLE_SOURCE: 'simulate' });
  const link = `${server.origin}/tools/tattle/?token=${server.token}`;
  expect(server.link).toBe(link);
  const opened = await fetch(link);
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  for (const prefix of ['', '/tools/tattle']) {
    const answer = await fetch(`${server.origin}${prefix}/api/v1/session`, { headers: { cookie } });
    expect([prefix, answer.status]).toEqual([prefix, 200]);
  }
  expect(await runningServer(join(home, 'data'))).toMatchObject({ url: server.origin });
  expect(await server.stop()).toBe(0);
});
