/** Signing in against a real provider, from the link to the person, and what an attacker may try on the way. */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import type { Beginning, OidcOptions } from './options.ts';
import { Browser } from './testing/browser.ts';
import type { Listening } from './testing/listening.ts';
import { REDIRECT_URL, SECRET, startProvider } from './testing/real-provider.ts';
import { tryOidc } from './testing/try-oidc.ts';

const ACCOUNTS = {
  alice: { email: 'alice@example.com', email_verified: true, preferred_username: 'al', groups: ['dev', 'sre'] },
  bob: { email: 'alice@example.com', email_verified: false, preferred_username: 'bob', groups: 'sre' },
  carol: { email: 'carol@example.com', email_verified: true, groups: [] },
};

let provider: Listening;
let conforming: Listening;
beforeAll(async () => {
  // The provider warns on each start that its settings are those of a test.
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.spyOn(console, 'info').mockReturnValue();
  provider = await startProvider(ACCOUNTS);
  conforming = await startProvider(ACCOUNTS, { conform: true });
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await conforming[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

async function begun(oidc: ReturnType<typeof tryOidc>['oidc'], returnTo = '/'): Promise<Beginning> {
  const beginning = await oidc.begin(returnTo);
  if (beginning.kind !== 'redirect') throw new Error(beginning.reason);
  return beginning;
}

async function signIn(login: string | null, options: Partial<OidcOptions> = {}, issuer = provider.url) {
  const { oidc, lines } = tryOidc(issuer, options);
  const { url, cookie } = await begun(oidc, '/incidents?state=open#top');
  const callback = await new Browser().signIn(url, login);
  return { oidc, lines, callback, cookie, ending: await oidc.finish(callback, cookie) };
}

test('a person signs in by the code flow with PKCE, and gets what the groups give', async () => {
  const before = Date.now();
  const { ending } = await signIn('alice');
  expect(ending).toMatchObject({
    kind: 'signed-in',
    principal: {
      id: `oidc:alice@${new URL(provider.url).host}`,
      name: 'alice@example.com',
      grants: [{ role: 'operator', scope: 'everything' }],
    },
    returnTo: '/incidents?state=open#top',
  });
  const { expiresAt } = ending as Extract<typeof ending, { kind: 'signed-in' }>;
  expect(expiresAt).toBeGreaterThanOrEqual(before + 12 * 3_600_000);
});

test.each([
  ['tattle-basic', {}],
  ['tattle-post', { clientAuthentication: 'post' as const }],
])('the client %s signs in with its secret', async (clientId, more) => {
  const { ending } = await signIn('alice', { clientId, clientSecret: SECRET, ...more });
  expect(ending.kind).toBe('signed-in');
});

test('a wrong client secret is named as what is configured wrongly', async () => {
  const { ending } = await signIn('alice', { clientId: 'tattle-basic', clientSecret: 'wrong' });
  expect(ending).toMatchObject({ kind: 'refused', status: 503, reason: expect.stringContaining('invalid_client') });
});

test('what a provider tells by UserInfo only counts, too', async () => {
  const asked = conforming.asked.length;
  const { ending } = await signIn('alice', {}, conforming.url);
  expect(ending).toMatchObject({ kind: 'signed-in', principal: { name: 'alice@example.com' } });
  expect(conforming.asked.slice(asked)).toContain('GET /me');
});

test('a group as a plain text counts; an address that is not verified is not shown as a name', async () => {
  const { ending } = await signIn('bob');
  expect(ending).toMatchObject({ kind: 'signed-in', principal: { name: 'bob' } });
});

test('a rule for an address gives nothing to whoever merely claims it', async () => {
  const grants = [{ claim: 'email', values: ['alice@example.com'], role: 'admin' as const }];
  expect((await signIn('alice', { grants })).ending.kind).toBe('signed-in');
  expect((await signIn('bob', { grants })).ending).toMatchObject({ kind: 'refused', status: 403 });
});

test('a person whom no rule matches is refused with the claims that rules look at', async () => {
  const { ending } = await signIn('carol');
  expect(ending).toMatchObject({ kind: 'refused', status: 403 });
  expect((ending as { reason: string }).reason).toContain('carol@example.com is known to the provider');
  expect((ending as { reason: string }).reason).toContain('groups');
});

test('a person who turns back at the provider is told so', async () => {
  const { ending } = await signIn(null);
  expect(ending).toMatchObject({ kind: 'refused', status: 403, reason: expect.stringContaining('access_denied') });
});

test('a callback that was used is refused here, and on another replica by the provider', async () => {
  const { oidc, callback, cookie, ending } = await signIn('alice');
  expect(ending.kind).toBe('signed-in');
  expect(await oidc.finish(callback, cookie)).toMatchObject({
    status: 400,
    reason: 'This sign-in was finished before.',
  });
  const replica = tryOidc(provider.url).oidc;
  expect(await replica.finish(callback, cookie)).toMatchObject({ kind: 'refused', status: 400 });
});

test('of many who bring the same callback at once, one signs in', async () => {
  const { oidc } = tryOidc(provider.url);
  const { url, cookie } = await begun(oidc);
  const callback = await new Browser().signIn(url, 'alice');
  const endings = await Promise.all(Array.from({ length: 8 }, () => oidc.finish(callback, cookie)));
  expect(endings.filter(({ kind }) => kind === 'signed-in')).toHaveLength(1);
});

test('a sign-in that begins at one replica ends at another', async () => {
  const { url, cookie } = await begun(tryOidc(provider.url).oidc);
  const callback = await new Browser().signIn(url, 'alice');
  expect((await tryOidc(provider.url).oidc.finish(callback, cookie)).kind).toBe('signed-in');
});

test('the callback counts by its query, whatever host the request named', async () => {
  const { oidc } = tryOidc(provider.url);
  const { url, cookie } = await begun(oidc);
  const { search } = new URL(await new Browser().signIn(url, 'alice'));
  expect((await oidc.finish(`http://evil.example/elsewhere${search}`, cookie)).kind).toBe('signed-in');
});

test("an attacker's callback in another browser is refused", async () => {
  const { oidc } = tryOidc(provider.url);
  const attacker = await begun(oidc);
  const victim = await begun(oidc);
  const callback = await new Browser().signIn(attacker.url, 'bob');
  const noAttempt = { kind: 'refused', status: 400, reason: expect.stringContaining('did not begin') };
  expect(await oidc.finish(callback, victim.cookie)).toMatchObject({ kind: 'refused', status: 400 });
  expect(await oidc.finish(callback, undefined)).toMatchObject(noAttempt);
  expect(await oidc.finish(callback, '')).toMatchObject(noAttempt);
});

test('a code of one sign-in does not finish another, though the state is swapped to fit', async () => {
  const { oidc } = tryOidc(provider.url);
  const attacker = await begun(oidc);
  const victim = await begun(oidc);
  const callback = new URL(await new Browser().signIn(attacker.url, 'bob'));
  const state = new URL(victim.url).searchParams.get('state') ?? '';
  callback.searchParams.set('state', state);
  expect(await oidc.finish(callback, victim.cookie)).toMatchObject({ kind: 'refused', status: 400 });
});

test('a cookie that was changed, sealed with another key or for another client does not open', async () => {
  const { oidc, callback, cookie } = await signIn('alice');
  const at = cookie.length - 30;
  const changed = cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1);
  for (const wrong of [changed, 'a.b.c.d.e', 'x'.repeat(5000), `${cookie}.`]) {
    expect(await oidc.finish(callback, wrong)).toMatchObject({ reason: expect.stringContaining('did not begin') });
  }
  for (const options of [{ sealingKey: new Uint8Array(32).fill(8) }, { clientId: 'tattle-basic' }]) {
    const other = tryOidc(provider.url, options).oidc;
    expect(await other.finish(callback, cookie)).toMatchObject({ reason: expect.stringContaining('did not begin') });
  }
});

test('a sign-in of more than ten minutes has expired', async () => {
  const clock = new ManualClock(Date.now());
  const { oidc } = tryOidc(provider.url, { clock });
  const { url, cookie, maxAgeSeconds } = await begun(oidc);
  const callback = await new Browser().signIn(url, 'alice');
  expect(maxAgeSeconds).toBe(600);
  clock.advanceTo(clock.now() + 601_000);
  expect(await oidc.finish(callback, cookie)).toMatchObject({
    status: 400,
    reason: expect.stringContaining('10 minutes'),
  });
});

test('the answer of another issuer is refused by its iss', async () => {
  const { oidc } = tryOidc(provider.url);
  const { url, cookie } = await begun(oidc);
  const callback = new URL(await new Browser().signIn(url, 'alice'));
  callback.searchParams.set('iss', 'https://other.example');
  expect(await oidc.finish(callback, cookie)).toMatchObject({ kind: 'refused', status: 400 });
});

test("words that a link puts into the provider's mouth stay short and plain", async () => {
  const { oidc } = tryOidc(provider.url);
  const { url, cookie } = await begun(oidc);
  const query = new URLSearchParams({
    state: new URL(url).searchParams.get('state') ?? '',
    iss: provider.url,
    error: 'access_denied',
    error_description: `<script>\u001b[31m\u202e${'x'.repeat(9000)}`,
  });
  const ending = await oidc.finish(`/auth/callback?${query.toString()}`, cookie);
  expect(ending).toMatchObject({ kind: 'refused', status: 403 });
  expect((ending as { reason: string }).reason).toMatch(/^[\w .:,()-]{1,320}$/);
});

test.each(['', '?', '?code=x', '?state=', '?state=a&state=b&code=c', `?code=${'x'.repeat(20_000)}`, '#x'])(
  'a callback with the query %.20s is refused, not thrown at',
  async (query) => {
    const { oidc } = tryOidc(provider.url);
    const { cookie } = await begun(oidc);
    expect(await oidc.finish(`/auth/callback${query}`, cookie)).toMatchObject({ kind: 'refused', status: 400 });
  },
);

test('the link carries a challenge, and neither verifier nor secret; the cookie can be read by nobody', async () => {
  const { oidc } = tryOidc(provider.url, { clientId: 'tattle-basic', clientSecret: SECRET });
  const first = await begun(oidc, `/events?q=${'x'.repeat(1900)}`);
  const { searchParams } = new URL(first.url);
  expect(searchParams.get('code_challenge_method')).toBe('S256');
  expect([...searchParams.keys()].sort()).toEqual([
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'nonce',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
  ]);
  expect(first.cookie.length).toBeLessThan(4000);
  expect(first.cookie).toMatch(/^[\w.-]+$/);
  expect(Buffer.from(first.cookie, 'base64url').toString('latin1')).not.toContain(searchParams.get('state'));
  const second = new URL((await begun(oidc)).url).searchParams;
  for (const name of ['state', 'nonce', 'code_challenge']) expect(second.get(name)).not.toBe(searchParams.get(name));
});

test('neither log nor answer holds a code, a verifier or a secret', async () => {
  const { lines, callback, ending } = await signIn('alice', { clientId: 'tattle-basic', clientSecret: 'wrong secret' });
  const told = inspect([lines, ending], { depth: 20 });
  expect(ending.kind).toBe('refused');
  expect(told).not.toContain(new URL(callback).searchParams.get('code'));
  expect(told).not.toContain('wrong secret');
});

test('an ID token of the provider is good as a Bearer token; its opaque access token is not', async () => {
  const verifier = 'v'.repeat(43);
  const query = new URLSearchParams({
    client_id: 'tattle',
    redirect_uri: REDIRECT_URL,
    response_type: 'code',
    scope: 'openid email groups',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const callback = new URL(await new Browser().signIn(`${provider.url}/auth?${query.toString()}`, 'alice'));
  const body = new URLSearchParams({
    client_id: 'tattle',
    grant_type: 'authorization_code',
    redirect_uri: REDIRECT_URL,
    code: callback.searchParams.get('code') ?? '',
    code_verifier: verifier,
  });
  const answer = await fetch(`${provider.url}/token`, { method: 'POST', body });
  const tokens = (await answer.json()) as { id_token: string; access_token: string };
  const { oidc } = tryOidc(provider.url);
  expect(await oidc.verifyBearer(tokens.id_token)).toMatchObject({
    principal: { id: `oidc:alice@${new URL(provider.url).host}`, grants: [{ role: 'operator' }] },
  });
  expect(await oidc.verifyBearer(tokens.access_token)).toBeNull();
  expect(await tryOidc(provider.url, { clientId: 'tattle-post' }).oidc.verifyBearer(tokens.id_token)).toBeNull();
});
