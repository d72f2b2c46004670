/** Every path of the API's document, asked of a whole running Tattle by a client that knows nothing but the document. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ApiDocument } from '../api/testing/api-document.ts';
import { faultyEndpoint } from '../notify/testing/faulty-endpoint.ts';
import { type Asked, DocumentClient, type Json } from './testing/document-client.ts';
import { eventually, startServer } from './testing/server-process.ts';

const MECHANISMS = join(import.meta.dirname, '../../../examples/mechanisms');
vi.setConfig({ testTimeout: 180_000 });

it('answers every documented path with success and real contents, just as the document says', async () => {
  const home = await mkdtemp(join(tmpdir(), 'tattle-walk-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const webhook = await faultyEndpoint();
  onTestFinished(() => webhook.close());
  const server = await startServer(home, {
    TATTLE_SOURCE: 'simulate',
    TATTLE_SIMULATE_RECORDINGS: MECHANISMS,
    TATTLE_SIMULATE_SPEED: '20',
    TATTLE_WEBHOOK_URL: webhook.url,
  });
  const document = (await (await fetch(new URL('/api/v1/openapi.json', server.origin))).json()) as ApiDocument;
  const client = new DocumentClient(server.origin, document, { authorization: `Bearer ${server.token}` });
  const untried = new Set(client.operations.map(({ id }) => id));
  const call = async (id: string, asked: Asked = {}) => {
    untried.delete(id);
    const told = await client.call(id, asked);
    // What earlier versions called it answers the same.
    if (client.operations.some((other) => other.id === `${id}Older`)) {
      untried.delete(`${id}Older`);
      await client.call(`${id}Older`, asked);
    }
    return told;
  };
  const full = async (id: string, asked: Asked, isFull: (json: Json) => boolean) =>
    eventually(`${id} to have contents`, async () => {
      const { json, status, text } = await call(id, asked);
      if (status >= 400) throw new Error(`${id}: ${text}`);
      return isFull(json) ? json : undefined;
    });

  // What there is, once there is something of all of it.
  const page = (json: Json) => json.items.length > 0;
  const incidents = (
    await full(
      'listIncidents',
      { query: '?limit=200&view=full&state=open' },
      (json) => json.items.filter((item: Json) => item.diagnosis !== null).length > 3,
    )
  ).items;
  const events = await full(
    'listEvents',
    { query: '?limit=5' },
    (json) => json.items.length === 5 && json.nextCursor !== null,
  );
  await full('listEvents', { query: `?limit=5&cursor=${encodeURIComponent(events.nextCursor)}` }, page);
  await full('getEvent', { path: { uid: events.items[0].uid } }, (json) => json.uid === events.items[0].uid);
  await full('listChanges', {}, page);
  await full('timeline', {}, page);
  await full('timeline', { query: `?namespace=${incidents[0].root.namespace}&limit=1000` }, page);
  await full('eventFacets', {}, (json) => json.facets.every(({ values }: Json) => values.length > 0));
  await full('incidentFacets', {}, (json) => json.facets.every(({ values }: Json) => values.length > 0));
  await full('eventHistogram', { query: '?buckets=30' }, (json) => json.buckets.length > 0);
  await full('eventAggregate', { query: '?by=namespace&by=reason' }, (json) => json.rows.length > 1);
  await full('eventAggregate', { query: '?by=kind&trend=12&compare=yes&from=now-1h' }, (json) =>
    json.rows.some(({ trend, before }: Json) => trend.some((each: number) => each > 0) && before !== null),
  );
  await full('eventDifferences', { query: '?type=Warning&baseline=rest' }, (json) => json.items.length > 0);
  await full('listDeliveries', { query: '?status=delivered' }, page);
  await full('listNamespaces', {}, (json) => json.items.some(({ seenLastDay }: Json) => seenLastDay > 0));
  await full('getStatus', {}, (json) => json.ready && json.streams.length > 3);
  await full('readyz', {}, (json) => json.ready);
  for (const format of ['jsonl', 'csv'])
    expect(
      (await call('exportEvents', { query: `?format=${format}&limit=20` })).text.split('\n').length,
    ).toBeGreaterThan(20);
  const detailed = await full(
    'getIncident',
    { path: { id: incidents.find((item: Json) => item.diagnosis !== null).id } },
    (json) => json.evidence.length > 0,
  );
  expect(detailed.diagnosis.citations.length).toBeGreaterThan(0);

  // Workloads of a recording come and go: one that is there now, and has all that a page shows of it.
  await eventually('a workload of which everything is known', async () => {
    const { json } = await call('listIncidents', { query: '?limit=200&kind=Deployment' });
    for (const { cluster, root } of json.items) {
      const place = `?cluster=${cluster}&kind=Deployment&namespace=${root.namespace}&name=${root.name}`;
      const { presence, openIncidents, owned, facts, evidence } = (await call('getObject', { query: place })).json;
      if (presence === 'there' && [openIncidents, owned, facts, evidence].every((list) => list.length > 0)) return true;
    }
    return undefined;
  });

  // What people do.
  // Of different objects, so that what was put together can be taken apart again.
  const own = incidents.filter((item: Json) => item.cluster === incidents[0].cluster);
  const different = [...new Map(own.map((item: Json) => [item.root.name, item])).values()] as Json[];
  const [first, second, third] = different.map(({ id }: Json) => id);
  await call('acknowledgeIncident', { path: { id: first }, body: { as: 'walker', text: 'looking' } });
  await call('noteIncident', { path: { id: first }, body: { text: 'a note' } });
  await call('mergeIncident', { path: { id: first }, body: { incidents: [second], text: 'the same' } });
  const merged = (await client.call('getIncident', { path: { id: first } })).json;
  const { root } = merged.together.find((strand: Json) => strand.root.name !== merged.root.name);
  const object = [root.namespace, root.kind, root.name].filter((part) => part !== '').join('/');
  await call('splitIncident', { path: { id: first }, body: { objects: [object], text: 'not the same' } });
  await call('mergeIncident', { path: { id: first }, body: { incidents: [third], text: 'the same' } });
  await call('unmergeIncident', { path: { id: third }, body: { text: 'no, not' } });
  await call('resolveIncident', { path: { id: third }, body: { text: 'restarted' } });
  expect((await call('testIncident', { body: {} })).json.watchFor.condition).toBe('TattleTest');
  const delivered = (await client.call('listDeliveries', { query: '?status=delivered&limit=1' })).json.items[0];
  expect((await call('replayDeliveries', { body: { ids: [delivered.id] } })).json).toEqual({ replayed: 1 });

  // Settings, with their tag.
  const config = await call('getConfig');
  const etag = config.headers.get('etag') ?? '';
  expect((await call('putConfig', { body: config.json, headers: { 'if-match': etag } })).status).toBe(200);
  const tried = await call('previewConfig', { body: { filter: { namespaces: [] } } });
  expect(tried.json.then.dropped).toBeGreaterThan(tried.json.now.dropped);
  expect(tried.json.examples.length).toBeGreaterThan(0);
  await call('putNamespaces', { body: { namespaces: 'all', excludedNamespaces: ['quiet-*'] } });
  await call('putEventTypes', { body: { eventTypes: [] } });
  expect(
    (await client.call('putConfig', { body: { filter: { minimumCount: 2 } }, headers: { 'if-match': etag } })).status,
  ).toBe(412);

  // Tokens and sessions.
  const { json: created } = await call('createToken', {
    body: { name: 'walker', grants: [{ role: 'viewer', scope: 'everything' }] },
  });
  const viewer = new DocumentClient(server.origin, document, { authorization: `Bearer ${created.secret}` });
  untried.delete('openSession');
  const opened = await viewer.call('openSession', { body: undefined });
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const browser = new DocumentClient(server.origin, document, { cookie, origin: server.origin });
  expect((await browser.call('getSession')).json).toMatchObject({ cookie: true, name: 'token walker' });
  expect((await browser.call('putEventTypes', { body: { eventTypes: [] } })).status).toBe(403);
  untried.delete('closeSession');
  expect((await browser.call('closeSession')).status).toBe(200);
  expect((await browser.call('getSession')).status).toBe(401);
  await full('listTokens', {}, (json) => json.items.some(({ name }: Json) => name === 'walker'));
  expect((await call('revokeToken', { path: { id: created.token.id } })).json.revokedAt).not.toBeNull();
  expect((await viewer.call('getSession')).status).toBe(401);
  const audit = await full('listAudit', { query: '?limit=100' }, page);
  expect(audit.items.map(({ action }: Json) => action)).toEqual(
    expect.arrayContaining([
      'token.create',
      'token.revoke',
      'session.open',
      'session.close',
      'settings.change',
      'incident.acknowledge',
      'incident.merge',
    ]),
  );
  expect((await call('verifyAudit')).json).toMatchObject({ whole: true });
  expect(JSON.stringify(audit) + server.log()).not.toContain(created.secret);

  // What is left needs nothing but to be asked.
  for (const id of [...untried].filter((id) => client.operation(id).method === 'GET')) await call(id);
  const succeeded = new Set([client, viewer, browser].flatMap((each) => [...each.succeeded]));
  expect([client, viewer, browser].flatMap(({ violations }) => violations)).toEqual([]);
  expect(client.operations.map(({ id }) => id).filter((id) => !succeeded.has(id))).toEqual([]);
  for (const line of server.log().trim().split('\n')) expect(() => void JSON.parse(line), line).not.toThrow();
});
