import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Notice } from '../../../model/delivery.ts';
import { channelContract, type ChannelContract, trustedContext } from '../../testing/channel-contract.ts';
import { type Answer, answers, type Received } from '../../testing/faulty-endpoint.ts';
import { keepsItsFixtures } from '../../testing/fixtures.ts';
import { hostileNotices } from '../../testing/hostile-notices.ts';
import { aDiagnosis, aNotice, noticesOfEveryKind } from '../../testing/notices.ts';
import { discord } from './discord.ts';
import { codeBlock, escapeMarkdown } from './markdown.ts';
import { discordSettings } from './settings.ts';

const SECRET = 'T0k3n-0f-Disc0rd';
const CHANNEL = '100000000000000001';
const PUBLIC_KEY = 'a'.repeat(64);
const message = z.strictObject({
  content: z.string().min(1).max(2000),
  embeds: z
    .array(
      z.strictObject({
        color: z.int().min(0).max(0xffffff),
        title: z.string().min(1).max(256).optional(),
        url: z.url().optional(),
        description: z.string().min(1).max(4096),
        footer: z.strictObject({ text: z.string().min(1).max(2048) }).optional(),
      }),
    )
    .max(1),
  allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
  components: z
    .array(
      z.strictObject({
        type: z.literal(1),
        components: z
          .array(
            z.strictObject({
              type: z.literal(2),
              style: z.int().min(1).max(4),
              label: z.string().min(1).max(80),
              custom_id: z.string().min(1).max(100),
            }),
          )
          .min(1)
          .max(5),
      }),
    )
    .max(5)
    .optional(),
  nonce: z.string().max(25).optional(),
  enforce_nonce: z.literal(true).optional(),
  message_reference: z.strictObject({ message_id: z.string(), fail_if_not_exists: z.literal(false) }).optional(),
});
const bodyOf = ({ body }: Received) => message.parse(JSON.parse(body));

const throughWebhook = (url: string, more: object = {}) => ({ type: 'discord', name: 'ops', webhookUrl: url, ...more });
const throughBot = (url: string, more: object = {}) => ({
  type: 'discord',
  name: 'ops',
  botToken: SECRET,
  channelId: CHANNEL,
  baseUrl: new URL('/api/v10', url).href,
  ...more,
});

