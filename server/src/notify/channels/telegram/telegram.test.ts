import { afterEach, describe, expect, it } from 'vitest';
import type { DeliveryOutcome, Notice } from '../../../model/delivery.ts';
import { attempt, channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { answers, type FaultyEndpoint, faultyEndpoint, type Received } from '../../testing/faulty-endpoint.ts';
import { aNotice, anIncident } from '../../testing/notices.ts';
import { telegramSettings } from './settings.ts';
import { telegram } from './telegram.ts';

const SECRET = 'T0k3nOfTheBot';
const accepted = answers.json({ ok: true, result: { message_id: 77, chat: { id: -100123 }, date: 1, text: 'x' } });
const refused = (description: string, status = 400, parameters?: object) =>
  answers.json({ ok: false, error_code: status, description, ...(parameters && { parameters }) }, status);

function settings(url: string, more: object = {}): object {
  const botToken = `123456:${SECRET}`;
  return {
    type: 'telegram',
    name: 'chat',
    botToken,
    chatId: -100123,
    baseUrl: new URL(url).origin,
    timeoutSeconds: 1,
    ...more,
  };
}

const fieldsOf = ({ body }: Received) => JSON.parse(body) as Record<string, unknown>;

/** As Telegram reads HTML: known tags, properly nested, and text. Throws where Telegram would refuse it. */
function shownText(html: string): string {
  const open: string[] = [];
  const text = html.replace(/<(\/?)([^>]*)>/g, (_, slash: string, tag: string) => {
    if (!/^(b|i|pre|blockquote)$/.test(tag)) throw new Error(`no such tag: ${tag}`);
    if (slash === '') open.push(tag);
    else if (open.pop() !== tag) throw new Error(`${tag} closes another tag`);
    return '';
  });
  if (open.length > 0 || /[<>]/.test(text)) throw new Error('a tag is left open');
  return text.replace(/&(amp|lt|gt|quot|#39|[^;]{0,9});?/g, (whole, name: string) => {
    const character = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }[name];
    if (character === undefined) throw new Error(`no such entity: ${whole}`);
    return character;
  });
}

