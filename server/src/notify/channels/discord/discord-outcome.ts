/** What Discord's answers mean: a status, and a code in the body that says more. */
import type { GuardedResponse } from '../../../kit/guarded-fetch.ts';
import { httpOutcome } from '../http-outcome.ts';
import { jsonFields } from '../send-json.ts';
import type { Step } from '../update-in-place.ts';

export const DISCORD_MESSAGE_ID = /^\d{15,21}$/;

const WEBHOOK = 'make a new one in the settings of the channel and give its address as webhookUrl';
/** Nothing changes by waiting: a person has to mend it. */
const MENDS: Readonly<Record<number, string>> = {
  10003: 'the channel is gone, or its id is wrong: check channelId and threadId',
  10015: `the webhook is gone: ${WEBHOOK}`,
  50001: 'the bot does not see the channel: let it view the channel and send messages there',
  50013: 'the bot may not write: let it send messages and embed links in the channel (in threads, too)',
  50027: `the webhook's token is wrong: ${WEBHOOK}`,
  50035: 'Discord does not take the message: look at the templates title and text, if there are any',
  50083: 'the thread is archived: open it again, or name another one as threadId',
  160005: 'the thread is locked: unlock it, or name another one as threadId',
  220001: 'a forum needs a thread: name one as threadId',
};
const UNAUTHORIZED = 'check botToken, or the address in webhookUrl';
const UNKNOWN_MESSAGE = 10_008;
const OF_ANOTHER_AUTHOR = 50_005;
/** It was changed too often since it is an hour old. */
const TOO_MANY_CHANGES = 30_046;

export function discordOutcome(answer: GuardedResponse, now: number): Step {
  const plain = httpOutcome(answer, now);
  if (plain.kind === 'delivered') {
    const { id } = jsonFields(answer);
    return typeof id === 'string' && DISCORD_MESSAGE_ID.test(id) ? { ...plain, receipt: id } : plain;
  }
  if (answer.kind !== 'response') return plain;
  const { status: statusCode } = answer;
  const { code, retry_after: wait } = jsonFields(answer);
  if (statusCode === 429 && typeof wait === 'number' && wait >= 0 && plain.kind === 'retry') {
    return { ...plain, retryAfterMs: Math.max(plain.retryAfterMs ?? 0, Math.ceil(wait * 1000)) };
  }
  if (code === UNKNOWN_MESSAGE || code === OF_ANOTHER_AUTHOR) return { kind: 'missing' };
  if (code === TOO_MANY_CHANGES) return { kind: 'unchangeable' };
  const mend = typeof code === 'number' && Object.hasOwn(MENDS, code) ? MENDS[code] : undefined;
  if (mend !== undefined) return { kind: 'failed', error: `Discord: ${String(code)}: ${mend}`, statusCode };
  if (statusCode === 401) return { kind: 'failed', error: `Discord: HTTP 401: ${UNAUTHORIZED}`, statusCode };
  return plain;
}
