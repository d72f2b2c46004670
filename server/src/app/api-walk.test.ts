/** Every path of the API's document, asked of a whole running Tattle by a client that knows nothing but the document. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ApiDocument } from '../api/testing/api-document.ts';
import { faultyEndpoint } from '../notify/testing/faulty-endpoint.ts';
import { discordApplication, discordRequest, SIGNING_SECRET, slackPress } from '../notify/testing/presses.ts';
import { answers, refusingOne, startEndpoint } from '../sinks/testing/endpoint.ts';
import { type Asked, DocumentClient, type Json } from './testing/document-client.ts';
import { eventually, startServer } from './testing/server-process.ts';

const MECHANISMS = join(import.meta.dirname, '../../../examples/mechanisms');
vi.setConfig({ testTimeout: 180_000 });

it('answers every documented path with success and real contents, just as the document says', async () => {
  const home = await mkdtemp(join(tmpdir(), 'tattle-walk-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const webhook = await faultyEndpoint();
  onTestFinished(() => webhook.close());
  const application = discordApplication();
  const file = join(home, 'tattle.json');
  const picky = await startEndpoint(refusingOne('does not fit'));
  onTestFinished(() => picky.close());
  const sink = { type: 'http', name: 'picky', url: picky.url, batch: { records: 20, seconds: 0.2 } };
  const channels = chatsAt(webhook.url, application.publicKey);
  await writeFile(file, JSON.stringify({ channels, sinks: [sink] }));
  const server = await startServer(home, {
    TATTLE_SOURCE: 'simulate',
    TATTLE_SIMULATE_RECORDINGS: MECHANISMS,
    TATTLE_SIMULATE_SPEED: '20',
    TATTLE_WEBHOOK_URL: webhook.url,
    TATTLE_CONFIG: file,
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
  await full('listSinks', {}, (json) => json.items[0].refused > 0 && json.items[0].lastTakenAt !== null);
  await full('listSinkRefusals', { path: { name: 'picky' } }, page);
  picky.answer = answers.status(204);
  expect((await call('replaySinkRefusals', { path: { name: 'picky' }, body: {} })).json.waiting).toBeGreaterThan(0);
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

  // Who is told, and who is not.
  const silence = { matchers: ['namespace=walker'], forMinutes: 5, comment: 'walking' };
  const { json: silenced } = await call('createSilence', { body: silence });
  await full('listSilences', {}, page);
  expect(
    (await call('previewSilence', { body: { matchers: ['severity>=info'] } })).json.incidents.length,
  ).toBeGreaterThan(0);
  expect((await call('expireSilence', { path: { id: silenced.id } })).json.state).toBe('expired');
  await full('listNoticeDecisions', { path: { id: first } }, (json) =>
    json.items.some(({ delivery }: Json) => delivery !== null),
  );
  await full('listChannels', {}, (json) => json.items.some(({ lastDeliveredAt }: Json) => lastDeliveredAt !== null));
  const { delivery: tested } = (await call('testChannel', { path: { name: 'webhook' } })).json;
  await full('listDeliveries', { query: `?id=${tested}&status=delivered` }, page);
  const preview = await call('previewChannel', { path: { name: 'webhook' }, body: { incident: first } });
  expect(JSON.parse(preview.json.body).incident.id).toBe(first);
  await full('tryNotifyPolicy', { body: { from: 'now-1h' } }, (json) => json.told > 0);
  expect((await call('exportIncident', { path: { id: first }, query: '?format=json' })).json.incident.id).toBe(first);

  // What others hand in.
  const walked = { namespace: 'walker', kind: 'Deployment', name: 'walker', reason: 'Walked', message: 'by' };
  const cloudEvent = { specversion: '1.0', id: '1', source: 'walker', type: 'walked', k8snamespace: 'walker' };
  const attributes = [{ key: 'k8s.namespace.name', value: { stringValue: 'walker' } }];
  const record = { attributes, body: { stringValue: 'walked by' } };
  const labels = { alertname: 'WalkerSlow', namespace: 'walker' };
  for (const [id, body] of [
    ['takeAlerts', { alerts: [{ status: 'firing', labels }] }],
    ['takeEvents', walked],
    ['takeCloudEvents', cloudEvent],
  ] as const) {
    expect((await call(id, { body })).json).toMatchObject({ taken: 1, faulty: 0 });
  }
  expect(
    (await call('takeOtlpLogs', { body: { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] } })).json,
  ).toEqual({});

  // What people press in a chat: none of Tattle's buttons here, and a greeting.
  const press = slackPress({ value: 'another button', at: Date.now() });
  expect((await call('takeSlackInteraction', { signed: press })).text).toBe('');
  const greeting = discordRequest(application, '{"type":1}', Date.now());
  expect((await call('takeDiscordInteraction', { signed: greeting })).json).toEqual({ type: 1 });

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

  // A channel that somebody adds, changes and removes.
  const added = { type: 'webhook', name: 'walker', settings: { url: 'https://hooks.example/walker' } };
  const draft = await call('previewChannelDraft', { body: { ...added, notice: 'opened' } });
  expect(JSON.parse(draft.json.body)).toHaveProperty('incident');
  const made = await call('createChannel', { body: added });
  expect(made.json).toMatchObject({ origin: 'runtime', broken: null, secretsSet: ['url'] });
  expect((await call('getChannel', { path: { name: 'walker' } })).json).toEqual(made.json);
  const ifMatch = { 'if-match': made.headers.get('etag') ?? '' };
  const wish = { path: { name: 'walker' }, body: { settings: { format: 'tattle' } }, headers: ifMatch };
  expect((await call('putChannel', wish)).json.settings).toEqual({ format: 'tattle' });
  expect((await client.call('putChannel', wish)).status).toBe(412);
  expect((await call('deleteChannel', { path: { name: 'walker' } })).status).toBe(200);
  expect((await call('listChannelTypes')).json.items.length).toBeGreaterThan(5);

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
      'channel.create',
      'channel.delete',
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

/** Chats whose messages have buttons, both at the same end. */
function chatsAt(url: string, publicKey: string): readonly object[] {
  const baseUrl = new URL('/chat', url).href;
  const shared = { botToken: 'a-token', baseUrl };
  return [
    { ...shared, type: 'slack', name: 'slack', channel: 'C0123456789', signingSecret: SIGNING_SECRET },
    { ...shared, type: 'discord', name: 'discord', channelId: '100000000000000001', publicKey },
  ];
}
