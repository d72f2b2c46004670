/** Signing in while the issuer is down, lies, answers garbage or never ends. */
import { inspect } from 'node:util';
import type { JWTPayload } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import type { OidcOptions } from './options.ts';
import {
  discoveryOf,
  type IssuerKey,
  issuerKey,
  json,
  type ScriptedIssuer,
  signed,
  startScriptedIssuer,
} from './testing/scripted-issuer.ts';
import { tryOidc } from './testing/try-oidc.ts';

const DISCOVERY = '/.well-known/openid-configuration';
let issuer: ScriptedIssuer;
let key: IssuerKey;
beforeEach(async () => {
  key = await issuerKey('one');
  issuer = await startScriptedIssuer([key]);
});
afterEach(() => issuer[Symbol.asyncDispose]());

/** The whole flow, with the ID token that `idToken` makes of what the right one would say. */
async function signIn(idToken: (right: JWTPayload) => Promise<string>, options: Partial<OidcOptions> = {}) {
  const { oidc, lines } = tryOidc(issuer.url, options);
  const beginning = await oidc.begin('/');
  if (beginning.kind === 'refused') return { ending: beginning, lines };
  const { searchParams } = new URL(beginning.url);
  const seconds = Math.floor(Date.now() / 1000);
  const right = {
    iss: issuer.url,
    aud: 'tattle',
    sub: 'alice',
    nonce: searchParams.get('nonce') ?? '',
    iat: seconds,
    exp: seconds + 300,
    groups: ['sre'],
    preferred_username: 'alice',
  };
  if (!issuer.answers.has('/token')) {
    const id_token = await idToken(right);
    issuer.answers.set('/token', json({ access_token: 'an-access-token', token_type: 'Bearer', id_token }));
  }
  const query = new URLSearchParams({ code: 'a-code', state: searchParams.get('state') ?? '' });
  const ending = await oidc.finish(`/auth/callback?${query.toString()}`, beginning.cookie);
  return { ending, lines, oidc, query, beginning };
}

const right = (claims: JWTPayload) => signed(key, claims);

test('a right answer signs in', async () => {
  const { ending } = await signIn(right);
  expect(ending).toMatchObject({ kind: 'signed-in', principal: { name: 'alice' } });
});

