import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { type Answer, answers, type Received } from '../../testing/faulty-endpoint.ts';
import { keepsItsFixtures } from '../../testing/fixtures.ts';
import { hostileNotices } from '../../testing/hostile-notices.ts';
import { aDiagnosis, aNotice, noticesOfEveryKind } from '../../testing/notices.ts';
import { slackSettings } from './settings.ts';
import { slack } from './slack.ts';

const SECRET = 'xoxb-1234-T0k3n';
const message = z.looseObject({ text: z.string(), blocks: z.array(z.looseObject({ type: z.string() })) });
const bodyOf = ({ body }: Received) => JSON.parse(body) as Record<string, unknown>;

const throughWebhook = (url: string, more: object = {}) => ({ type: 'slack', name: 'ops', webhookUrl: url, ...more });
const throughApp = (url: string, more: object = {}) => ({
  type: 'slack',
  name: 'ops',
  botToken: SECRET,
  channel: 'C0123456789',
  baseUrl: new URL('/api/', url).href,
  ...more,
});

/** By the limits and the rules of escaping that Slack documents. */
function assertHarmless(received: Received): void {
  const { text, blocks, ...rest } = message.parse(bodyOf(received));
  expect(received.body.length).toBeLessThan(40_000);
  expect(text.length).toBeLessThan(4000);
  // Without a `<`, nothing is a mention or a link.
  expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
  expect(rest.link_names).toBe(false);
  if (received.path !== '/api/chat.update') expect(rest).toMatchObject({ unfurl_links: false, unfurl_media: false });
  expect(blocks.length).toBeLessThanOrEqual(50);
  let characters = 0;
  const limits: Readonly<Record<string, number>> = { header: 150, section: 3000, context: 2000 };
  const seen = (value: unknown, within: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const fields: Record<string, unknown> = { ...value };
    // Everything but the user's own template stands where Slack reads no markup.
    expect(['mrkdwn', 'user', 'usergroup', 'broadcast', 'emoji', 'channel']).not.toContain(fields.type);
    if (fields.type === 'link') expect(fields.url).toMatch(/^https:\/\/tattle\.example\/incidents\/[\w%.-]+$/);
    if (typeof fields.text === 'string') {
      expect(fields.text.trim()).not.toBe('');
      expect(fields.text.length).toBeLessThanOrEqual(limits[within] ?? 3000);
      characters += fields.text.length;
    }
    for (const inner of Object.values(fields)) seen(inner, within);
  };
  for (const block of blocks) seen(block, block.type);
  expect(characters).toBeLessThan(13_000);
}

let posted = 0;
const accept: Answer = (response, received) => {
  const { channel, ts } = bodyOf(received);
  posted += 1;
  answers.json({ ok: true, channel, ts: ts ?? `1700000000.${String(posted).padStart(6, '0')}` })(response, received);
};
const refusing = (error: string) => answers.json({ ok: false, error });

channelContract('slack through a webhook', {
  type: slack,
  settings: (url) => throughWebhook(url, { timeoutSeconds: 1 }),
  secret: SECRET,
  accept: (response) => response.writeHead(200).end('ok'),
  assertHarmless,
  answers: [
    {
      name: 'a removed webhook for something to mend',
      answer: (response) => response.writeHead(404).end('no_service'),
      means: { kind: 'failed', statusCode: 404, error: expect.stringContaining('make a new one') },
    },
    {
      name: 'an archived channel for a last word',
      answer: (response) => response.writeHead(410).end('channel_is_archived'),
      means: { kind: 'gone', statusCode: 410, error: expect.stringContaining('archived') },
    },
  ],
});