/** By the limits that Discord documents, and the markup that its clients read. */
function assertHarmless(received: Received): void {
  const { content, embeds } = bodyOf(received);
  for (const text of [content, ...embeds.map(({ description }) => description)]) {
    const fences = text.match(/```/g) ?? [];
    expect(fences.length % 2).toBe(0);
    const outside = text.replace(/```\n[\s\S]*?\n```/g, '').replace(/\[Open in Tattle\]\(<https:[^>]*>\)/g, '');
    expect(outside).not.toMatch(/(?<!\\)@/);
    expect(outside).not.toMatch(/(?<!\\)(?:\\\\)*[<>[\]`|~]/);
    expect(outside).not.toMatch(/https?:\/\//);
    // Only the headings of Tattle are bold.
    expect(
      outside.replace(/\*\*(Next steps|It says|Also|Incidents)\*\*/g, '').match(/(?<!\\)\*\*/g) ?? [],
    ).toHaveLength(text === content ? 2 : 0);
  }
  const size = embeds.flatMap(({ title = '', description, footer }) => [title, description, footer?.text ?? '']);
  expect(size.join('').length).toBeLessThanOrEqual(6000);
  for (const { url } of embeds) if (url !== undefined) expect(url).toMatch(/^https:\/\/tattle\.example\/incidents\//);
}

let made = 0;
const accept: Answer = (response, received) => {
  made += 1;
  const id = /\/messages\/(\d+)/.exec(received.path)?.[1] ?? `1000000000000001${String(made).padStart(3, '0')}`;
  answers.json({ id, channel_id: CHANNEL, content: '' })(response, received);
};
const refusing = (status: number, code: number): Answer => answers.json({ code, message: SECRET }, status);

const shared: Pick<ChannelContract, 'type' | 'secret' | 'accept' | 'assertHarmless' | 'statuses' | 'answers'> = {
  type: discord,
  secret: SECRET,
  accept,
  assertHarmless,
  statuses: { 401: 'failed' },
  answers: [
    ...(
      [
        [404, 10_003, /channelId/],
        [404, 10_015, /make a new one/],
        [403, 50_001, /view the channel/],
        [403, 50_013, /embed links/],
        [401, 50_027, /webhookUrl/],
        [400, 50_035, /templates/],
        [400, 220_001, /threadId/],
      ] as const
    ).map(([status, code, mend]) => ({
      name: `code ${code} for something to mend`,
      answer: refusing(status, code),
      means: { kind: 'failed', statusCode: status, error: expect.stringMatching(mend) },
    })),
    {
      name: 'a refusal without a code for a reason to try again',
      answer: answers.json({ message: 'no' }, 403),
      means: { kind: 'retry' },
    },
    {
      name: 'a limit of rate for a reason to wait as long as the body says',
      answer: answers.json({ message: 'slow down', retry_after: 64.57, global: true }, 429, { 'retry-after': '1' }),
      means: { kind: 'retry', retryAfterMs: 64_570 },
    },
    {
      name: 'success without a body for success',
      answer: answers.status(204),
      means: { kind: 'delivered', statusCode: 204 },
    },
  ],
};
const messageIsGone = refusing(404, 10_008);

channelContract('discord through a webhook', {
  ...shared,
  settings: (url) => throughWebhook(url, { timeoutSeconds: 1 }),
  verify: ({ path }) => expect(path).toBe(`/${SECRET}?wait=true`),
  updates: {
    isChange: ({ method, path }) => method === 'PATCH' && path.startsWith(`/${SECRET}/messages/1`),
    // A webhook cannot answer: it writes a short message behind.
    isReply: (received) => received.method === 'POST' && bodyOf(received).embeds.length === 0,
    messageIsGone,
  },
});

channelContract('discord through a bot', {
  ...shared,
  settings: (url) => throughBot(url, { timeoutSeconds: 1 }),
  verify: ({ path, headers }) => {
    expect(path).toBe(`/api/v10/channels/${CHANNEL}/messages`);
    expect(headers).toMatchObject({
      authorization: `Bot ${SECRET}`,
      'user-agent': expect.stringMatching(/^DiscordBot \(/),
    });
  },
  identity: (received) => bodyOf(received).nonce ?? '',
  updates: {
    isChange: ({ method }) => method === 'PATCH',
    isReply: (received) => bodyOf(received).message_reference !== undefined,
    messageIsGone,
  },
});

channelContract('discord through a bot, with buttons', {
  ...shared,
  settings: (url) => throughBot(url, { timeoutSeconds: 1, publicKey: PUBLIC_KEY }),
  identity: (received) => bodyOf(received).nonce ?? '',
  updates: {
    isChange: ({ method }) => method === 'PATCH',
    isReply: (received) => bodyOf(received).message_reference !== undefined,
    messageIsGone,
  },
});

const channel = discord.create(throughWebhook('http://127.0.0.1:9/'), trustedContext());
keepsItsFixtures('discord', channel, new URL('./fixtures/', import.meta.url));

describe('a message in Discord', () => {
  const previewOf = (more: object, notice: Notice = aNotice({ diagnosis: aDiagnosis() })) =>
    message.parse(
      JSON.parse(discord.create(throughBot('http://127.0.0.1:9/', more), trustedContext()).preview(notice).body),
    );

  it('says what broke and why where notifications show it', () => {
    expect(previewOf({}).content).toBe(
      '🔴 **Broken: CrashLoopBackOff of Deployment shop/cart**\nThe variable REDIS_URL is missing.',
    );
  });

  it('has buttons where the application has told its key, and loses them at the end', () => {
    const file = new URL('./fixtures/buttons.json', import.meta.url);
    expect(previewOf({ publicKey: PUBLIC_KEY }).components).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    expect(previewOf({ publicKey: PUBLIC_KEY }, noticesOfEveryKind()['resolved']).components).toEqual([]);
    expect(previewOf({})).not.toHaveProperty('components');
  });

  it("has the markup of the user's template, and none of its values", () => {
    const [notice] = hostileNotices('**@everyone**');
    const { embeds } = previewOf({ text: '**{{ incident.severity }}**: {{ incident.title }}' }, notice);
    expect(embeds[0]?.description).toBe('**high**: \\*\\*\\@everyone\\*\\*');
  });

  it('is another one for another channel, though the bot is the same', () => {
    expect(previewOf({ name: 'a' }).nonce).not.toBe(previewOf({ name: 'b' }).nonce);
  });

  it('goes to the thread', async () => {
    const paths: string[] = [];
    const context = {
      ...trustedContext(),
      fetch: async ({ url }: { readonly url: string }) => {
        paths.push(url);
        return { kind: 'failure' as const, error: 'not now' };
      },
    };
    const attempt = { deliveryId: 'd', number: 1, at: 0, receipt: null };
    for (const settings of [
      throughBot('https://d.example/'),
      throughWebhook('https://d.example/api/webhooks/1/x?y=z'),
    ]) {
      const there = discord.create({ ...settings, threadId: '200000000000000002' }, context);
      await there.deliver(aNotice(), attempt, new AbortController().signal);
    }
    expect(paths).toEqual([
      'https://d.example/api/v10/channels/200000000000000002/messages',
      'https://d.example/api/webhooks/1/x?y=z&thread_id=200000000000000002&wait=true',
    ]);
  });
});

describe("text in Discord's Markdown", () => {
  it('needs no backslash in most names', () => {
    expect(escapeMarkdown('REDIS_URL of shop/cart-7d9c5 (exit code 1) is not set.')).toBe(
      'REDIS_URL of shop/cart-7d9c5 (exit code 1) is not set.',
    );
  });

  it.each([
    ['__init__', '\\_\\_init\\_\\_'],
    ['a__b__c', 'a\\_\\_b\\_\\_c'],
    ['# big', '\\# big'],
    ['- item', '\\- item'],
    ['||x||', '\\|\\|x\\|\\|'],
    ['<t:0:R>', '\\<t:0:R\\>'],
    ['[a](https://b)', '\\[a\\](https:\\//b)'],
    ['\\*', '\\\\\\*'],
  ])('%s is written %s', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('in a block of code cannot end it', () => {
    expect(codeBlock('a```b````').match(/```/g)).toHaveLength(2);
  });
});

describe("discord's settings", () => {
  const problems = (settings: object) => {
    const parsed = discordSettings.safeParse({ type: 'discord', name: 'ops', ...settings });
    return parsed.success ? [] : parsed.error.issues.map(({ path, message: what }) => `${path.join('.')}: ${what}`);
  };
  const webhookUrl = 'https://discord.com/api/webhooks/1/x';

  it('take a webhook, or a token and a channel, which a destination gives', () => {
    expect(problems({ webhookUrl, threadId: CHANNEL })).toEqual([]);
    expect(problems({ botToken: 'x', ...discord.destination?.(CHANNEL) })).toEqual([]);
  });

  it.each([
    ['webhookUrl: is needed, or botToken and channelId instead', {}],
    ['channelId: is needed beside botToken', { botToken: 'x' }],
    ['botToken: is not for a channel with a webhookUrl', { webhookUrl, botToken: 'x' }],
    ['publicKey: is for a bot', { webhookUrl, publicKey: PUBLIC_KEY }],
    ['publicKey: must be the public key', { botToken: 'x', channelId: CHANNEL, publicKey: 'abc' }],
    ['mayAct: says nothing without publicKey', { botToken: 'x', channelId: CHANNEL, mayAct: [CHANNEL] }],
    ['channelId: must be an id', { botToken: 'x', channelId: '#ops' }],
    ['threadId: must be an id', { webhookUrl, threadId: '../1' }],
  ])('say what is wrong: %s', (problem, settings) => {
    expect(problems(settings).join('\n')).toContain(problem);
  });
});
