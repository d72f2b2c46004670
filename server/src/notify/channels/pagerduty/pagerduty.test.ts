import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../model/delivery.ts';
import { attempt, channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { answers, faultyEndpoint, type Received } from '../../testing/faulty-endpoint.ts';
import { aNotice, anIncident, noticesOfEveryKind } from '../../testing/notices.ts';
import { pagerduty } from './pagerduty.ts';
import { pagerdutySettings } from './settings.ts';

const SECRET = 'r0ut1ngKeyOfTheService12345';
const settings = (url: string, more: object = {}) => ({
  type: 'pagerduty',
  name: 'pager',
  url: new URL('/v2/enqueue', url).href,
  routingKey: SECRET,
  timeoutSeconds: 1,
  ...more,
});
const accepted = answers.json({ status: 'success', message: 'Event processed', dedup_key: 'inc_1' }, 202);
const fieldsOf = ({ body }: Received) => JSON.parse(body) as Record<string, unknown>;

channelContract('pagerduty', {
  wantsAcknowledgements: true,
  type: pagerduty,
  settings,
  secret: SECRET,
  accept: accepted,
  verify: (received) => {
    expect(received.path).toBe('/v2/enqueue');
    expect(fieldsOf(received)).toMatchObject({
      routing_key: SECRET,
      dedup_key: expect.stringMatching(/^[\w.-]{1,255}$/),
    });
  },
  previewed: (received) => {
    const { routing_key: _secret, ...shown } = fieldsOf(received);
    return JSON.stringify(shown);
  },
  assertHarmless: (received) => {
    const { payload, client_url: url } = fieldsOf(received) as {
      payload: { summary: string; source: string; severity: string };
      client_url: string;
    };
    expect(payload.summary.length).toBeLessThanOrEqual(1024);
    expect(payload.summary).not.toBe('');
    expect(payload.source).not.toBe('');
    expect(payload.severity).toMatch(/^(critical|error|warning|info)$/);
    expect(url).toMatch(/^https:\/\/tattle\.example\//);
    // PagerDuty takes 512 KB.
    expect(received.body.length).toBeLessThan(500_000);
  },
  answers: [
    {
      name: 'an invalid event',
      answer: answers.json({ status: 'invalid event', message: 'Event object is invalid', errors: [SECRET] }, 400),
      means: { kind: 'failed', error: expect.stringContaining('routingKey') },
    },
  ],
  silentAbout: ['digest'],
});

describe('pagerduty', () => {
  async function sendAll(notice: Notice, answer = accepted): Promise<readonly Record<string, unknown>[]> {
    const endpoint = await faultyEndpoint(answer);
    try {
      await attempt(pagerduty.create(settings(endpoint.url), trustedContext()), notice, { secret: SECRET });
      return endpoint.received.map(fieldsOf);
    } finally {
      await endpoint.close();
    }
  }

  async function send(notice: Notice): Promise<Record<string, unknown>> {
    const [received] = await sendAll(notice);
    if (received === undefined) throw new Error('nothing came');
    return received;
  }

  it.each([
    ['opened', 'trigger'],
    ['worse', 'trigger'],
    ['diagnosed', 'trigger'],
    ['escalated', 'trigger'],
    ['acknowledged', 'acknowledge'],
    ['resolved', 'resolve'],
  ])('of an incident that is told %s, makes a %s of its alert', async (kind, action) => {
    const notice = noticesOfEveryKind()[kind] ?? aNotice();
    expect(await send(notice)).toMatchObject({ event_action: action, dedup_key: 'inc_1' });
  });

  it('follows an acknowledgement, and pages anew when it got worse all the same', async () => {
    const incident = anIncident({ state: 'acknowledged' });
    expect(await send(aNotice({ kind: 'diagnosed', incident }))).toMatchObject({ event_action: 'acknowledge' });
    const worse = await sendAll(aNotice({ kind: 'worse', incident }));
    expect(worse.map((event) => event['event_action'])).toEqual(['trigger']);
  });

  it('acknowledges at once what is told for the first time while somebody looks at it', async () => {
    const notice = aNotice({ incident: anIncident({ state: 'acknowledged' }), acknowledgedBy: 'ana' });
    const events = await sendAll(notice);
    expect(events).toMatchObject([
      { event_action: 'trigger', dedup_key: 'inc_1' },
      { event_action: 'acknowledge', dedup_key: 'inc_1' },
    ]);
    const { body } = pagerduty.create(settings('http://127.0.0.1:9'), trustedContext()).preview(notice);
    expect(JSON.parse(body)).toHaveLength(2);
    // What was not triggered cannot be acknowledged: it is tried again from the start.
    expect(await sendAll(notice, answers.status(500))).toHaveLength(1);
  });

  it('maps severities, and makes a test an alert of its own that wakes nobody', async () => {
    const severity = (of: 'critical' | 'high' | 'medium' | 'low') =>
      send(aNotice({ incident: anIncident({ severity: of }) }));
    expect(await severity('critical')).toMatchObject({ payload: { severity: 'critical' } });
    expect(await severity('high')).toMatchObject({ payload: { severity: 'error' } });
    expect(await severity('medium')).toMatchObject({ payload: { severity: 'warning' } });
    expect(await severity('low')).toMatchObject({ payload: { severity: 'info' } });
    const test = await send(aNotice({ kind: 'test' }));
    expect(test).toMatchObject({ dedup_key: aNotice().id, payload: { severity: 'info' } });
  });

  it('refuses a key that is none', () => {
    const parsed = pagerdutySettings.safeParse({ type: 'pagerduty', name: 'pager', routingKey: 'u+key' });
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['routingKey']);
  });
});
