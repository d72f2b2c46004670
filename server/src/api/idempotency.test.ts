import { type Endpoint, endpoints } from '@tattle/contract';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../model/ports/store.ts';
import { openApiDocument } from './openapi.ts';
import { type ApiDocument, operationsOf } from './testing/api-document.ts';
import { storedToken } from './testing/callers.ts';
import { memoryIdempotency } from './testing/memory-access.ts';
import { NOON, startApi } from './testing/start-api.ts';

const KEY = { 'idempotency-key': 'a-key' };
const TOKEN = { name: 'ci', grants: [{ role: 'viewer', scope: 'everything' }] };
const PATH = '/api/v1/config/event-types';

const asking = new Set(
  Object.values(endpoints)
    .filter(
      ({ method, changesNothing, access }: Endpoint) =>
        method === 'GET' || changesNothing === true || access === 'signed',
    )
    .map(({ id }) => id as string),
);

test('every write says that it takes a key, and nothing that only asks does', () => {
  for (const { id, parameters } of operationsOf(openApiDocument('1') as ApiDocument)) {
    expect(
      parameters.some(({ in: place, name }) => place === 'header' && name === 'Idempotency-Key'),
      id,
    ).toBe(!asking.has(id.replace(/Older$/, '')));
  }
});

test('a write that is sent again is answered as before and done once', async () => {
  const { send, settings } = await startApi();
  const first = await send('PUT', PATH, { eventTypes: ['Warning'] }, KEY);
  const second = await send('PUT', PATH, { eventTypes: ['Warning'] }, KEY);
  expect(second).toMatchObject({ status: first.status, text: first.text });
  expect(second.headers['idempotency-replayed']).toBe('true');
  expect(second.headers['content-type']).toBe(first.headers['content-type']);
  expect(first.headers['idempotency-replayed']).toBeUndefined();
  expect(settings.actors).toHaveLength(1);
});

test('a question that is sent again with its key is answered anew, and kept nowhere', async () => {
  const { send } = await startApi();
  const ask = () => send('POST', '/api/v1/config/preview', { filter: {} }, KEY);
  expect((await ask()).json.now).toEqual({ kept: 0, dropped: 3 });
  await send('PUT', '/api/v1/config/namespaces', { namespaces: 'all' });
  const again = await ask();
  expect(again.json.now).toEqual({ kept: 3, dropped: 0 });
  expect(again.headers['idempotency-replayed']).toBeUndefined();
});

test('a key belongs to one request: another body is refused; another path or caller is another key', async () => {
  const { send, settings, accessStore } = await startApi();
  await send('PUT', PATH, { eventTypes: ['Warning'] }, KEY);
  expect((await send('PUT', PATH, { eventTypes: ['Normal'] }, KEY)).status).toBe(422);
  expect(settings.actors).toHaveLength(1);
  expect((await send('PUT', '/api/v1/config/namespaces', { namespaces: 'all' }, KEY)).status).toBe(200);
  const { secret } = await storedToken(accessStore, [{ role: 'admin', scope: 'everything' }], { now: NOON });
  const other = await send('PUT', PATH, { eventTypes: ['Normal'] }, { ...KEY, authorization: `Bearer ${secret}` });
  expect(other.status).toBe(200);
  expect(settings.actors).toHaveLength(3);
});

test('who may not do it is not answered what another was answered', async () => {
  const { send, accessStore } = await startApi();
  await send('PUT', PATH, { eventTypes: ['Warning'] }, KEY);
  const { id, secret } = await storedToken(accessStore, [{ role: 'admin', scope: 'everything' }], { now: NOON });
  const as = { ...KEY, authorization: `Bearer ${secret}` };
  expect((await send('PUT', PATH, { eventTypes: ['Warning'] }, as)).status).toBe(200);
  await send('DELETE', `/api/v1/tokens/${id}`, {});
  expect((await send('PUT', PATH, { eventTypes: ['Warning'] }, as)).status).toBe(401);
});

