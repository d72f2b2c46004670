import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../model/delivery.ts';
import { attempt, channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { answers, faultyEndpoint, type Received } from '../../testing/faulty-endpoint.ts';
import { aNotice, anIncident, noticesOfEveryKind } from '../../testing/notices.ts';
import { opsgenie } from './opsgenie.ts';

const SECRET = 'k3yOfTheInt3gration';
const settings = (url: string, more: object = {}) => ({
  type: 'opsgenie',
  name: 'genie',
  url: new URL(url).origin,
  apiKey: SECRET,
  timeoutSeconds: 1,
  ...more,
});
const accepted = answers.json({ result: 'Request will be processed', took: 0.3, requestId: 'r1' }, 202);
const fieldsOf = ({ body }: Received) => JSON.parse(body) as Record<string, string | undefined>;

channelContract('opsgenie', {
  wantsAcknowledgements: true,
  type: opsgenie,
  settings,
  secret: SECRET,
  accept: accepted,
  verify: ({ headers, path }) => {
    expect(headers.authorization).toBe(`GenieKey ${SECRET}`);
    expect(path).toMatch(/^\/v2\/alerts(\/inc_1\/(close|notes|acknowledge)\?identifierType=alias)?$/);
  },
  assertHarmless: (received) => {
    const { message, description, note, alias } = fieldsOf(received);
    if (message === undefined) {
      expect(String(note).length).toBeLessThanOrEqual(15_000);
      return;
    }
    expect(String(message).length).toBeLessThanOrEqual(130);
    expect(message).not.toBe('');
    expect(String(description).length).toBeLessThanOrEqual(15_000);
    expect(alias).toBe('inc_1');
  },
  answers: [
    {
      name: 'a key that may not create alerts',
      answer: answers.json({ message: 'You are not authorized', took: 0, requestId: 'r' }, 403),
      means: { kind: 'retry', error: expect.stringContaining('API integration') },
    },
  ],
  silentAbout: ['digest'],
});

describe('opsgenie', () => {
  async function sendAll(notice: Notice, more: object = {}): Promise<readonly Received[]> {
    const endpoint = await faultyEndpoint(accepted);
    try {
      await attempt(opsgenie.create(settings(endpoint.url, more), trustedContext()), notice, { secret: SECRET });
      return [...endpoint.received];
    } finally {
      await endpoint.close();
    }
  }

  async function send(notice: Notice, more: object = {}): Promise<Received> {
    const [received] = await sendAll(notice, more);
    if (received === undefined) throw new Error('nothing came');
    return received;
  }

  it.each([
    ['opened', '/v2/alerts'],
    ['worse', '/v2/alerts'],
    ['escalated', '/v2/alerts'],
    ['diagnosed', '/v2/alerts/inc_1/notes?identifierType=alias'],
    ['acknowledged', '/v2/alerts/inc_1/acknowledge?identifierType=alias'],
    ['resolved', '/v2/alerts/inc_1/close?identifierType=alias'],
  ])('tells %s to %s', async (kind, path) => {
    expect((await send(noticesOfEveryKind()[kind] ?? aNotice())).path).toBe(path);
  });

  it('says who acknowledged it, and acknowledges at once what is told while somebody looks at it', async () => {
    const incident = anIncident({ state: 'acknowledged' });
    const of = (kind: 'opened' | 'worse' | 'acknowledged', acknowledgedBy = 'ana') =>
      sendAll(aNotice({ kind, incident, acknowledgedBy }));
    const [acknowledged] = await of('acknowledged', `ana ${'a'.repeat(200)}`);
    expect(acknowledged === undefined ? '' : fieldsOf(acknowledged).user).toMatch(/^ana a{95}…$/);
    const acts = (await of('opened')).map(({ path, body }) => [
      path.split(/[/?]/)[4] ?? 'create',
      JSON.parse(body).user,
    ]);
    expect(acts).toEqual([
      ['create', undefined],
      ['acknowledge', 'ana'],
    ]);
    expect(await of('worse')).toHaveLength(1);
  });

  it('gives the priority of the severity, and P5 to a test, which is an alert of its own', async () => {
    const critical = await send(aNotice({ incident: anIncident({ severity: 'critical' }) }));
    expect(fieldsOf(critical)).toMatchObject({ priority: 'P1', alias: 'inc_1', tags: ['tattle', 'critical'] });
    expect(fieldsOf(await send(aNotice({ kind: 'test' })))).toMatchObject({ priority: 'P5', alias: aNotice().id });
  });

  it('puts an id into the path that could lead elsewhere as its hash', async () => {
    const { path } = await send(aNotice({ kind: 'resolved', incident: anIncident({ id: '../../x?y=' }) }));
    expect(path).toMatch(/^\/v2\/alerts\/[0-9a-f]{32}\/close\?identifierType=alias$/);
  });
});
