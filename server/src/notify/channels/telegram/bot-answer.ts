/** What the Bot API's answers mean, in words that say how to mend it. Telegram's own words are only recognised, never repeated. */
import type { GuardedResponse } from '../../../kit/guarded-fetch.ts';
import type { DeliveryOutcome } from '../../../model/delivery.ts';
import { httpOutcome } from '../http-outcome.ts';
import { jsonFields } from '../send-json.ts';
import type { Step } from '../update-in-place.ts';

/** `button-refused`: Telegram does not take the address of a button, such as one of a name without dots. */
export type BotAnswer = Step | { readonly kind: 'button-refused' };

/** The first that fits says what to do. */
const PERMANENT: readonly (readonly [pattern: RegExp, mend: string])[] = [
  [/chat not found/i, 'Telegram knows no such chat: check chatId, and write to the bot or add it to the group first'],
  [/blocked by the user/i, 'the user has blocked the bot: unblock it in Telegram'],
  [/can't initiate conversation/i, 'a bot cannot write first: send it a message in Telegram'],
  [/user is deactivated/i, 'the user has left Telegram: set another chatId'],
  [/kicked|not a member/i, 'the bot is not in the chat: add it, as an administrator where it is a channel'],
  [/not enough rights|have no rights|CHAT_WRITE_FORBIDDEN/i, 'the bot may not write in the chat: give it the right'],
  [/message thread not found|TOPIC_(CLOSED|DELETED)/i, 'the topic is closed or gone: set messageThreadId anew'],
  [/message is too long/i, 'the message is too long for Telegram: shorten the template'],
];

/** The receipt of what was made is the message's number in its chat. */
export function readBotAnswer(answer: GuardedResponse, now: number): BotAnswer {
  const plain = httpOutcome(answer, now);
  if (answer.kind !== 'response') return plain;
  const { ok, result, description, parameters } = jsonFields(answer);
  if (ok !== false) {
    const id = messageIdOf(result);
    return plain.kind !== 'delivered' || id === null ? plain : { ...plain, receipt: String(id) };
  }
  const words = typeof description === 'string' ? description : '';
  const { status: statusCode } = answer;
  if (/message is not modified/i.test(words)) return { kind: 'delivered', statusCode };
  if (/message to edit not found|MESSAGE_ID_INVALID/i.test(words)) return { kind: 'missing' };
  if (/message can't be edited/i.test(words)) return { kind: 'unchangeable' };
  if (/BUTTON_URL_INVALID|wrong http url|button url/i.test(words)) return { kind: 'button-refused' };
  return refusedOutcome(statusCode, words, parameters, plain);
}

function refusedOutcome(
  statusCode: number,
  description: string,
  parameters: unknown,
  plain: DeliveryOutcome,
): DeliveryOutcome {
  const { retry_after: seconds, migrate_to_chat_id: movedTo } = fieldsOf(parameters);
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) {
    const error = 'Telegram asks to wait: too many messages';
    return { kind: 'retry', error, statusCode, retryAfterMs: Math.min(seconds, 86_400) * 1000 };
  }
  const failed = (error: string): DeliveryOutcome => ({ kind: 'failed', error, statusCode });
  if (Number.isSafeInteger(movedTo))
    return failed(`the group has become another one: set chatId to ${String(movedTo)}`);
  const [, mend] = PERMANENT.find(([pattern]) => pattern.test(description)) ?? [];
  if (mend !== undefined) return failed(mend);
  if (statusCode === 401 || statusCode === 404) return failed('Telegram does not know the bot: set botToken anew');
  if (statusCode === 400 || statusCode === 403)
    return failed(`Telegram does not take the message (HTTP ${statusCode})`);
  // An `ok: false` with a status of success would be taken for one.
  return plain.kind === 'delivered' ? { kind: 'retry', error: 'Telegram did not take the message', statusCode } : plain;
}

function messageIdOf(result: unknown): number | null {
  const { message_id: id } = fieldsOf(result);
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