test('two at the same time are done once: the second is told to wait', async () => {
  let doing = 0;
  const { promise: wait, resolve: go } = Promise.withResolvers<void>();
  const act = async () => {
    doing += 1;
    await wait;
    return { refusal: 'nothing to do', incidentIds: [] };
  };
  const { send } = await startApi({ ports: { act }, incidents: [] });
  const order = { name: 'x', grants: TOKEN.grants };
  const all = await Promise.all(Array.from({ length: 10 }, () => send('POST', '/api/v1/tokens', order, KEY)));
  go();
  expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(all.filter(({ status }) => status === 409)).toHaveLength(9);
  expect(doing).toBe(0);
});

test('a token is made once, and its secret is not told again to whoever repeats the request', async () => {
  const { send, accessStore } = await startApi();
  const first = await send('POST', '/api/v1/tokens', TOKEN, KEY);
  const again = await send('POST', '/api/v1/tokens', TOKEN, KEY);
  expect(first.status).toBe(201);
  expect(again.status).toBe(409);
  expect(again.json.hint).not.toBe('');
  expect(again.text).not.toContain(first.json.secret);
  expect(await accessStore.tokens()).toHaveLength(1);
});

test('what failed may be tried again with the same key', async () => {
  const { send, settings } = await startApi();
  expect((await send('PUT', PATH, {}, KEY)).status).toBe(400);
  expect((await send('PUT', '/api/v1/config', { filter: { labelSelector: '((' } }, KEY)).status).toBe(400);
  expect((await send('PUT', PATH, { eventTypes: ['Warning'] }, { ...KEY, 'if-match': '"old"' })).status).toBe(412);
  expect((await send('PUT', PATH, { eventTypes: ['Warning'] }, KEY)).status).toBe(200);
  expect(settings.actors).toHaveLength(1);
});

test('while keys cannot be looked up nothing is done; that an answer could not be kept makes it no failure', async () => {
  const away = () => Promise.reject(new StoreUnavailable('down'));
  const blind = await startApi({ ports: { idempotency: { ...memoryIdempotency(), begin: away } } });
  expect((await blind.send('PUT', PATH, { eventTypes: ['Warning'] }, KEY)).status).toBe(503);
  expect(blind.settings.actors).toEqual([]);
  const forgetful = await startApi({ ports: { idempotency: { ...memoryIdempotency(), finish: away, abandon: away } } });
  expect((await forgetful.send('PUT', PATH, { eventTypes: ['Warning'] }, KEY)).status).toBe(200);
  expect((await forgetful.send('PUT', PATH, {}, { 'idempotency-key': 'b' })).status).toBe(400);
});

test.each(['', ' ', 'a b', 'x'.repeat(201), 'ü', 'a\tb'])('%j is no key', async (key) => {
  const { send, settings } = await startApi();
  expect((await send('PUT', PATH, { eventTypes: ['Warning'] }, { 'idempotency-key': key })).status).toBe(400);
  expect(settings.actors).toEqual([]);
});

test('a change to settings that are not what one read is refused, whichever path it takes', async () => {
  const { get, send, settings } = await startApi();
  const before = String((await get('/api/v1/config')).headers.etag);
  const changed = await send('PUT', PATH, { eventTypes: ['Warning'] }, { 'if-match': before });
  expect(changed.headers.etag).not.toBe(before);
  for (const [path, body] of [
    ['/api/v1/config', { filter: { minimumCount: 2 } }],
    ['/api/v1/config/namespaces', { namespaces: 'all' }],
    [PATH, { eventTypes: [] }],
    ['/api/config', { filter: { minimumCount: 2 } }],
  ] as const) {
    for (const tag of [before, `W/${before}`, before.replaceAll('"', ''), '""', `"x", ${before}`]) {
      expect((await send('PUT', path, body, { 'if-match': tag })).status, `${path} ${tag}`).toBe(412);
    }
  }
  expect(settings.actors).toHaveLength(1);
  expect((await send('PUT', PATH, { eventTypes: [] }, { 'if-match': '*' })).status).toBe(200);
});

test('of several that one read together the first alone gets through', async () => {
  const { get, send, settings } = await startApi();
  const etag = String((await get('/api/v1/config')).headers.etag);
  const all = await Promise.all(
    ['a', 'b', 'c', 'd'].map((reason) => send('PUT', PATH, { includeReasons: [reason] }, { 'if-match': etag })),
  );
  expect(all.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  expect(settings.actors).toHaveLength(1);
});