test.each<[string, (claims: JWTPayload) => Promise<string>]>([
  ['of another sign-in (nonce)', (claims) => right({ ...claims, nonce: 'other' })],
  ['without a nonce', ({ nonce: _, ...claims }) => right(claims)],
  ['for another client', (claims) => right({ ...claims, aud: 'other' })],
  [
    'for several clients, obtained by another',
    (claims) => right({ ...claims, aud: ['tattle', 'other'], azp: 'other' }),
  ],
  ['of another issuer', (claims) => right({ ...claims, iss: 'https://other.example' })],
  ['that ran out', (claims) => right({ ...claims, exp: (claims.iat ?? 0) - 60 })],
  ['signed by a stranger', async (claims) => signed(await issuerKey('one'), claims)],
  ['of an unknown key', async (claims) => signed(await issuerKey('unknown'), claims)],
  [
    'without a signature',
    async (claims) => {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${part({ alg: 'none' })}.${part(claims)}.`;
    },
  ],
  ['that is none', async () => 'garbage'],
])('an ID token %s is refused', async (_, idToken) => {
  const { ending, lines } = await signIn(idToken);
  expect(ending).toMatchObject({ kind: 'refused', status: 400 });
  expect(inspect([ending, lines], { depth: 20 })).not.toMatch(/eyJ|an-access-token|a-code/);
});

test('without an ID token nobody signs in', async () => {
  issuer.answers.set('/token', json({ access_token: 'an-access-token', token_type: 'Bearer' }));
  const { ending } = await signIn(right);
  expect(ending).toMatchObject({ kind: 'refused', status: 400 });
  expect(inspect(ending)).not.toContain('an-access-token');
});

test('a code that the provider does not take is an old one; other refusals are configuration', async () => {
  issuer.answers.set('/token', json({ error: 'invalid_grant' }, 400));
  expect((await signIn(right)).ending).toMatchObject({ kind: 'refused', status: 400 });
  issuer.answers.set('/token', json({ error: 'unauthorized_client', error_description: '<b>no</b>' }, 400));
  expect((await signIn(right)).ending).toMatchObject({
    status: 503,
    reason: expect.stringContaining('unauthorized_client (bno/b)'),
  });
});

test('what is sent for the code is the verifier, and the registered redirect URL', async () => {
  let sent = new URLSearchParams();
  issuer.answers.set('/token', (response, request) => {
    request.setEncoding('utf8').once('data', (body: string) => {
      sent = new URLSearchParams(body);
      json({ error: 'invalid_grant' }, 400)(response, request);
    });
  });
  const { beginning } = await signIn(right);
  expect(sent.get('redirect_uri')).toBe('http://127.0.0.1:7171/auth/callback');
  expect(sent.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  expect(beginning?.url).not.toContain(sent.get('code_verifier'));
});

test('a provider that fails at the last step may be tried again with the same callback', async () => {
  issuer.answers.set('/token', json({}, 502));
  const { ending, oidc, query, beginning } = await signIn(right);
  expect(ending).toMatchObject({ kind: 'refused', status: 503 });
  const nonce = new URL(beginning?.url ?? '').searchParams.get('nonce') ?? '';
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer.url,
    aud: 'tattle',
    sub: 'alice',
    nonce,
    iat: seconds,
    exp: seconds + 300,
    groups: 'sre',
  };
  issuer.answers.set('/token', json({ access_token: 'x', token_type: 'Bearer', id_token: await right(claims) }));
  expect(await oidc?.finish(`/?${query?.toString()}`, beginning?.cookie)).toMatchObject({ kind: 'signed-in' });
});

test('UserInfo of somebody else, or without an answer, adds nothing', async () => {
  issuer.answers.set(DISCOVERY, (response, request) =>
    json({ ...discoveryOf(issuer.url), userinfo_endpoint: `${issuer.url}/userinfo` })(response, request),
  );
  const without = ({ groups: _, ...claims }: JWTPayload) => right(claims);
  issuer.answers.set('/userinfo', json({ sub: 'mallory', groups: ['sre'] }));
  expect((await signIn(without)).ending).toMatchObject({ kind: 'refused', status: 403 });
  issuer.answers.delete('/token');
  issuer.answers.set('/userinfo', json({}, 500));
  const { ending, lines } = await signIn(without);
  expect(ending).toMatchObject({ kind: 'refused', status: 403 });
  expect(lines.join()).toContain('groups may be missing');
  issuer.answers.delete('/token');
  issuer.answers.set('/userinfo', json({ sub: 'alice', groups: ['sre'] }));
  expect((await signIn(without)).ending).toMatchObject({ kind: 'signed-in', principal: { name: 'alice' } });
});

test('an issuer that is down when Tattle starts is found when it comes up', async () => {
  const { url } = issuer;
  const port = Number(new URL(url).port);
  await issuer[Symbol.asyncDispose]();
  const clock = new ManualClock(Date.now());
  const { oidc } = tryOidc(url, { clock });
  expect(await oidc.begin('/')).toMatchObject({
    kind: 'refused',
    status: 503,
    reason: expect.stringContaining('connection refused'),
  });
  issuer = await startScriptedIssuer([key], port);
  expect(await oidc.begin('/')).toMatchObject({ kind: 'refused', status: 503 });
  expect(issuer.asked).toEqual([]);
  clock.advanceTo(clock.now() + 5001);
  expect(await oidc.begin('/')).toMatchObject({ kind: 'redirect' });
});

test.each<[string, (url: string) => Parameters<typeof issuer.answers.set>[1]]>([
  ['an HTML page', () => (response) => response.end('<html>')],
  [
    'garbage that calls itself JSON',
    () => (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"issuer":'),
  ],
  ['a list', () => json([])],
  ['a huge answer', (url) => json({ ...discoveryOf(url), pad: 'x'.repeat(2_000_000) })],
  ['a redirect', () => (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['another issuer', (url) => json({ ...discoveryOf(url), issuer: 'https://other.example' })],
  ['no place to sign in', (url) => json({ ...discoveryOf(url), authorization_endpoint: undefined })],
  [
    'a script as the place to sign in',
    (url) => json({ ...discoveryOf(url), authorization_endpoint: 'javascript:alert(1)' }),
  ],
  ['an impossible status', () => (response) => response.writeHead(999).end()],
])('discovery that answers %s is refused with a reason', async (_, answer) => {
  issuer.answers.set(DISCOVERY, answer(issuer.url));
  const { ending } = await signIn(right);
  expect(ending).toMatchObject({ kind: 'refused', status: 503, reason: expect.stringContaining(issuer.url) });
  expect((ending as { reason: string }).reason.length).toBeLessThan(400);
});

test('an issuer that never ends its answer is given up', async () => {
  issuer.answers.set(DISCOVERY, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drip = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(drip));
  });
  const before = Date.now();
  expect((await signIn(right)).ending).toMatchObject({ kind: 'refused', status: 503 });
  expect(Date.now() - before).toBeLessThan(7000);
});

test('plain http beyond loopback is refused unless it is allowed', async () => {
  const refused = await tryOidc('http://issuer.example').oidc.begin('/');
  expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('only requests to HTTPS') });
});

test('what the issuer names inside the network, beyond itself, passes the guard', async () => {
  issuer.answers.set(DISCOVERY, json({ ...discoveryOf(issuer.url), token_endpoint: 'http://127.0.0.1:1/token' }));
  expect((await signIn(right)).ending).toMatchObject({ status: 503, reason: expect.stringContaining('allow-list') });
});

test("Microsoft's issuer for everybody's directories is refused", async () => {
  const said = discoveryOf('https://login.microsoftonline.com/{tenantid}/v2.0');
  const { oidc } = tryOidc('https://login.microsoftonline.com/organizations/v2.0', {
    fetch: async () => ({
      kind: 'response',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said),
      truncated: false,
    }),
  });
  expect(await oidc.begin('/')).toMatchObject({ kind: 'refused', reason: expect.stringContaining('one tenant') });
});

test('links to other sites are refused before anybody is asked', async () => {
  const { oidc } = tryOidc(issuer.url);
  expect(await oidc.begin('//evil.example')).toMatchObject({ kind: 'refused', status: 400 });
  expect(issuer.asked).toEqual([]);
});

test('what sessions are bound to changes with the rules', () => {
  const one = tryOidc(issuer.url).oidc.boundTo;
  expect(tryOidc(issuer.url).oidc.boundTo).toBe(one);
  expect(tryOidc(issuer.url, { grants: [] }).oidc.boundTo).not.toBe(one);
});

test('what a failure hangs on its errors holds no answer of the issuer', async () => {
  issuer.answers.set('/jwks', json({ keys: 'a-secret-answer' }));
  const claims = { iss: issuer.url, aud: 'tattle', sub: 'a', exp: Math.floor(Date.now() / 1000) + 60 };
  const { oidc } = tryOidc(issuer.url);
  const error: unknown = await oidc.verifyBearer(await right(claims)).catch((thrown: unknown) => thrown);
  expect(inspect(error, { depth: 20 })).toContain('malformed');
  expect(inspect(error, { depth: 20 })).not.toContain('a-secret-answer');
  issuer.answers.set(
    DISCOVERY,
    json({ ...discoveryOf(issuer.url), issuer: 'https://other.example', secret: 'a-secret-answer' }),
  );
  const other = tryOidc(issuer.url).oidc;
  const wrong: unknown = await other.verifyBearer(await right(claims)).catch((thrown: unknown) => thrown);
  expect(inspect(wrong, { depth: 20 })).toContain('does not match');
  expect(inspect(wrong, { depth: 20 })).not.toContain('a-secret-answer');
});

test('a short sealing key is refused at once', () => {
  expect(() => tryOidc(issuer.url, { sealingKey: new Uint8Array(31) })).toThrow('32 bytes');
});
