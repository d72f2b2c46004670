/** A whole server and a real OpenID provider: a browser signs in, sees what its groups allow, and signs out. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireSession, WireSignIn } from '@tattle/contract';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Browser } from '../api/oidc/testing/browser.ts';
import { REDIRECT_URL, startProvider } from '../api/oidc/testing/real-provider.ts';
import { startServer } from './testing/server-process.ts';

const ACCOUNTS = {
  alice: { email: 'alice@example.com', email_verified: true, groups: ['shop'] },
  mallory: { email: 'mallory@example.com', email_verified: true, groups: [] },
};

/** The name and value of a Set-Cookie line. */
function pairOf(line: string | undefined): string {
  return (line ?? '').split(';')[0] ?? '';
}

it('signs a person in by the provider’s word, and out again', { timeout: 90_000 }, async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.spyOn(console, 'info').mockReturnValue();
  onTestFinished(() => void vi.restoreAllMocks());
  const provider = await startProvider(ACCOUNTS);
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const home = await mkdtemp(join(tmpdir(), 'tattle-sign-in-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const grants = [{ claim: 'groups', values: ['shop'], role: 'operator', namespaces: ['checkout'] }];
  const scopes = ['openid', 'email', 'profile', 'groups'];
  const oidc = { issuer: provider.url, clientId: 'tattle', scopes, grants };
  const file = join(home, 'tattle.yaml');
  await writeFile(file, JSON.stringify({ listen: { publicUrl: new URL(REDIRECT_URL).origin }, access: { oidc } }));
  const server = await startServer(home, { TATTLE_CONFIG: file, TATTLE_SOURCE: 'simulate' });
  const open = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, server.origin), { redirect: 'manual', ...init });

  expect((await (await open('/api/v1/sign-in')).json()) as WireSignIn).toMatchObject({ oidc: '/auth/login' });
  const signIn = async (login: string) => {
    const begun = await open('/auth/login?return=/incidents');
    expect(begun.status).toBe(302);
    const [attempt] = begun.headers.getSetCookie();
    expect(attempt).toMatch(/HttpOnly; SameSite=Lax/);
    const callback = new URL(await new Browser().signIn(begun.headers.get('location') ?? '', login));
    return open(`${callback.pathname}${callback.search}`, { headers: { cookie: pairOf(attempt) } });
  };
  const end = await signIn('alice');
  expect(end.status).toBe(200);
  expect(await end.text()).toContain('url=../incidents"');
  const cookie = pairOf(end.headers.getSetCookie().find((line) => line.includes('tattle_session')));
  const session = (await (await open('/api/v1/session', { headers: { cookie } })).json()) as WireSession;
  expect(session).toMatchObject({
    id: expect.stringMatching(/^oidc:alice@/),
    grants: [{ role: 'operator', scope: [{ cluster: null, namespaces: ['checkout'] }] }],
    cookie: true,
  });
  expect((await open('/api/v1/events', { headers: { cookie } })).status).toBe(200);
  expect((await open('/api/v1/config', { headers: { cookie } })).status).toBe(403);

  const stranger = await signIn('mallory');
  expect(stranger.status).toBe(403);
  expect(stranger.headers.getSetCookie().join()).not.toContain('tattle_session');

  const leave = { method: 'DELETE', headers: { cookie, 'sec-fetch-site': 'same-origin' } };
  expect((await open('/api/v1/session', leave)).status).toBe(200);
  expect((await open('/api/v1/session', { headers: { cookie } })).status).toBe(401);
  expect(await server.stop()).toBe(0);
});
