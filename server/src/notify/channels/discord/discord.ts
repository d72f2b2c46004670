/** Discord: by a webhook or a bot. Both change the message that they sent; a bot also answers it, a webhook writes a short one behind. */
import { createHash } from 'node:crypto';
import { type Channel, type Notice, NOTICE_KINDS } from '../../../model/delivery.ts';
import { buttonsUnder } from '../buttons.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { createSendJson, type JsonRequest, type SendJson } from '../send-json.ts';
import { httpTarget } from '../target.ts';
import { type Step, updateInPlace } from '../update-in-place.ts';
import { createWording } from '../wording.ts';
import { buttonRows, discordButtons } from './buttons.ts';
import { DISCORD_MESSAGE_ID, discordOutcome } from './discord-outcome.ts';
import { discordAnswer, type DiscordMessage, discordMessage } from './embed.ts';
import { escapeMarkdown } from './markdown.ts';
import { type DiscordSettings, discordSettings } from './settings.ts';

export const discord = defineChannel({
  type: 'discord',
  schema: discordSettings,
  secrets: ['webhookUrl', 'botToken'],
  destination: (id) => ({ channelId: id }),
  targets: ({ webhookUrl, baseUrl }) => [httpTarget(webhookUrl ?? baseUrl)],
  create: createDiscord,
});

/** How the two ways differ: where requests go, and what says that one answers another message. */
interface Way {
  readonly headers: Readonly<Record<string, string>>;
  readonly postUrl: string;
  changeUrl(id: string): string;
  /** Beside the message itself, of one that is made. */
  posted(notice: Notice): object;
  answered(notice: Notice, id: string): object;
}

function createDiscord(settings: DiscordSettings, context: ChannelContext): Channel {
  const send = createSendJson(context, settings);
  const word = createWording(settings, context.linkTo, escapeMarkdown);
  const { webhookUrl } = settings;
  const way = webhookUrl === undefined ? botWay(settings) : webhookWay(webhookUrl, settings.threadId);
  const messageOf = (notice: Notice): DiscordMessage => ({
    ...discordMessage(word(notice)),
    ...(settings.publicKey !== undefined && { components: buttonRows(buttonsUnder(notice, settings.name)) }),
  });
  const postBody = (notice: Notice) => JSON.stringify({ ...messageOf(notice), ...way.posted(notice) });

  async function call(request: JsonRequest, signal: AbortSignal): Promise<Step> {
    return discordOutcome(await send({ ...request, headers: way.headers }, signal), context.clock.now());
  }

  function boardOf(notice: Notice, signal: AbortSignal) {
    const answerBody = (id: string): DiscordMessage => ({
      ...discordAnswer(word(notice)),
      ...way.answered(notice, id),
    });
    return {
      id: DISCORD_MESSAGE_ID,
      post: () => call({ url: way.postUrl, body: postBody(notice) }, signal),
      change: (id: string) => {
        const body = JSON.stringify(messageOf(notice));
        return call({ url: way.changeUrl(id), method: 'PATCH', body }, signal);
      },
      answer: (id: string) => call({ url: way.postUrl, body: JSON.stringify(answerBody(id)) }, signal),
    };
  }

  return {
    name: settings.name,
    type: 'discord',
    // A webhook takes five requests in two seconds, and a change with its answer are two.
    pace: { perSecond: 0.5, burst: 2 },
    wants: new Set(NOTICE_KINDS),
    changesMessages: true,
    deliver: (notice, attempt, signal) => updateInPlace(notice, attempt.receipt, boardOf(notice, signal)),
    preview: (notice) => ({ contentType: 'application/json', body: postBody(notice) }),
    ...buttonsOf(settings, messageOf, send),
  };
}

function buttonsOf(
  settings: DiscordSettings,
  messageOf: (notice: Notice) => DiscordMessage,
  send: SendJson,
): Pick<Channel, 'buttons'> {
  const { name, publicKey, channelId = '', threadId, mayAct } = settings;
  if (publicKey === undefined) return {};
  const signed = { name, publicKey, conversation: threadId ?? channelId, mayAct: mayAct ?? null };
  return { buttons: discordButtons({ signed, base: baseOf(settings), messageOf, send }) };
}

function baseOf({ baseUrl }: Pick<DiscordSettings, 'baseUrl'>): string {
  return baseUrl.replace(/\/+$/, '');
}

function webhookWay(webhookUrl: string, threadId: string | undefined): Way {
  const url = (path: string, query: Readonly<Record<string, string>>) => {
    const whole = new URL(webhookUrl);
    whole.pathname = whole.pathname.replace(/\/+$/, '') + path;
    for (const [name, value] of Object.entries(query)) whole.searchParams.set(name, value);
    return whole.href;
  };
  const thread = threadId === undefined ? {} : { thread_id: threadId };
  return {
    headers: {},
    // Without `wait` the answer does not say which message it became.
    postUrl: url('', { ...thread, wait: 'true' }),
    changeUrl: (id) => url(`/messages/${id}`, thread),
    posted: () => ({}),
    answered: () => ({}),
  };
}

function botWay({ baseUrl, botToken = '', channelId = '', threadId, name }: DiscordSettings): Way {
  // To the API, a thread is a channel.
  const messages = `${baseOf({ baseUrl })}/channels/${threadId ?? channelId}/messages`;
  /** A message that is sent twice within minutes is made once. */
  const once = (notice: Notice, what: string) => {
    const hash = createHash('sha256').update([notice.id, name, what].join('\0'));
    return { nonce: hash.digest('hex').slice(0, 25), enforce_nonce: true };
  };
  return {
    headers: { authorization: `Bot ${botToken}`, 'user-agent': 'DiscordBot (https://tattle.dev, 1)' },
    postUrl: messages,
    changeUrl: (id) => `${messages}/${id}`,
    posted: (notice) => once(notice, 'message'),
    answered: (notice, id) => ({
      ...once(notice, 'answer'),
      message_reference: { message_id: id, fail_if_not_exists: false },
    }),
  };
}