channelContract('slack through an app', {
  type: slack,
  settings: (url) => throughApp(url, { timeoutSeconds: 1 }),
  secret: SECRET,
  accept,
  verify: ({ headers, path }) => {
    expect(headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(path).toBe('/api/chat.postMessage');
  },
  assertHarmless,
  judgedByBody: true,
  answers: [
    ...['channel_not_found', 'invalid_auth', 'not_in_channel', 'account_inactive', 'is_archived', 'missing_scope'].map(
      (code) => ({
        name: `${code} for something to mend`,
        answer: refusing(code),
        means: { kind: 'failed', error: expect.stringMatching(new RegExp(`^Slack: ${code}: .{20}`)) },
      }),
    ),
    {
      name: 'a code that it does not know for a reason to try again',
      answer: refusing('brand_new'),
      means: { kind: 'retry', error: 'Slack: brand_new' },
    },
    {
      name: 'a fault of Slack for a reason to try again',
      answer: refusing('internal_error'),
      means: { kind: 'retry' },
    },
    {
      name: 'a limit of rate for a reason to wait',
      answer: answers.json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': '30' }),
      means: { kind: 'retry', retryAfterMs: 30_000 },
    },
    { name: 'success without a body for none', answer: answers.status(200), means: { kind: 'retry' } },
    {
      name: 'a page of HTML for no success',
      answer: (response) => response.end('<html>sign in</html>'),
      means: { kind: 'retry' },
    },
  ],
  updates: {
    isChange: ({ path }) => path === '/api/chat.update',
    isReply: (received) => typeof bodyOf(received).thread_ts === 'string',
    messageIsGone: refusing('message_not_found'),
  },
});

channelContract('slack through an app, with buttons', {
  type: slack,
  settings: (url) => throughApp(url, { timeoutSeconds: 1, signingSecret: SECRET }),
  secret: SECRET,
  accept,
  assertHarmless,
  judgedByBody: true,
  updates: {
    isChange: ({ path }) => path === '/api/chat.update',
    isReply: (received) => typeof bodyOf(received).thread_ts === 'string',
    messageIsGone: refusing('message_not_found'),
  },
});

const app = slack.create(throughApp('http://127.0.0.1:9/'), trustedContext());
keepsItsFixtures('slack', app, new URL('./fixtures/', import.meta.url));

describe('a message in Slack', () => {
  it('has buttons below everything else, where the app has told its signing secret', () => {
    for (const settings of [throughApp('http://127.0.0.1:9/'), throughWebhook('http://127.0.0.1:9/')]) {
      const channel = slack.create({ ...settings, signingSecret: SECRET }, trustedContext());
      const { blocks } = message.parse(JSON.parse(channel.preview(aNotice()).body));
      const file = new URL('./fixtures/buttons.json', import.meta.url);
      expect(blocks.at(-1)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
      expect(blocks.filter(({ type }) => type === 'actions')).toHaveLength(1);
      expect(channel.preview(noticesOfEveryKind()['resolved'] ?? aNotice()).body).not.toContain('"actions"');
    }
  });

  it('says in the notification what broke and why', () => {
    const { text } = message.parse(JSON.parse(app.preview(aNotice({ diagnosis: aDiagnosis() })).body));
    expect(text).toBe('🔴 Broken: CrashLoopBackOff of Deployment shop/cart. The variable REDIS_URL is missing.');
  });

  it("has the markup of the user's template, and none of its values", () => {
    const text = '*{{ incident.severity }}* <https://wiki.example|wiki>\n{{ incident.title }}';
    const channel = slack.create(
      throughApp('http://127.0.0.1:9/', { title: '{{ cluster.name }}', text }),
      trustedContext(),
    );
    const [notice = aNotice()] = hostileNotices('<!channel> & co');
    const { blocks } = message.parse(JSON.parse(channel.preview(notice).body));
    expect(blocks).toMatchObject([
      { type: 'header', text: { text: '🔴 <!channel> & co' } },
      {
        type: 'section',
        text: { type: 'mrkdwn', verbatim: true, text: '*high* <https://wiki.example|wiki>\n&lt;!channel&gt; &amp; co' },
      },
      { type: 'rich_text' },
      { type: 'context' },
    ]);
  });

  it("never cuts a user's text within an escaped sign", () => {
    const channel = slack.create(throughApp('http://127.0.0.1:9/', { text: '{{ incident.title }}' }), trustedContext());
    for (const length of [0, 1, 2, 3, 4]) {
      const [notice = aNotice()] = hostileNotices(`${'x'.repeat(length)}${'&'.repeat(2000)}`);
      const body = channel.preview(notice).body;
      expect(body).toMatch(/&amp;…"/);
    }
  });
});

describe("slack's settings", () => {
  const problems = (settings: object) => {
    const parsed = slackSettings.safeParse({ type: 'slack', name: 'ops', ...settings });
    return parsed.success ? [] : parsed.error.issues.map(({ path, message: what }) => `${path.join('.')}: ${what}`);
  };

  it('take a webhook, or a token and a channel, which a destination gives', () => {
    expect(problems({ webhookUrl: 'https://hooks.slack.com/services/T/B/x' })).toEqual([]);
    expect(problems({ botToken: 'xoxb-1', ...slack.destination?.('C123') })).toEqual([]);
    expect(problems({ botToken: 'xoxb-1', channel: '#ops', name: 'slack:C123' })).toEqual([]);
  });

  it.each([
    ['webhookUrl: is needed, or botToken and channel instead', {}],
    ['channel: is needed beside botToken', { botToken: 'xoxb-1' }],
    ['botToken: is not for a channel with a webhookUrl', { webhookUrl: 'https://a.example/x', botToken: 'xoxb-1' }],
    ['channel: is chosen by the webhookUrl already', { webhookUrl: 'https://a.example/x', channel: 'C1' }],
    ['mayAct: says nothing without signingSecret', { botToken: 'xoxb-1', channel: 'C1', mayAct: ['U1'] }],
    ['mayAct.0: must be ids of users', { botToken: 'xoxb-1', channel: 'C1', signingSecret: 'x', mayAct: ['@ada'] }],
    ['channel: must be the id of a channel', { botToken: 'xoxb-1', channel: 'ops team' }],
    ['text: undefined filter: shout, line:2', { botToken: 'xoxb-1', channel: 'C1', text: 'a\n{{ b | shout }}' }],
    ['title: tag "exec" not found, line:1', { botToken: 'xoxb-1', channel: 'C1', title: '{% exec %}' }],
  ])('say what is wrong: %s', (problem, settings) => {
    expect(problems(settings).join('\n')).toContain(problem);
  });
});
