import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../model/delivery.ts';
import { attempt, channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { answers, faultyEndpoint, type Received } from '../../testing/faulty-endpoint.ts';
import { aNotice, anIncident, noticesOfEveryKind } from '../../testing/notices.ts';
import { ntfy } from './ntfy.ts';
import { ntfySettings, topicOf } from './settings.ts';

const SECRET = 'tk_0fTheT0pic';
const settings = (url: string, more: object = {}) => ({ type: 'ntfy', name: 'phone', url, timeoutSeconds: 1, ...more });
const accepted = answers.json({ id: 'sPs71M8A2T', time: 1643935928, event: 'message', topic: 'ops' });
const fieldsOf = ({ body }: Received) => JSON.parse(body) as Record<string, unknown>;

channelContract('ntfy', {
  type: ntfy,
  settings: (url) => settings(`${new URL(url).origin}/ops`, { token: SECRET }),
  secret: SECRET,
  accept: accepted,
  verify: ({ headers, path, method }) => {
    expect([method, path, headers.authorization]).toEqual(['POST', '/', `Bearer ${SECRET}`]);
  },
  previewed: (received) => {
    const { topic: _, ...rest } = fieldsOf(received);
    return JSON.stringify(rest);
  },
  assertHarmless: (received) => {
    const { message, title, topic, click, markdown } = fieldsOf(received);
    expect(Buffer.byteLength(String(message))).toBeLessThanOrEqual(4096);
    expect(String(message)).not.toBe('');
    expect(String(title).length).toBeLessThanOrEqual(250);
    expect(title).not.toMatch(/\n/);
    expect([topic, markdown]).toEqual(['ops', undefined]);
    if (click !== undefined) expect(click).toMatch(/^https:\/\/tattle\.example\//);
  },
});

describe('ntfy', () => {
  async function send(notice: Notice, more: object = {}): Promise<Received> {
    const endpoint = await faultyEndpoint(accepted);
    try {
      const channel = ntfy.create(settings(`${endpoint.url}ops`, more), trustedContext());
      expect(await attempt(channel, notice, { secret: SECRET })).toMatchObject({ kind: 'delivered' });
      const [received] = endpoint.received;
      if (received === undefined) throw new Error('nothing came');
      return received;
    } finally {
      await endpoint.close();
    }
  }

  it('rings by severity, and is silent when it is over', async () => {
    const priority = async (notice: Notice) => fieldsOf(await send(notice)).priority;
    expect(await priority(aNotice({ incident: anIncident({ severity: 'critical' }) }))).toBe(5);
    expect(await priority(aNotice({ incident: anIncident({ severity: 'low' }) }))).toBe(2);
    expect(await priority(aNotice({ kind: 'resolved', incident: anIncident({ severity: 'critical' }) }))).toBe(2);
  });

  it('changes the notification in silence, and makes a new one where somebody has to look', async () => {
    const kinds = noticesOfEveryKind();
    const sequences: Record<string, unknown> = {};
    for (const kind of ['opened', 'diagnosed', 'resolved', 'worse', 'escalated', 'grouped', 'digest']) {
      const notice = kinds[kind];
      if (notice === undefined) throw new Error(kind);
      sequences[kind] = (await send(notice)).headers['x-sequence-id'];
    }
    const { opened, diagnosed, resolved, ...others } = sequences;
    expect(opened).toMatch(/^[0-9a-f]{32}$/);
    expect([diagnosed, resolved]).toEqual([opened, opened]);
    expect(Object.values(others)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([{ url: 'https://ntfy.sh/hard-to-guess' }, { url: 'https://ntfy.sh', topic: 'hard-to-guess' }])(
    'previews without the topic of %o: whoever knows it reads along',
    (place) => {
      const channel = ntfy.create({ type: 'ntfy', name: 'phone', ...place }, trustedContext());
      const { body } = channel.preview(aNotice());
      expect(JSON.parse(body)).toHaveProperty('message');
      expect(body).not.toContain('hard-to-guess');
    },
  );

  it('says user and password where there is no token, whatever letters they have', async () => {
    const { headers } = await send(aNotice(), { user: 'jürgen', password: 'pä:ß' });
    expect(headers.authorization).toBe(`Basic ${Buffer.from('jürgen:pä:ß').toString('base64')}`);
  });

  it('says what its templates say', async () => {
    const received = await send(aNotice(), { title: '{{ incident.severity }}: ü', text: '{{ message.why }}' });
    expect(fieldsOf(received)).toMatchObject({
      title: 'high: ü',
      message: 'Back-off restarting failed container cart',
    });
  });

  it('finds the topic in the url, or beside it', () => {
    expect(topicOf({ url: 'https://ntfy.sh/ops' })).toEqual({ root: 'https://ntfy.sh/', topic: 'ops' });
    expect(topicOf({ url: 'https://home.example/ntfy/ops/' })).toEqual({
      root: 'https://home.example/ntfy/',
      topic: 'ops',
    });
    expect(topicOf({ url: 'https://ntfy.sh', topic: 'ops' })).toEqual({ root: 'https://ntfy.sh/', topic: 'ops' });
    expect(topicOf({ url: 'https://ntfy.sh/' })).toBeNull();
  });

  it.each([
    ['url', { url: 'https://ntfy.sh/' }],
    ['url', { url: 'https://ntfy.sh/a%20b' }],
    ['topic', { topic: 'a/b' }],
    ['password', { user: 'u' }],
    ['token', { token: 'tk_x', user: 'u', password: 'p' }],
    ['token', { token: 'a b' }],
  ])('refuses a wrong %s', (path, more) => {
    const parsed = ntfySettings.safeParse(settings('https://ntfy.sh/ops', more));
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
