/** Attacks by the API: a channel that somebody adds reaches nothing inside, unless the operator's allow-list says so. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Resolve } from '../../kit/guarded-address.ts';
import { answers, faultyEndpoint } from '../../notify/testing/faulty-endpoint.ts';
import { testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { type ReplicaOptions, startReplica } from './testing/replica.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

async function setUp(options: ReplicaOptions = {}) {
  const endpoint = await faultyEndpoint(answers.json({ ok: true }));
  onTestFinished(() => endpoint.close());
  const replica = await startReplica(await open({ now: Date.UTC(2026, 2, 10) }), options);
  let added = 0;
  /** Adds a channel of these settings and sends it a test message, as the button does. */
  const attack = async (type: string, settings: object) => {
    const name = `attack-${(added += 1)}`;
    const made = await replica.send('POST', '/api/v1/channels', { type, name, settings });
    expect(made.text).toContain(name);
    return replica.tryOut(name);
  };
  return { ...replica, endpoint, attack };
}

/** By kind, with the inside target `host:port`. */
const ATTACKS: Readonly<Record<string, (target: string) => object>> = {
  webhook: (target) => ({ url: `http://${target}/` }),
  n8n: (target) => ({ url: `http://${target}/webhook/x` }),
  slack: (target) => ({ botToken: 'x', channel: 'C1', baseUrl: `http://${target}/api` }),
  discord: (target) => ({ webhookUrl: `http://${target}/api/webhooks/1/x` }),
  teams: (target) => ({ webhookUrl: `http://${target}/x` }),
  telegram: (target) => ({ botToken: '123456:abcdefghijk', chatId: '1', baseUrl: `http://${target}` }),
  ntfy: (target) => ({ url: `http://${target}/ops` }),
  pagerduty: (target) => ({ routingKey: 'r'.repeat(32), url: `http://${target}/` }),
  opsgenie: (target) => ({ apiKey: 'k', url: `http://${target}` }),
  alertmanager: (target) => ({ urls: [`http://${target}`] }),
  email: (target) => ({
    url: `smtp://${target}`,
    security: 'none',
    timeoutSeconds: 1,
    from: 'a@x.example',
    to: ['b@x.example'],
  }),
};

describe.each(Object.entries(ATTACKS))('%s', (type, settings) => {
  it('reaches neither this machine nor the metadata of a cloud', async () => {
    const { attack, endpoint } = await setUp();
    for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', '169.254.169.254', '10.0.0.1']) {
      const ended = await attack(type, settings(`${host}:${endpoint.port}`));
      expect(ended, host).toMatchObject({ status: 'dead', lastError: expect.stringContaining('allow-list') });
      expect(ended?.lastError).not.toContain(host);
    }
    expect(endpoint.received).toEqual([]);
  });

  it('reaches what the operator allows', async () => {
    const { attack, endpoint } = await setUp({ allow: ['127.0.0.1'] });
    const ended = await attack(type, settings(`127.0.0.1:${endpoint.port}`));
    // No mail server is there, which has to be found out by connecting.
    if (type === 'email') expect(ended?.lastError).not.toContain('allow-list');
    else expect(endpoint.received.length).toBeGreaterThan(0);
  });
});

const leadsTo =
  (...addresses: readonly string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: 4 }));

it('a name that leads inside is refused, also where only one of its addresses does', async () => {
  for (const resolve of [leadsTo('127.0.0.1'), leadsTo('93.184.216.34', '127.0.0.1')]) {
    const { attack, endpoint } = await setUp({ resolve });
    const ended = await attack('webhook', { url: `http://rebinding.example:${endpoint.port}/` });
    expect(ended).toMatchObject({ status: 'pending', lastError: expect.stringContaining('allow-list') });
    expect(endpoint.received).toEqual([]);
  }
});

it('a name that changes its mind between the look and the connection gets nowhere', async () => {
  let asked = 0;
  const resolve: Resolve = async () => [{ address: (asked += 1) === 1 ? '192.0.2.1' : '127.0.0.1', family: 4 }];
  const { attack, endpoint } = await setUp({ resolve, allow: ['192.0.2.1'] });
  await attack('webhook', { url: `http://rebinding.example:${endpoint.port}/`, timeoutSeconds: 1 });
  expect(asked).toBe(1);
  expect(endpoint.received).toEqual([]);
});

it('a redirect to the inside is not followed', async () => {
  const outside = await faultyEndpoint();
  onTestFinished(() => outside.close());
  const { attack, endpoint } = await setUp({ allow: ['127.0.0.1/32'] });
  outside.answer = answers.status(307, { location: endpoint.url });
  const ended = await attack('webhook', { url: outside.url });
  expect(ended).toMatchObject({ status: 'pending', lastStatusCode: 307 });
  expect(endpoint.received).toEqual([]);
});

it('a channel that may reach one place inside reaches no other after a change', async () => {
  const { send, tryOut, endpoint } = await setUp({ allow: ['allowed.example'], resolve: leadsTo('127.0.0.1') });
  const target = (host: string) => ({ url: `http://${host}:${endpoint.port}/` });
  await send('POST', '/api/v1/channels', { type: 'webhook', name: 'hook', settings: target('allowed.example') });
  expect(await tryOut('hook')).toMatchObject({ status: 'delivered' });
  for (const host of ['127.0.0.1', 'other.example', 'x.allowed.example']) {
    await send('PUT', '/api/v1/channels/hook', { settings: target(host) });
    expect(await tryOut('hook'), host).not.toMatchObject({ status: 'delivered' });
  }
  expect(endpoint.received).toHaveLength(1);
});
