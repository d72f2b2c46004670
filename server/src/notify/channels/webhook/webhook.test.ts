import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../kit/clock.ts';
import type { Notice } from '../../../model/delivery.ts';
import { channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { type FaultyEndpoint, faultyEndpoint, type Received } from '../../testing/faulty-endpoint.ts';
import { aDigest, aNotice, anIncident, someAlso, someEvidence } from '../../testing/notices.ts';
import { eventBody } from '../../body/event-body.ts';
import { webhookSettings } from './settings.ts';
import { tattleBody } from '../../body/tattle-body.ts';
import { webhook } from './webhook.ts';

const secret = (fill: string) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;
const NEW = secret('n');
const OLD = secret('o');

/** Written from the standard, not from the code under test. */
function verify(received: Received, whsec: string): void {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = received.headers;
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
  const key = Buffer.from(whsec.slice('whsec_'.length), 'base64');
  const wanted = createHmac('sha256', key)
    .update(`${String(id)}.${String(timestamp)}.${received.body}`)
    .digest('base64');
  expect(String(signatures).split(' ')).toContain(`v1,${wanted}`);
}

const webhookTo = (url: string, more: object = {}) => ({ type: 'webhook', name: 'ops', url, secrets: [NEW], ...more });

channelContract('webhook', {
  wantsAcknowledgements: true,
  type: webhook,
  settings: (url) => webhookTo(url, { timeoutSeconds: 1 }),
  secret: 'T0k3nInThePath',
  verify: (received) => verify(received, NEW),
  identity: ({ headers }) => String(headers['webhook-id']),
  // A machine reads it: text is as it was, within JSON, and the headers hold none of it.
  assertHarmless: ({ headers, body }, text) => {
    expect(Object.keys(JSON.parse(body) as object)).toContain('timestamp');
    if (text.length > 2) expect(JSON.stringify(headers)).not.toContain(text);
  },
});

describe('a webhook', () => {
  const endpoints: FaultyEndpoint[] = [];
  afterEach(async () => {
    await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
  });

  async function send(more: object, notice: Notice = aNotice(), number = 1): Promise<Received> {
    const endpoint = await faultyEndpoint();
    endpoints.push(endpoint);
    const channel = webhook.create(webhookTo(endpoint.url, more), trustedContext());
    const attempt = { deliveryId: 'd', number, at: systemClock.now(), receipt: null };
    await channel.deliver(notice, attempt, new AbortController().signal);
    const [received] = endpoint.received;
    if (received === undefined) throw new Error('nothing came');
    return received;
  }

  it('signs with both secrets while one is being rotated', async () => {
    const received = await send({ secrets: [NEW, OLD] });
    verify(received, NEW);
    verify(received, OLD);
  });

  it('sends its headers, JSON, and no signature without a secret', async () => {
    const { headers, body } = await send({ secrets: [], headers: { Authorization: 'Bearer abc' } });
    expect(headers).toMatchObject({ authorization: 'Bearer abc', 'content-type': 'application/json' });
    expect(headers).toHaveProperty('webhook-id');
    expect(headers).not.toHaveProperty('webhook-signature');
    expect(JSON.parse(body)).toHaveProperty('event_uid');
  });

  it('sends text that no encoder likes', async () => {
    const incident = anIncident({ title: '\ud800 <script> \u0000 \u202e', openedAt: 1e18 });
    const { body } = await send({}, aNotice({ incident, event: null }));
    expect(JSON.parse(body)).toMatchObject({ event: { first_timestamp: '9999-12-31T23:59:59.999Z' } });
  });

  it.each([
    ['event', 'event-body', aNotice()],
    ['tattle', 'tattle-body', aNotice()],
    ['event', 'digest-body', aDigest()],
    ['tattle', 'digest-body', aDigest()],
  ])('sends in the format %s what the fixture %s holds', async (format, fixture, notice) => {
    const { body } = await send({ format }, notice);
    const file = new URL(`./fixtures/${fixture}.json`, import.meta.url);
    expect(JSON.parse(body)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it.each(['event', 'tattle'])(
    'names the incidents that were grouped, with their pages, in the %s body',
    async (format) => {
      const { body } = await send({ format }, aNotice({ also: someAlso() }));
      expect(JSON.parse(body)).toMatchObject({
        incident: { id: 'inc_1', url: 'https://tattle.example/incidents/inc_1' },
        also: [
          { id: 'inc_2', notice: 'opened', url: 'https://tattle.example/incidents/inc_2' },
          { id: 'inc_3', notice: 'worse' },
        ],
      });
    },
  );
});

describe("the webhook's bodies", () => {
  const noLink = () => null;

  it('fall back on the incident when the event is gone', () => {
    const body = eventBody(aNotice({ event: null, evidence: [], partial: true }), noLink);
    expect(body).toMatchObject({ event_uid: 'event-uid-1', event: { reason: 'CrashLoopBackOff', count: 7 } });
    expect(body.context).toMatchObject({ pod_spec: null, container_statuses: [], recent_logs: '', partial: true });
  });

  it('put the previous run of a container before the current one, and say why a log is missing', () => {
    const evidence = [someEvidence('log', 'now'), someEvidence('previous-log', '', { error: 'not found' })];
    expect(eventBody(aNotice({ evidence }), noLink).context.recent_logs).toBe(
      '==> shop/cart-7d9c5-abcde/cart (previous) <==\n(not available: not found)\n==> shop/cart-7d9c5-abcde/cart <==\nnow',
    );
  });

  it('pass evidence on that is no JSON', () => {
    const evidence = [someEvidence('node', '{cut'), someEvidence('status', 'null')];
    expect(eventBody(aNotice({ evidence }), noLink).context).toMatchObject({ node: '{cut', container_statuses: [] });
    expect(tattleBody(aNotice({ evidence }), noLink)).toMatchObject({ evidence: [{ content: '{cut' }, {}] });
  });
});

describe("the webhook's settings", () => {
  const problems = (more: object) => {
    const parsed = webhookSettings.safeParse(webhookTo('https://example.com/hook', more));
    return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
  };

  it('take a URL, up to two secrets and headers', () => {
    expect(problems({ secrets: [NEW, OLD], headers: { Authorization: 'Basic eDp5' } })).toEqual([]);
  });

  it.each([
    ['url', { url: 'ftp://example.com' }],
    ['url', { url: 'https://user:pass@example.com' }],
    ['secrets.0', { secrets: ['abc'] }],
    ['secrets.0', { secrets: ['whsec_c2hvcnQ='] }],
    ['secrets.0', { secrets: [`whsec_${Buffer.alloc(65).toString('base64')}`] }],
    ['secrets', { secrets: [NEW, NEW, NEW] }],
    ['headers.webhook-id', { headers: { 'webhook-id': 'x' } }],
    ['headers.Host', { headers: { Host: 'x' } }],
    ['headers.x', { headers: { x: 'a\r\nb: c' } }],
    ['name', { name: 'Ops Team' }],
    ['timeoutSeconds', { timeoutSeconds: 3600 }],
  ])('refuse a wrong %s', (path, more) => {
    expect(problems(more)).toContain(path);
  });
});
