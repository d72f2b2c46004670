/** Bearer tokens of the issuer: which are good, and everything that a stranger may make of one. */
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { exportJWK, exportSPKI, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import type { OidcOptions } from './options.ts';
import {
  type IssuerKey,
  issuerKey,
  json,
  type ScriptedIssuer,
  signed,
  startScriptedIssuer,
} from './testing/scripted-issuer.ts';
import { tryOidc } from './testing/try-oidc.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const SECONDS = NOW / 1000;

let issuer: ScriptedIssuer;
let key: IssuerKey;
let curve: IssuerKey;
let stranger: IssuerKey;
let clock: ManualClock;
beforeAll(async () => {
  [key, curve, stranger] = await Promise.all([issuerKey('one'), issuerKey('two', 'ES256'), issuerKey('one')]);
  issuer = await startScriptedIssuer([key, curve]);
});
afterAll(() => issuer[Symbol.asyncDispose]());
beforeEach(() => {
  clock = new ManualClock(NOW);
  issuer.keys = [key.publicJwk, curve.publicJwk];
  issuer.answers.clear();
  issuer.asked.length = 0;
});

const client = (options: Partial<OidcOptions> = {}) => tryOidc(issuer.url, { clock, ...options });
const claims = (more: Record<string, unknown> = {}) => ({
  iss: issuer.url,
  aud: 'tattle',
  sub: 'robot',
  iat: SECONDS - 10,
  exp: SECONDS + 300,
  groups: ['sre'],
  ...more,
});

test.each([
  ['an ID token', {}, {}],
  ['for several audiences', { aud: ['other', 'tattle'] }, {}],
  ['an access token', {}, { typ: 'at+jwt' }],
  ['a token of type JWT', {}, { typ: 'JWT' }],
  ['a token that ran out within the tolerance', { exp: SECONDS - 29 }, {}],
  ['a token of a clock that is a little ahead', { nbf: SECONDS + 29, iat: SECONDS + 29 }, {}],
])('%s is good', async (_, more, header) => {
  const { oidc } = client();
  for (const signer of [key, curve]) {
    const vouched = await oidc.verifyBearer(await signed(signer, claims(more), header));
    expect(vouched?.principal).toEqual({
      id: `oidc:robot@${new URL(issuer.url).host}`,
      name: 'robot',
      grants: [{ role: 'operator', scope: 'everything' }],
    });
    expect(vouched?.boundTo).toBe(oidc.boundTo);
    expect(vouched?.expiresAt).toBe(('exp' in more ? more.exp : SECONDS + 300) * 1000);
  }
});

test('an audience that configuration names is good beside the client id', async () => {
  const token = await signed(key, claims({ aud: 'https://tattle.example' }));
  expect(await client().oidc.verifyBearer(token)).toBeNull();
  expect(await client({ audience: 'https://tattle.example' }).oidc.verifyBearer(token)).not.toBeNull();
});

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['for another audience', { aud: 'other' }, {}],
  ['for no audience', { aud: undefined }, {}],
  ['for an audience that only begins so', { aud: ['tattle-staging'] }, {}],
  ['that ran out', { exp: SECONDS - 31 }, {}],
  ['without an end', { exp: undefined }, {}],
  ['with an end that is no number', { exp: 'never' }, {}],
  ['that is not good yet', { nbf: SECONDS + 31 }, {}],
  ['of nobody', { sub: undefined }, {}],
  ['of somebody empty', { sub: '' }, {}],
  ['of a list of people', { sub: ['robot'] }, {}],
  ['of a subject with control characters', { sub: 'robot\n' }, {}],
  ['whose rules match nothing', { groups: ['dev'] }, {}],
  ['without groups', { groups: undefined }, {}],
  ['that tells of a logout', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, {}],
  ['that is bound to a key', { cnf: { jkt: 'x' } }, {}],
  ['of the type of a logout', {}, { typ: 'logout+jwt' }],
  ['of the type of a proof', {}, { typ: 'dpop+jwt' }],
  ['of a type that is no text', {}, { typ: 7 }],
])('a token %s is not good, though the issuer signed it', async (_, more, header) => {
  expect(await client().oidc.verifyBearer(await signed(key, claims(more), header))).toBeNull();
});

test.each<[string, unknown]>([
  ['an object', { sre: 'sre' }],
  ['a prototype', { __proto__: ['sre'] }],
  ['lists of lists', [['sre']]],
  ['numbers and nothings', [0, null, true, { toString: 'sre' }]],
  ['a text that holds the group', 'sre,dev'],
  ['another case', ['SRE']],
  ['nothing', null],
])('groups that are %s give nothing', async (_, groups) => {
  expect(await client().oidc.verifyBearer(await signed(key, claims({ groups })))).toBeNull();
});

