/** Channels that people add by the API, over a real store: kept, sealed, changed, shared by replicas. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newKeyText } from '../../kit/seal.ts';
import { answers, faultyEndpoint } from '../../notify/testing/faulty-endpoint.ts';
import { testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { secretKeyOf } from './secret-key.ts';
import { type ReplicaOptions, startReplica } from './testing/replica.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

const NOW = Date.UTC(2026, 2, 10, 12);
const SECRETS = ['xoxb-very-secret', 'signing-very-secret'];
const SLACK = {
  type: 'slack',
  name: 'team',
  settings: { botToken: SECRETS[0], signingSecret: SECRETS[1], channel: 'C1' },
};

async function setUp(options: ReplicaOptions = {}) {
  const store = await open({ now: NOW });
  return { store, ...(await startReplica(store, options)) };
}

async function listening() {
  const endpoint = await faultyEndpoint();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

const hook = (name: string, url: string) => ({ type: 'webhook', name, settings: { url } });
const HERE = { allow: ['127.0.0.1'] };

describe('a channel that somebody adds', () => {
  it('works at once, and is listed with where it comes from', async () => {
    const endpoint = await listening();
    const { send, get, tryOut } = await setUp(HERE);
    expect((await send('POST', '/api/v1/channels', hook('new', endpoint.url))).status).toBe(201);
    expect(await tryOut('new')).toMatchObject({ status: 'delivered', channel: 'new' });
    expect(endpoint.received).toHaveLength(1);
    const { items } = (await get('/api/v1/channels')).json;
    expect(items.map(({ name, origin, broken }: Record<string, unknown>) => [name, origin, broken])).toEqual([
      ['new', 'runtime', null],
      ['own', 'configuration', null],
    ]);
    expect((await send('POST', '/api/v1/channels/new/preview', {})).json.body).toContain('"event_uid"');
  });

  it('shows its secrets to nobody: in no answer, list, log, entry of the trail, nor row of the store', async () => {
    const { store, send, get, lines, tryOut } = await setUp();
    const made = await send('POST', '/api/v1/channels', SLACK);
    expect(made.json).toEqual({
      ...{ name: 'team', type: 'slack', origin: 'runtime', broken: null },
      ...{ settings: { channel: 'C1' }, secretsSet: ['botToken', 'signingSecret'] },
    });
    const wrong = { ...SLACK, name: 'other', settings: { ...SLACK.settings, signingSecret: 'signing-very-secret ü' } };
    const texts = [
      made.text,
      (await send('POST', '/api/v1/channels', wrong)).text,
      (await send('POST', '/api/v1/channels', SLACK)).text,
      (await send('PUT', '/api/v1/channels/team', { settings: { ...SLACK.settings, channel: 'C 2' } })).text,
      (
        await send('PUT', '/api/v1/channels/team', {
          settings: { ...SLACK.settings, baseUrl: 'http://127.0.0.1:1/api' },
        })
      ).text,
      JSON.stringify(await tryOut('team')),
      (await get('/api/v1/channels')).text,
      (await get('/api/v1/channels/team')).text,
      (await send('POST', '/api/v1/channels/team/preview', {})).text,
      (await get('/api/v1/deliveries')).text,
      (await send('DELETE', '/api/v1/channels/team', '')).text,
      (await get('/api/v1/audit')).text,
      lines.join(),
    ];
    await send('POST', '/api/v1/channels', SLACK);
    texts.push(JSON.stringify(await rowsOf(store.url)));
    for (const text of texts) for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(
      (await get('/api/v1/audit')).json.items.map(({ action, target }: Record<string, unknown>) => [action, target]),
    ).toEqual(
      expect.arrayContaining([
        ['channel.create', 'team'],
        ['channel.change', 'team'],
        ['channel.test', 'team'],
        ['channel.delete', 'team'],
      ]),
    );
  });

  it('is refused with the paths of what is wrong', async () => {
    const { send } = await setUp();
    const refused = async (body: object) => {
      const { status, json } = await send('POST', '/api/v1/channels', { ...SLACK, ...body });
      expect(status).toBe(400);
      return json.errors.map(({ path }: { path: string }) => path);
    };
    expect(await refused({ type: 'pigeon' })).toEqual(['type']);
    expect(await refused({ name: 'slack:C1' })).toEqual(['name']);
    expect(await refused({ name: 'Ops' })).toEqual(['name']);
    expect(await refused({ settings: { channel: 'C1', botTokn: 'x' } })).toContain('settings.botTokn');
    expect(await refused({ settings: { ...SLACK.settings, name: 'own' } })).toEqual(['settings.name']);
  });

  it('does not take the name of another, nor that of the configuration’s', async () => {
    const { send, get } = await setUp();
    await send('POST', '/api/v1/channels', SLACK);
    expect((await send('POST', '/api/v1/channels', SLACK)).status).toBe(409);
    const own = await send('POST', '/api/v1/channels', { ...SLACK, name: 'own' });
    expect(own).toMatchObject({ status: 409, json: { detail: expect.stringContaining('configuration') } });
    expect((await send('PUT', '/api/v1/channels/own', { settings: {} })).status).toBe(409);
    expect((await send('DELETE', '/api/v1/channels/own', '')).status).toBe(409);
    const shown = await get('/api/v1/channels/own');
    expect(shown.json).toMatchObject({ origin: 'configuration', settings: { format: 'tattle' }, secretsSet: ['url'] });
    expect(shown.text).not.toContain('s3cret');
  });

  it('shows what it would send before it is added, without its secrets, and what is wrong with it', async () => {
    const { send, get } = await setUp();
    const shown = await send('POST', '/api/v1/channel-preview', { ...SLACK, notice: 'resolved' });
    expect(shown.json).toMatchObject({ contentType: expect.stringContaining('json') });
    expect(shown.text).toContain('Over: CrashLoopBackOff');
    for (const secret of SECRETS) expect(shown.text).not.toContain(secret);
    const wrong = await send('POST', '/api/v1/channel-preview', { ...SLACK, settings: { botToken: 'x' } });
    expect(wrong.json.errors).toEqual([{ path: 'settings.channel', message: 'is needed beside botToken' }]);
    expect((await send('POST', '/api/v1/channel-preview', { ...SLACK, type: 'pigeon' })).status).toBe(400);
    expect((await get('/api/v1/channels')).json.items).toHaveLength(1);
  });

  it('shows what a change would send, with the secrets that it has, unless it leads elsewhere', async () => {
    const { send } = await setUp();
    await send('POST', '/api/v1/channels', SLACK);
    const draft = (settings: object) => send('POST', '/api/v1/channel-preview', { ...SLACK, settings });
    expect((await draft({ channel: 'C2', title: 'Told in another way' })).text).toContain('Told in another way');
    const elsewhere = await draft({ channel: 'C2', baseUrl: 'https://elsewhere.example' });
    expect(elsewhere.json.errors[0]).toMatchObject({ path: 'settings.botToken' });
  });

  it('has a schema for each kind that says what can be set, and what of it is secret', async () => {
    const { get } = await setUp();
    const { items } = (await get('/api/v1/channel-types')).json;
    const telegram = items.find(({ type }: { type: string }) => type === 'telegram');
    expect(telegram).toMatchObject({ secrets: ['botToken'], schema: { required: ['botToken', 'chatId'] } });
    expect(Object.keys(telegram.schema.properties)).not.toContain('name');
    expect(items.length).toBeGreaterThan(10);
    for (const { type, schema } of items) {
      const settings = Object.entries<{ description?: string }>(schema.properties);
      const untold = settings.filter(([, { description = '' }]) => description === '').map(([name]) => name);
      expect(untold, `${type}: settings without a description`).toEqual([]);
    }
  });

  it('is for admins of everything alone', async () => {
    const { send, get, adminOf } = await setUp();
    await send('POST', '/api/v1/channels', SLACK);
    const some = await adminOf([{ cluster: null, namespaces: ['shop'] }]);
    const asked = [
      some.send('POST', '/api/v1/channels', { ...SLACK, name: 'other' }),
      some.send('PUT', '/api/v1/channels/team', { settings: {} }),
      some.send('DELETE', '/api/v1/channels/team', ''),
      some.get('/api/v1/channels/team'),
    ];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await get('/api/v1/channels/team')).status).toBe(200);
  });
});

describe('a change of a channel', () => {
  it('keeps what is secret and left out, and works at once', async () => {
    const endpoint = await listening();
    const { send, tryOut } = await setUp(HERE);
    const settings = { url: endpoint.url, headers: { authorization: 'Bearer kept' } };
    await send('POST', '/api/v1/channels', { type: 'webhook', name: 'new', settings });
    const changed = await send('PUT', '/api/v1/channels/new', { settings: { format: 'tattle' } });
    expect(changed.json).toMatchObject({ settings: { format: 'tattle' }, secretsSet: ['url', 'headers'] });
    await tryOut('new');
    expect(endpoint.received.at(-1)?.headers.authorization).toBe('Bearer kept');
    expect((await send('PUT', '/api/v1/channels/new', { settings: { headers: null } })).json.secretsSet).toEqual([
      'url',
    ]);
    await tryOut('new');
    expect(endpoint.received.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('hands no kept secret to another server', async () => {
    const thief = await listening();
    const { send, tryOut } = await setUp(HERE);
    await send('POST', '/api/v1/channels', SLACK);
    const stolen = await send('PUT', '/api/v1/channels/team', {
      settings: { channel: 'C1', baseUrl: `${thief.url}api` },
    });
    expect(stolen).toMatchObject({ status: 400 });
    expect(stolen.json.errors.map(({ path }: { path: string }) => path)).toContain('settings.botToken');
    expect(thief.received).toEqual([]);
    expect(await tryOut('team')).not.toMatchObject({ status: 'delivered' });
    expect(thief.received).toEqual([]);
  });

  it('is for the channel that was seen, where If-Match says so', async () => {
    const { send, get } = await setUp();
    const made = await send('POST', '/api/v1/channels', SLACK);
    const first = String(made.headers.etag);
    const wish = { settings: { channel: 'C2' } };
    const put = (tag: string) => send('PUT', '/api/v1/channels/team', wish, { 'if-match': tag });
    const changed = await put(first);
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(first);
    expect((await get('/api/v1/channels/team')).headers.etag).toBe(changed.headers.etag);
    expect((await put(first)).status).toBe(412);
    expect((await send('DELETE', '/api/v1/channels/team', '', { 'if-match': first })).status).toBe(412);
    expect((await put('*')).status).toBe(200);
    // The same name again is another channel.
    await send('DELETE', '/api/v1/channels/team', '');
    await send('POST', '/api/v1/channels', SLACK);
    expect((await put(first)).status).toBe(412);
  });

  it('lets one of many at once win, and loses none in silence', async () => {
    const { store, send, get, ...one } = await setUp();
    const two = await startReplica(store);
    await send('POST', '/api/v1/channels', SLACK);
    const tag = String((await get('/api/v1/channels/team')).headers.etag);
    const puts = [one, two, one, two].map((replica, i) =>
      replica.changes.change(
        { name: 'team', settings: { channel: `C${i}` } },
        'ann',
        (version) => `"${version}"` === tag,
      ),
    );
    const kinds = (await Promise.all(puts)).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['done', 'stale', 'stale', 'stale']);
    const free = [one, two, one, two].map((replica, i) =>
      replica.changes.change({ name: 'team', settings: { channel: `D${i}` } }, 'ann', () => true),
    );
    expect((await Promise.all(free)).map(({ kind }) => kind)).toEqual(Array(4).fill('done'));
    expect((await store.audit.entries({ actions: ['channel.change'], limit: 20 })).items).toHaveLength(5);
  });

  it('switches a channel that was off on again', async () => {
    const endpoint = await listening();
    endpoint.answer = answers.status(410);
    const { send, get, tryOut } = await setUp(HERE);
    await send('POST', '/api/v1/channels', hook('new', endpoint.url));
    expect(await tryOut('new')).toMatchObject({ status: 'disabled' });
    const state = async () => (await get('/api/v1/channels')).json.items[0].state;
    expect(await state()).toBe('off');
    endpoint.answer = answers.status(204);
    await send('PUT', '/api/v1/channels/new', { settings: {} });
    expect(await state()).toBe('ready');
    expect(await tryOut('new')).toMatchObject({ status: 'delivered' });
  });

  it('removes it, with what was on its way; not while a route tells it', async () => {
    const routes = new Set(['night']);
    const { store, send, get, deliveriesRunner } = await setUp({ routesTo: () => [...routes] });
    await send('POST', '/api/v1/channels', SLACK);
    expect(await send('DELETE', '/api/v1/channels/team', '')).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining('night') },
    });
    routes.clear();
    const { delivery } = (await send('POST', '/api/v1/channels/team/test', {})).json;
    expect((await send('DELETE', '/api/v1/channels/team', '')).status).toBe(200);
    await deliveriesRunner.drain(new AbortController().signal);
    const [ended] = (await store.outbox.deliveries({ ids: [delivery], limit: 1 })).items;
    expect(ended).toMatchObject({ status: 'dead', lastError: expect.stringContaining('no channel is named team') });
    expect((await get('/api/v1/channels/team')).status).toBe(404);
    expect((await send('DELETE', '/api/v1/channels/team', '')).status).toBe(404);
    expect((await send('POST', '/api/v1/channels/team/test', {})).status).toBe(404);
  });
});

describe('two replicas over one store', () => {
  async function pair() {
    const store = await open({ now: NOW });
    const [one, two] = [await startReplica(store, HERE), await startReplica(await store.reopen(), HERE)];
    const stop = new AbortController();
    const following = [one, two].map(({ live }) => live.follow(stop.signal));
    onTestFinished(async () => {
      stop.abort();
      await Promise.all(following);
    });
    // Until both listen.
    await sleep(300);
    return { store, one, two };
  }
  const soon = async (isSo: () => boolean) => {
    for (let waited = 0; !isSo() && waited < 1000; waited += 20) await sleep(20);
    expect(isSo()).toBe(true);
  };

  it('have the same channels within a second, and keep those that nobody touched', async () => {
    const { one, two } = await pair();
    await one.send('POST', '/api/v1/channels', SLACK);
    await soon(() => two.live.has('team'));
    const before = two.live.all();
    await one.send('POST', '/api/v1/channels', { ...SLACK, name: 'other' });
    await soon(() => two.live.has('other'));
    for (const channel of before) expect(two.live.all()).toContain(channel);
    await one.send('PUT', '/api/v1/channels/team', { settings: { channel: 'C2' } });
    const changed = () => two.live.all().find(({ name }) => name === 'team');
    await soon(() => changed() !== before.find(({ name }) => name === 'team'));
    await two.send('DELETE', '/api/v1/channels/team', '');
    await soon(() => !one.live.has('team'));
  });

  it('give up nothing that is for a channel which the other has just added', async () => {
    const endpoint = await listening();
    const store = await open({ now: NOW });
    const [one, two] = [await startReplica(store, HERE), await startReplica(await store.reopen(), HERE)];
    await one.send('POST', '/api/v1/channels', hook('new', endpoint.url));
    const { delivery } = (await one.send('POST', '/api/v1/channels/new/test', {})).json;
    // It has heard of nothing yet, and is first.
    await two.deliveriesRunner.drain(new AbortController().signal);
    expect((await store.outbox.deliveries({ ids: [delivery], limit: 1 })).items).toMatchObject([
      { status: 'delivered' },
    ]);
  });

  it('agree on which channel is off, and on again after a change', async () => {
    const endpoint = await listening();
    endpoint.answer = answers.status(410);
    const { one, two } = await pair();
    await one.send('POST', '/api/v1/channels', hook('new', endpoint.url));
    await one.tryOut('new');
    await soon(() => two.switches.board.isOff('new'));
    await two.send('PUT', '/api/v1/channels/new', { settings: {} });
    await soon(() => !one.switches.board.isOff('new'));
    expect(two.switches.board.isOff('new')).toBe(false);
  });
});

describe('with another key', () => {
  it('a channel is broken, says how to mend it, and breaks nothing else; what it was to tell waits', async () => {
    const endpoint = await listening();
    const { store, send } = await setUp(HERE);
    await send('POST', '/api/v1/channels', hook('old', endpoint.url));
    const other = await startReplica(store, { ...HERE, secretKey: secretKeyOf(newKeyText(), '') });
    await other.send('POST', '/api/v1/channels', hook('new', endpoint.url));
    const items = (await other.get('/api/v1/channels')).json.items as readonly Record<string, unknown>[];
    expect(items.map(({ name, broken }) => [name, broken === null])).toEqual([
      ['new', true],
      ['old', false],
      ['own', true],
    ]);
    expect(String(items[1]?.['broken'])).toMatch(/another key.*TATTLE_SECRET_KEY/);
    expect(await other.tryOut('new')).toMatchObject({ status: 'delivered' });
    const waiting = await other.tryOut('old');
    expect(waiting).toMatchObject({ status: 'pending', lastError: expect.stringContaining('TATTLE_SECRET_KEY') });
    expect((await other.get('/api/v1/channels/old')).json).toMatchObject({ secretsSet: ['url'] });
    // Whoever enters the secrets again has mended it.
    expect((await other.send('PUT', '/api/v1/channels/old', { settings: {} })).status).toBe(400);
    const mended = await other.send('PUT', '/api/v1/channels/old', { settings: { url: endpoint.url } });
    expect(mended.json).toMatchObject({ broken: null });
    expect(await other.tryOut('old')).toMatchObject({ status: 'delivered' });
  });

  it('no key is made while nothing has to be sealed, and none over a key that is gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tattle-key-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { store, send } = await setUp();
    await send('POST', '/api/v1/channels', SLACK);
    const key = secretKeyOf(undefined, folder);
    const restored = await startReplica(store, { secretKey: key });
    expect(restored.live.about('team').broken).toContain('secret.key');
    expect(await key.read()).toEqual({ kind: 'none' });
  });
});

it.each([
  ['its settings', `settings = replace(settings, 'C1', 'C2')`],
  ['its secrets', `sealed = left(sealed, length(sealed) - 4) || 'AAAA'`],
  ['its type', `type = 'discord'`],
  ['its name', `name = 'renamed'`],
  ['its settings to nonsense', `settings = '[}'`],
  ['its settings to null', `settings = 'null'`],
])('whoever changes %s in the database has a broken channel, not one that leads elsewhere', async (_, change) => {
  const { store, send, live, lines } = await setUp();
  await send('POST', '/api/v1/channels', SLACK);
  const client = new pg.Client(store.url);
  await client.connect();
  await client.query(`UPDATE channels SET ${change}`);
  await client.end();
  await live.load();
  const [found] = live.all().filter(({ name }) => name !== 'own');
  expect(live.about(found?.name ?? '').broken).toContain('somebody changed it in the database');
  expect(lines.join()).not.toContain(SECRETS[0]);
  expect((await send('DELETE', `/api/v1/channels/${found?.name ?? ''}`, '')).status).toBe(200);
});

async function rowsOf(url: string): Promise<unknown> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('SELECT * FROM channels');
  expect(rows).toHaveLength(1);
  await client.end();
  return rows;
}
