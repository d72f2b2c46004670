import { expect, test } from 'vitest';
import type { Api } from './api.ts';
import { makeToken } from './access/bearer.ts';
import { memoryAccessStore } from './testing/memory-access.ts';
import { clusterEvent } from './testing/memory-history.ts';
import { NOON, startApi } from './testing/start-api.ts';

const SECOND = 1000;
const DAY = 86_400_000;
const EVERYWHERE = [{ role: 'viewer', scope: 'everything' }];
const IN_SHOP = [{ role: 'viewer', scope: [{ cluster: null, namespaces: ['shop'] }] }];

async function start() {
  const started = await startApi({
    events: [
      clusterEvent({ uid: 'shop-1' }),
      clusterEvent({ uid: 'other-1', object: { kind: 'Pod', namespace: 'other', name: 'x', uid: 'x' } }),
    ],
  });
  const make = async (body: object) => {
    const { status, json } = await started.send('POST', '/api/v1/tokens', body);
    expect(status).toBe(201);
    const { secret, token } = json as { readonly secret: string; readonly token: { readonly id: string } };
    return { secret, id: token.id, as: { authorization: `Bearer ${secret}` } };
  };
  return { ...started, make };
}

test('a token sees what it was made for, and nothing else', async () => {
  const { make, get } = await start();
  const { as } = await make({ name: 'ci', grants: IN_SHOP });
  const { json } = await get('/api/v1/events', as);
  expect(json.items.map(({ uid }: { uid: string }) => uid)).toEqual(['shop-1']);
  expect((await get('/api/v1/events/other-1', as)).status).toBe(404);
  expect((await get('/api/v1/tokens', as)).status).toBe(403);
  expect((await get('/api/v1/session', as)).json).toMatchObject({ name: 'token ci', grants: IN_SHOP, cookie: false });
});

test('a token’s secret is shown once, and stands in no list, no audit entry, no log and no store', async () => {
  const { make, get, audit, accessStore, errors } = await start();
  const { secret, id } = await make({ name: 'ci', grants: EVERYWHERE });
  const kept = [
    (await get('/api/v1/tokens')).text,
    (await get('/api/v1/audit')).text,
    JSON.stringify([audit.kept, await accessStore.tokens(), errors]),
    (await get(`/api/v1/tokens/${id}`)).text,
  ].join('\n');
  expect(kept).toContain(id);
  expect(kept).not.toContain(secret);
  expect(kept).not.toContain(secret.slice(-20));
  expect((await get('/api/v1/tokens')).text).not.toContain('digest');
});

test('a token’s first use is noted, and then one a minute', async () => {
  const { make, get, accessStore, clock } = await start();
  const { as, id } = await make({ name: 'ci', grants: EVERYWHERE });
  const lastUse = async () => (await accessStore.token(id))?.lastUsedAt;
  expect(await lastUse()).toBeNull();
  await get('/api/v1/session', as);
  expect(await lastUse()).toBe(NOON);
  clock.advanceTo(NOON + 59 * SECOND);
  await get('/api/v1/session', as);
  expect(await lastUse()).toBe(NOON);
  clock.advanceTo(NOON + 60 * SECOND);
  await get('/api/v1/session', as);
  expect(await lastUse()).toBe(NOON + 60 * SECOND);
});

test('a token ends when it was said to, to the millisecond, and so do the sessions made from it', async () => {
  const { api, make, get, send, clock } = await start();
  const { as } = await make({ name: 'ci', grants: EVERYWHERE, expiresInDays: 1 });
  clock.advanceTo(NOON + DAY - SECOND);
  const opened = await send('POST', '/api/v1/session', {}, as);
  const line = String(opened.headers['set-cookie']);
  expect(line).toMatch(/; Max-Age=1$/);
  const cookie = line.split(';')[0] ?? '';
  clock.advanceTo(NOON + DAY - 1);
  expect((await get('/api/v1/session', as)).status).toBe(200);
  expect((await onlyCookie(api, cookie)).status).toBe(200);
  clock.advanceTo(NOON + DAY);
  expect((await get('/api/v1/session', as)).status).toBe(401);
  expect((await onlyCookie(api, cookie)).status).toBe(401);
});

test('a revoked token is refused at once, with its sessions, and elsewhere within a second', async () => {
  const store = memoryAccessStore();
  const here = await startApi({ access: { store }, ports: { accessStore: store } });
  const there = await startApi({ access: { store }, ports: { accessStore: store } });
  const { json } = await here.send('POST', '/api/v1/tokens', { name: 'ci', grants: EVERYWHERE });
  const as = { authorization: `Bearer ${json.secret}` };
  const opened = await here.send('POST', '/api/v1/session', {}, as);
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  expect((await there.get('/api/v1/session', as)).status).toBe(200);
  expect((await onlyCookie(there.api, cookie)).status).toBe(200);
  expect((await here.send('DELETE', `/api/v1/tokens/${json.token.id}`, {})).json.revokedAt).not.toBeNull();
  expect((await here.get('/api/v1/session', as)).status).toBe(401);
  expect((await onlyCookie(here.api, cookie)).status).toBe(401);
  there.clock.advanceTo(NOON + SECOND);
  expect((await there.get('/api/v1/session', as)).status).toBe(401);
  expect((await onlyCookie(there.api, cookie)).status).toBe(401);
});

test('a token that is revoked again stays revoked as it was, and an unknown one is not found', async () => {
  const { make, send, clock } = await start();
  const { id } = await make({ name: 'ci', grants: EVERYWHERE });
  const { json } = await send('DELETE', `/api/v1/tokens/${id}`, {});
  clock.advanceTo(NOON + DAY);
  expect((await send('DELETE', `/api/v1/tokens/${id}`, {})).json).toEqual(json);
  for (const unknown of ['x', '__proto__', '%00', id.toUpperCase(), `${id}x`]) {
    expect((await send('DELETE', `/api/v1/tokens/${unknown}`, {})).status).toBe(404);
  }
});