channelContract('telegram', {
  type: telegram,
  settings,
  secret: SECRET,
  accept: accepted,
  verify: ({ path, method }) => {
    expect(method).toBe('POST');
    expect(path).toBe(`/bot123456:${SECRET}/sendMessage`);
  },
  assertHarmless: (received) => {
    const { text, link_preview_options: preview, reply_markup: markup, parse_mode: mode } = fieldsOf(received);
    expect(mode).toBe('HTML');
    expect(shownText(String(text)).length).toBeLessThanOrEqual(4096);
    expect(String(text).replace(/<pre>.*?<\/pre>/gs, '')).not.toMatch(/(?<!\w)@\w/);
    expect(preview).toEqual({ is_disabled: true });
    if (markup !== undefined) expect(JSON.stringify(markup)).toMatch(/"url":"https:\/\/tattle\.example\//);
  },
  answers: [
    {
      name: 'a wait for a wait',
      answer: refused('Too Many Requests: retry after 9', 429, { retry_after: 9 }),
      means: { kind: 'retry', retryAfterMs: 9000 },
    },
    {
      name: 'an unknown chat',
      answer: refused('Bad Request: chat not found'),
      means: { kind: 'failed', error: expect.stringContaining('check chatId') },
    },
    {
      name: 'a block',
      answer: refused('Forbidden: bot was blocked by the user', 403),
      means: { kind: 'failed', error: expect.stringContaining('unblock') },
    },
    {
      name: 'a kick',
      answer: refused('Forbidden: bot was kicked from the supergroup chat', 403),
      means: { kind: 'failed', error: expect.stringContaining('add it') },
    },
    {
      name: 'a move',
      answer: refused('Bad Request: group chat was upgraded to a supergroup chat', 400, {
        migrate_to_chat_id: -1009876,
      }),
      means: { kind: 'failed', error: expect.stringContaining('set chatId to -1009876') },
    },
    {
      name: 'a lost topic',
      answer: refused('Bad Request: message thread not found'),
      means: { kind: 'failed', error: expect.stringContaining('messageThreadId') },
    },
    {
      name: 'an unknown bot',
      answer: refused('Unauthorized', 401),
      means: { kind: 'failed', error: expect.stringContaining('botToken') },
    },
    {
      name: 'a failure of Telegram',
      answer: refused('Internal Server Error', 500),
      means: { kind: 'retry', statusCode: 500 },
    },
    { name: 'a refusal with a status of success', answer: answers.json({ ok: false }), means: { kind: 'retry' } },
  ],
  updates: {
    isChange: ({ path }) => path.endsWith('/editMessageText'),
    isReply: (received) => 'reply_parameters' in fieldsOf(received),
    messageIsGone: refused('Bad Request: message to edit not found'),
  },
});

describe('telegram', () => {
  const endpoints: FaultyEndpoint[] = [];
  afterEach(async () => {
    await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
  });

  async function opened(answer = accepted): Promise<FaultyEndpoint> {
    const endpoint = await faultyEndpoint(answer);
    endpoints.push(endpoint);
    return endpoint;
  }

  function send(
    endpoint: FaultyEndpoint,
    notice: Notice,
    more: { receipt?: string | null; settings?: object; linkTo?: () => string | null } = {},
  ): Promise<DeliveryOutcome> {
    const context = { ...trustedContext(), ...(more.linkTo && { linkTo: more.linkTo }) };
    const channel = telegram.create(settings(endpoint.url, more.settings), context);
    return attempt(channel, notice, { secret: SECRET }, { receipt: more.receipt ?? null });
  }

  it('writes into the topic, with a button to the incident', async () => {
    const endpoint = await opened();
    expect(await send(endpoint, aNotice(), { settings: { messageThreadId: 5, chatId: '@ops_room' } })).toEqual({
      kind: 'delivered',
      statusCode: 200,
      receipt: '@ops_room:77',
    });
    expect(endpoint.received.map(fieldsOf)).toMatchObject([
      {
        chat_id: '@ops_room',
        message_thread_id: 5,
        reply_markup: { inline_keyboard: [[{ url: 'https://tattle.example/incidents/inc_1' }]] },
      },
    ]);
  });

  it('takes a message that is already as it should be for changed', async () => {
    const endpoint = await opened(refused('Bad Request: message is not modified: specified new message content …'));
    const outcome = await send(endpoint, aNotice({ kind: 'diagnosed' }), { receipt: '-100123:9' });
    expect(outcome).toMatchObject({ kind: 'delivered', receipt: '-100123:9' });
  });

  it('writes a new message where the receipt is of another chat', async () => {
    const endpoint = await opened();
    await send(endpoint, aNotice({ kind: 'worse' }), { receipt: '-100999:9' });
    expect(endpoint.received.map(({ path }) => path.split('/').at(-1))).toEqual(['sendMessage']);
  });

  it('leaves the button out where Telegram does not take its address', async () => {
    const endpoint = await opened((response, received) =>
      ('reply_markup' in fieldsOf(received) ? refused('Bad Request: BUTTON_URL_INVALID') : accepted)(
        response,
        received,
      ),
    );
    const outcome = await send(endpoint, aNotice(), { linkTo: () => 'http://tattle:8080/incidents/1' });
    expect(outcome).toMatchObject({ kind: 'delivered' });
    expect(endpoint.received).toHaveLength(2);
  });

  it('says what a template says, as text', async () => {
    const endpoint = await opened();
    const incident = anIncident({ title: '<b>&' });
    await send(endpoint, aNotice({ incident }), { settings: { title: 'T', text: '<i>{{ incident.title }}' } });
    expect(endpoint.received.map(fieldsOf)).toMatchObject([{ text: '<b>🔴 T</b>\n\n&lt;i&gt;&lt;b&gt;&amp;' }]);
  });

  it.each([
    ['botToken', { botToken: 'abc' }],
    ['chatId', { chatId: 'ops' }],
    ['chatId', { chatId: 1.5 }],
    ['baseUrl', { baseUrl: 'https://u:p@api.example' }],
    ['text', { text: '{{ x | nonsense }}' }],
    ['messageThreadId', { messageThreadId: 0 }],
  ])('refuses a wrong %s', (path, more) => {
    const parsed = telegramSettings.safeParse(settings('https://api.example', more));
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
