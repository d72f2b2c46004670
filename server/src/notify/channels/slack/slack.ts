/** Slack: by an incoming webhook, or by an app, which also changes its messages and answers in their threads. */
import { type Channel, type Notice, NOTICE_KINDS } from '../../../model/delivery.ts';
import { buttonsUnder } from '../buttons.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { createSendJson } from '../send-json.ts';
import { httpTarget } from '../target.ts';
import { type Step, updateInPlace } from '../update-in-place.ts';
import { createWording } from '../wording.ts';
import { WORTH_A_MESSAGE } from '../worth-a-message.ts';
import { escapeMrkdwn, type SlackMessage, slackAnswer, slackMessage } from './blocks.ts';
import { buttonBlocks, slackButtons } from './buttons.ts';
import { type SlackSettings, slackSettings } from './settings.ts';
import { apiOutcome, SLACK_MESSAGE_ID, webhookOutcome } from './slack-outcome.ts';

/** Slack makes links of names, and previews of links, unless told. */
const NO_LINKS = { parse: 'none', link_names: false };
const NO_PREVIEWS = { unfurl_links: false, unfurl_media: false };

export const slack = defineChannel({
  type: 'slack',
  schema: slackSettings,
  secrets: ['webhookUrl', 'botToken', 'signingSecret'],
  destination: (id) => ({ channel: id }),
  targets: ({ webhookUrl, baseUrl }) => [httpTarget(webhookUrl ?? baseUrl)],
  create: (settings, context) => {
    const { webhookUrl, botToken, channel } = settings;
    if (webhookUrl !== undefined) return createWebhook(settings, webhookUrl, context);
    return createApp(settings, { token: botToken ?? '', channel: channel ?? '' }, context);
  },
});

function createWebhook(settings: SlackSettings, url: string, context: ChannelContext): Channel {
  const send = createSendJson(context, settings);
  const messageOf = messagesOf(settings, context);
  const bodyOf = (notice: Notice) => JSON.stringify({ ...messageOf(notice), link_names: false, ...NO_PREVIEWS });
  return {
    name: settings.name,
    type: 'slack',
    pace: PACE,
    wants: WORTH_A_MESSAGE,
    deliver: async (notice, _attempt, signal) =>
      webhookOutcome(await send({ url, body: bodyOf(notice) }, signal), context.clock.now()),
    preview: (notice) => ({ contentType: 'application/json', body: bodyOf(notice) }),
    ...buttonsOf(settings, messageOf, context),
  };
}

type MessageOf = (notice: Notice) => SlackMessage;

function messagesOf(settings: SlackSettings, context: ChannelContext): MessageOf {
  const word = createWording(settings, context.linkTo, escapeMrkdwn);
  return (notice) => {
    const { text, blocks } = slackMessage(word(notice));
    const buttons = settings.signingSecret === undefined ? [] : buttonsUnder(notice, settings.name);
    return { text, blocks: [...blocks, ...buttonBlocks(buttons)] };
  };
}

function buttonsOf(settings: SlackSettings, messageOf: MessageOf, context: ChannelContext): Pick<Channel, 'buttons'> {
  const { name, channel = '', signingSecret, mayAct } = settings;
  if (signingSecret === undefined) return {};
  const conversation = CONVERSATION_ID.test(channel) ? channel : null;
  const signed = { name, signingSecret, conversation, mayAct: mayAct ?? null };
  // The address of an answer comes with the press: it is none of the configuration's.
  const send = createSendJson({ ...context, trusted: false }, settings);
  return { buttons: slackButtons({ signed, messageOf, send }) };
}

/** Where the settings hold a name instead, presses are told apart by what their buttons say alone. */
const CONVERSATION_ID = /^[CGD][A-Z0-9]{6,30}$/;

/** "No more than one message a second to a channel", with short bursts: Slack's documentation of its rate limits. */
const PACE = { perSecond: 1, burst: 3 };

interface Account {
  readonly token: string;
  readonly channel: string;
}

function createApp(settings: SlackSettings, { token, channel }: Account, context: ChannelContext): Channel {
  const send = createSendJson(context, settings);
  const word = createWording(settings, context.linkTo, escapeMrkdwn);
  const messageOf = messagesOf(settings, context);
  const base = settings.baseUrl.replace(/\/+$/, '');
  const postBody = (message: SlackMessage, more: object = {}) =>
    JSON.stringify({ channel, ...message, ...NO_LINKS, ...NO_PREVIEWS, ...more });

  async function call(method: string, body: string, signal: AbortSignal): Promise<Step> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' };
    return apiOutcome(await send({ url: `${base}/${method}`, headers, body }, signal), context.clock.now());
  }

  function boardOf(notice: Notice, signal: AbortSignal) {
    return {
      id: SLACK_MESSAGE_ID,
      post: () => call('chat.postMessage', postBody(messageOf(notice)), signal),
      change: (id: string) => {
        const { channel: place, ts } = placeOf(id);
        const body = JSON.stringify({ channel: place, ts, ...messageOf(notice), ...NO_LINKS });
        return call('chat.update', body, signal);
      },
      answer: (id: string) => {
        const { channel: place, ts } = placeOf(id);
        const thread = { channel: place, thread_ts: ts, reply_broadcast: isUrgent(notice) };
        return call('chat.postMessage', postBody(slackAnswer(word(notice)), thread), signal);
      },
    };
  }

  return {
    name: settings.name,
    type: 'slack',
    pace: PACE,
    wants: new Set(NOTICE_KINDS),
    changesMessages: true,
    deliver: (notice, attempt, signal) => updateInPlace(notice, attempt.receipt, boardOf(notice, signal)),
    preview: (notice) => ({ contentType: 'application/json', body: postBody(messageOf(notice)) }),
    ...buttonsOf(settings, messageOf, context),
  };
}

/** A thread notifies only those who wrote in it, and at first nobody did: what needs somebody is shown in the channel, too. */
function isUrgent({ kind }: Notice): boolean {
  return kind !== 'resolved' && kind !== 'diagnosed';
}

function placeOf(id: string): { readonly channel: string; readonly ts: string } {
  const [channel = '', ts = ''] = id.split('/');
  return { channel, ts };
}
