/** Telegram by the Bot API: one message an incident, changed to its present state, with a short answer to it when people must look. */
import { type Channel, type DeliveryOutcome, NOTICE_KINDS } from '../../../model/delivery.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { createSendJson } from '../send-json.ts';
import { httpTarget } from '../target.ts';
import { type MessageBoard, type Step, updateInPlace } from '../update-in-place.ts';
import { createWording, type Wording } from '../wording.ts';
import { readBotAnswer } from './bot-answer.ts';
import { type TelegramSettings, telegramSettings } from './settings.ts';
import { fullHtml, replyHtml } from './telegram-html.ts';

export const telegram = defineChannel({
  type: 'telegram',
  schema: telegramSettings,
  secrets: ['botToken'],
  destination: (chatId) => ({ chatId }),
  targets: ({ baseUrl }) => [httpTarget(baseUrl)],
  create: createTelegram,
});

type Fields = Readonly<Record<string, unknown>>;

function createTelegram(settings: TelegramSettings, context: ChannelContext): Channel {
  const sendJson = createSendJson(context, settings);
  const word = createWording(settings, context.linkTo);
  const base = `${settings.baseUrl.replace(/\/+$/, '')}/bot${settings.botToken}`;
  const topic = settings.messageThreadId === undefined ? {} : { message_thread_id: settings.messageThreadId };

  async function call(method: string, fields: Fields, signal: AbortSignal): Promise<Step> {
    const answer = await sendJson({ url: `${base}/${method}`, body: JSON.stringify(fields) }, signal);
    const read = readBotAnswer(answer, context.clock.now());
    if (read.kind !== 'button-refused') return withChat(read, settings.chatId);
    const { reply_markup: button, ...plain } = fields;
    return button === undefined ? notTaken() : call(method, plain, signal);
  }

  function newMessage(wording: Wording): Fields {
    return { chat_id: settings.chatId, ...topic, ...contentOf(wording, fullHtml(wording)) };
  }

  function boardOf(wording: Wording, signal: AbortSignal): MessageBoard {
    const chat = { chat_id: settings.chatId };
    return {
      // Ids are of this chat alone: a channel that was pointed to another one begins anew.
      id: new RegExp(`^${settings.chatId}:[1-9]\\d{0,14}$`),
      post: async () => outcomeOf(await call('sendMessage', newMessage(wording), signal)),
      change: (id) => {
        const change = { ...chat, message_id: numberOf(id), ...contentOf(wording, fullHtml(wording)) };
        return call('editMessageText', change, signal);
      },
      answer: (id) => {
        const reply = { reply_parameters: { message_id: numberOf(id), allow_sending_without_reply: true } };
        return call('sendMessage', { ...chat, ...topic, ...reply, ...contentOf(wording, replyHtml(wording)) }, signal);
      },
    };
  }

  return {
    name: settings.name,
    type: 'telegram',
    wants: new Set(NOTICE_KINDS),
    changesMessages: true,
    deliver: (notice, attempt, signal) => updateInPlace(notice, attempt.receipt, boardOf(word(notice), signal)),
    preview: (notice) => ({ contentType: 'application/json', body: JSON.stringify(newMessage(word(notice))) }),
  };
}

function contentOf({ message: { url } }: Wording, text: string): Fields {
  return {
    text,
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...(url !== null && { reply_markup: { inline_keyboard: [[{ text: 'Open the incident', url }]] } }),
  };
}

function withChat(step: Step, chatId: string): Step {
  return step.kind === 'delivered' && step.receipt !== undefined
    ? { ...step, receipt: `${chatId}:${step.receipt}` }
    : step;
}

function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(':') + 1));
}

/** A message that is only being made can neither be missing nor be one that may not be changed. */
function outcomeOf(step: Step): DeliveryOutcome {
  return step.kind === 'missing' || step.kind === 'unchangeable' ? notTaken() : step;
}

function notTaken(): DeliveryOutcome {
  return { kind: 'failed', error: 'Telegram does not take the message (HTTP 400)', statusCode: 400 };
}