test('neither half of a token, nor the secret of another, opens anything', async () => {
  const { make, get } = await start();
  const [one, other] = [await make({ name: 'a', grants: EVERYWHERE }), await make({ name: 'b', grants: EVERYWHERE })];
  const half = (secret: string) => secret.split('_').slice(2).join('_');
  const forged = [
    half(one.secret),
    `tattle_${one.id}_`,
    `tattle_${one.id}_${half(other.secret)}`,
    `tattle_${other.id}_${half(one.secret)}`,
    one.secret.toUpperCase(),
    `${one.secret}x`,
    makeToken({ name: 'x', grants: [], createdBy: 'x', createdAt: 0, expiresAt: null }).secret,
  ];
  for (const secret of forged)
    expect((await get('/api/v1/session', { authorization: `Bearer ${secret}` })).status).toBe(401);
  for (const authorization of [
    one.secret,
    `Basic ${one.secret}`,
    `Bearer ${one.secret} x`,
    `Bearer "${one.secret}"`,
    'Bearer ',
  ]) {
    expect((await get('/api/v1/session', { authorization })).status).toBe(401);
  }
  expect((await get('/api/v1/session', { authorization: `bearer  ${one.secret}` })).status).toBe(200);
});

test.each([
  [{ name: '', grants: EVERYWHERE }],
  [{ name: 'x'.repeat(101), grants: EVERYWHERE }],
  [{ name: 'red \u001b[31m', grants: EVERYWHERE }],
  [{ name: 'bidi \u202e', grants: EVERYWHERE }],
  [{ name: 'x', grants: [] }],
  [{ name: 'x', grants: [{ role: 'root', scope: 'everything' }] }],
  [{ name: 'x', grants: [{ role: 'viewer', scope: [] }] }],
  [{ name: 'x', grants: [{ role: 'viewer', scope: [{ cluster: null, namespaces: [] }] }] }],
  [{ name: 'x', grants: [{ role: 'viewer', scope: [{ namespaces: ['shop'] }] }] }],
  [{ name: 'x', grants: [{ role: 'viewer', scope: [{ cluster: null, namespaces: ['SHOP', '%'] }] }] }],
  [{ name: 'x', grants: EVERYWHERE, expiresInDays: 0 }],
  [{ name: 'x', grants: EVERYWHERE, expiresInDays: -1 }],
  [{ name: 'x', grants: EVERYWHERE, secret: 'chosen' }],
])('no token is made of %j', async (body) => {
  const { send, accessStore } = await start();
  expect((await send('POST', '/api/v1/tokens', body)).status).toBe(400);
  expect(await accessStore.tokens()).toEqual([]);
});

test('a session survives a restart over the same store, and ends when it is signed out', async () => {
  const store = memoryAccessStore();
  const before = await startApi({ access: { store }, ports: { accessStore: store } });
  const opened = await before.api.inject({
    url: `/?token=${before.access.token}`,
    headers: { host: 'localhost:7171' },
  });
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  await before.api.close();
  const after = await startApi({ access: { store }, ports: { accessStore: store } });
  expect((await onlyCookie(after.api, cookie)).json).toMatchObject({ id: 'link', cookie: true });
  const headers = { cookie, host: 'localhost:7171', origin: 'http://localhost:7171' };
  const out = await after.api.inject({ method: 'DELETE', url: '/api/v1/session', headers });
  expect(out.statusCode).toBe(200);
  expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
  expect((await onlyCookie(after.api, cookie)).status).toBe(401);
  // The link of another process, and of one before, opens nothing.
  const again = await after.api.inject({ url: `/?token=${before.access.token}`, headers: { host: 'localhost:7171' } });
  expect(again.statusCode).toBe(401);
});

test('the link opens once, however many try it at the same time', async () => {
  const { api, access } = await startApi();
  const all = await Promise.all(
    Array.from({ length: 20 }, () =>
      api.inject({ url: `/?token=${access.token}`, headers: { host: 'localhost:7171' } }),
    ),
  );
  expect(all.filter(({ headers }) => headers['set-cookie'] !== undefined)).toHaveLength(1);
});

test('behind https a cookie without its prefix opens nothing', async () => {
  const { api, access } = await startApi({ access: { publicUrl: 'https://tattle.example.com' } });
  const host = 'tattle.example.com';
  const opened = await api.inject({ url: `/?token=${access.token}`, headers: { host } });
  const value = /=([\w-]{43});/.exec(String(opened.headers['set-cookie']))?.[1] ?? '';
  const status = async (cookie: string) =>
    (await api.inject({ url: '/api/v1/session', headers: { host, cookie } })).statusCode;
  expect(await status(`__Host-tattle_session=${value}`)).toBe(200);
  expect(await status(`tattle_session=${value}`)).toBe(401);
  expect(await status(`tattle_session_0=${value}`)).toBe(401);
  // One that a neighbouring host planted in front of it signs nobody out.
  expect(await status(`__Host-tattle_session=${'x'.repeat(43)}; __Host-tattle_session=${value}`)).toBe(200);
});

/** Without the Bearer token that tests usually send. */
async function onlyCookie(api: Api, cookie: string): Promise<{ readonly status: number; readonly json: unknown }> {
  const { statusCode, body } = await api.inject({
    url: '/api/v1/session',
    headers: { host: 'localhost:7171', cookie },
  });
  return { status: statusCode, json: JSON.parse(body) };
}