test('a token without a signature is not good', async () => {
  const { oidc } = client();
  const none = new UnsecuredJWT(claims()).encode();
  const good = await signed(key, claims());
  const [head = '', body = ''] = good.split('.');
  const upper = Buffer.from('{"alg":"NONE"}').toString('base64url');
  for (const token of [none, `${upper}.${body}.`, `${head}.${body}.`, `${head}.${body}`, `${none}AAAA`]) {
    expect(await oidc.verifyBearer(token)).toBeNull();
  }
  expect(issuer.asked).not.toContain('GET /token');
});

test('a token that is signed with the public key as a secret is not good', async () => {
  const { oidc } = client();
  const pem = await exportSPKI(key.publicKey);
  const secrets = [
    pem,
    pem.trim(),
    JSON.stringify(key.publicJwk),
    createPublicKey(pem).export({ format: 'der', type: 'spki' }),
  ];
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const secret of secrets) {
    const content = `${part({ alg: 'HS256', kid: 'one' })}.${part(claims())}`;
    const token = `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
    expect(await oidc.verifyBearer(token)).toBeNull();
  }
});

test('a key that the token itself brings along is not believed', async () => {
  const { oidc } = client();
  for (const header of [
    {},
    { jwk: stranger.publicJwk },
    { jku: `${issuer.url}/evil` },
    { kid: undefined, jwk: stranger.publicJwk },
  ]) {
    expect(await oidc.verifyBearer(await signed(stranger, claims(), header))).toBeNull();
  }
  expect(issuer.asked).not.toContain('GET /evil');
});

test('a changed token is not good', async () => {
  const { oidc } = client();
  const [head = '', , signature = ''] = (await signed(key, claims({ groups: ['dev'] }))).split('.');
  const body = Buffer.from(JSON.stringify(claims())).toString('base64url');
  expect(await oidc.verifyBearer(`${head}.${body}.${signature}`)).toBeNull();
});

test('the token of another issuer is refused without asking anybody', async () => {
  const { oidc } = client();
  for (const iss of [
    'https://other.example',
    `${issuer.url}/realms/other`,
    `${issuer.url}.evil.example`,
    '',
    7,
    undefined,
    null,
  ]) {
    expect(await oidc.verifyBearer(await signed(key, claims({ iss })))).toBeNull();
  }
  expect(issuer.asked).toEqual([]);
});

test('an issuer with a slash more is another one', async () => {
  expect(await client().oidc.verifyBearer(await signed(key, claims({ iss: `${issuer.url}/` })))).toBeNull();
});

test.each([
  '',
  '.',
  '..',
  'x.y.z',
  'null',
  'tattle_abc_def',
  `${'a'.repeat(9000)}.${'b'.repeat(9000)}.c`,
  '\0.\0.\0',
  'bnVsbA.bnVsbA.',
  'W10.W10.AA',
])('what is no token (%.12s) is refused without asking anybody', async (text) => {
  expect(await client().oidc.verifyBearer(text)).toBeNull();
  expect(issuer.asked).toEqual([]);
});

test('a critical extension that nobody knows is refused', async () => {
  const token = await signed(key, claims());
  const [, body = '', signature = ''] = token.split('.');
  const head = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'one', crit: ['x'], x: 1 })).toString('base64url');
  expect(await client().oidc.verifyBearer(`${head}.${body}.${signature}`)).toBeNull();
});

test('only tokens that the issuer signed are logged when refused, at a bounded rate, and never whole', async () => {
  const { oidc, lines } = client();
  await oidc.verifyBearer(await signed(stranger, claims()));
  expect(lines).toEqual([]);
  const token = await signed(key, claims({ aud: 'other' }));
  for (let round = 0; round < 50; round += 1) await oidc.verifyBearer(token);
  expect(lines).toHaveLength(10);
  expect(lines.join()).toContain('aud');
  expect(lines.join()).not.toContain(token.slice(0, 40));
});

const jwksRequests = () => issuer.asked.filter((asked) => asked === 'GET /jwks').length;

test('keys are fetched once for many tokens at once, and kept', async () => {
  const { oidc } = client();
  const token = await signed(key, claims());
  await Promise.all(Array.from({ length: 50 }, () => oidc.verifyBearer(token)));
  clock.advanceTo(NOW + 9 * 60_000);
  await oidc.verifyBearer(token);
  expect(issuer.asked).toEqual(['GET /.well-known/openid-configuration', 'GET /jwks']);
});

test('a flood of unknown key ids asks the issuer once in half a minute', async () => {
  const { oidc } = client({ clock });
  await oidc.verifyBearer(await signed(key, claims()));
  clock.advanceTo(NOW + 31_000);
  for (let second = 0; second < 60; second += 1) {
    const tokens = Array.from({ length: 5 }, (_, no) => signed(stranger, claims(), { kid: `${second}-${no}` }));
    expect(await Promise.all((await Promise.all(tokens)).map(oidc.verifyBearer))).toEqual(Array(5).fill(null));
    clock.advanceTo(clock.now() + 1000);
  }
  expect(jwksRequests()).toBe(3);
});

test('a new key of the issuer is found within half a minute, also during such a flood', async () => {
  const { oidc } = client();
  const next = await issuerKey('next');
  await oidc.verifyBearer(await signed(stranger, claims(), { kid: 'unknown' }));
  issuer.keys = [next.publicJwk];
  clock.advanceTo(NOW + 31_000);
  expect(await oidc.verifyBearer(await signed(next, claims()))).not.toBeNull();
  expect(await oidc.verifyBearer(await signed(key, claims()))).toBeNull();
});

test('an issuer that is down is said so, asked seldom, and found again when it is back', async () => {
  const { oidc } = client();
  const token = await signed(key, claims());
  issuer.answers.set('/.well-known/openid-configuration', json({}, 502));
  for (let round = 0; round < 20; round += 1) {
    await expect(oidc.verifyBearer(token)).rejects.toThrow(
      `the sign-in provider cannot be asked: ${issuer.url}: unexpected HTTP response status code (502)`,
    );
  }
  expect(issuer.asked).toHaveLength(1);
  issuer.answers.clear();
  clock.advanceTo(NOW + 5001);
  expect(await oidc.verifyBearer(token)).not.toBeNull();
});

test('known keys last for an hour of an outage, not longer', async () => {
  const { oidc } = client();
  const token = await signed(key, claims({ exp: SECONDS + 86_400 }));
  expect(await oidc.verifyBearer(token)).not.toBeNull();
  issuer.answers.set('/jwks', json({}, 500));
  clock.advanceTo(NOW + 59 * 60_000);
  expect(await oidc.verifyBearer(token)).not.toBeNull();
  await expect(oidc.verifyBearer(await signed(stranger, claims(), { kid: 'unknown' }))).rejects.toThrow(
    '(500)'.slice(1, 4),
  );
  clock.advanceTo(NOW + 61 * 60_000);
  await expect(oidc.verifyBearer(token)).rejects.toMatchObject({ name: 'IdentityUnavailable' });
});

test('a clock that is set back makes keys old, not young for ever', async () => {
  let now = NOW;
  const { oidc } = client({ clock: { now: () => now, sleep: () => Promise.resolve() } });
  const token = await signed(key, claims());
  await oidc.verifyBearer(token);
  now -= 3_600_000;
  await oidc.verifyBearer(token);
  expect(jwksRequests()).toBe(2);
});

test('a key too weak to be believed makes its tokens bad, and is logged', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  issuer.keys = [{ ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256' }];
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'RS256', kid: 'weak' })}.${part(claims())}`;
  const { oidc, lines } = client();
  const token = `${content}.${sign('sha256', Buffer.from(content), weak.privateKey).toString('base64url')}`;
  expect(await oidc.verifyBearer(token)).toBeNull();
  expect(lines.join()).toContain('2048');
});

test.each<[string, () => unknown, string]>([
  ['no JSON', () => issuer.answers.set('/jwks', (response) => response.end('<html>')), 'no JSON'],
  ['no keys', () => issuer.answers.set('/jwks', json({ keys: 'none' })), 'malformed'],
  [
    'more than a mebibyte',
    () => issuer.answers.set('/jwks', json({ keys: [], pad: 'x'.repeat(2_000_000) })),
    'larger than 1 MiB',
  ],
  [
    'a redirect',
    () => issuer.answers.set('/jwks', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()),
    '302',
  ],
  [
    'half an answer',
    () =>
      issuer.answers.set('/jwks', (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setTimeout(() => response.destroy(), 20);
      }),
    'broke off',
  ],
  [
    'private ones',
    async () => {
      issuer.keys = [{ ...(await exportJWK(key.privateKey)), kid: 'one', alg: 'RS256' }];
    },
    'cannot be used',
  ],
])('keys that are %s are the fault of the issuer, and said so', async (_, spoil, words) => {
  await spoil();
  await expect(client().oidc.verifyBearer(await signed(key, claims()))).rejects.toThrow(words);
});
