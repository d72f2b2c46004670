/** What Slack's answers mean: its Web API answers 200 to nearly everything and says in the body whether it worked. */
import type { GuardedResponse } from '../../../kit/guarded-fetch.ts';
import type { DeliveryOutcome } from '../../../model/delivery.ts';
import { httpOutcome } from '../http-outcome.ts';
import { jsonFields } from '../send-json.ts';
import type { Step } from '../update-in-place.ts';

const TOKEN = 'give the token of an app that is installed in the workspace as botToken';
const ADMIN = 'ask an administrator of the workspace to let the app post';
const ARCHIVED = 'the channel is archived: name another one, or bring it back';
const OUR_TEXT = 'Slack does not take the message: look at the templates title and text, if there are any';

/** Nothing changes by waiting: a person has to mend it. */
const MENDS: Readonly<Record<string, string>> = {
  account_inactive: `the token's account or workspace is gone: ${TOKEN}`,
  action_prohibited: ADMIN,
  channel_is_archived: ARCHIVED,
  channel_not_found: 'check the channel; the app sees a private one only when it was invited: /invite the app there',
  ekm_access_denied: ADMIN,
  invalid_auth: TOKEN,
  invalid_blocks: OUR_TEXT,
  invalid_blocks_format: OUR_TEXT,
  invalid_payload: OUR_TEXT,
  invalid_token: 'the webhook is not valid any more: make a new one and give its address as webhookUrl',
  is_archived: ARCHIVED,
  missing_scope: 'give the app the scope chat:write and install it again',
  msg_blocks_too_long: OUR_TEXT,
  msg_too_long: OUR_TEXT,
  no_permission: 'give the app the scope chat:write and install it again',
  no_service: 'the webhook was removed or switched off: make a new one and give its address as webhookUrl',
  no_team: 'the workspace is gone: make a new webhook and give its address as webhookUrl',
  no_text: OUR_TEXT,
  not_allowed_token_type: TOKEN,
  not_authed: TOKEN,
  not_in_channel: 'invite the app to the channel: /invite the app there',
  org_login_required: ADMIN,
  posting_to_general_channel_denied: ADMIN,
  restricted_action: ADMIN,
  restricted_action_read_only_channel: ADMIN,
  team_access_not_granted: ADMIN,
  team_not_found: 'the workspace is gone: make a new webhook and give its address as webhookUrl',
  token_expired: TOKEN,
  token_revoked: TOKEN,
};
const MISSING = new Set(['message_not_found', 'thread_not_found', 'cannot_reply_to_message']);
const UNCHANGEABLE = new Set(['cant_update_message', 'edit_window_closed', 'update_failed']);
/** Codes only: an answer may repeat what it was asked, token and all. */
const CODE = /^[a-z]{1,20}(_[a-z]{1,20}){0,8}$/;

export const SLACK_MESSAGE_ID = /^[A-Z0-9]{1,30}\/\d{1,20}\.\d{1,10}$/;

export function apiOutcome(answer: GuardedResponse, now: number): Step {
  const plain = httpOutcome(answer, now);
  if (plain.kind !== 'delivered') return plain;
  const { ok, error, channel, ts } = jsonFields(answer);
  if (ok === true) {
    const id = `${String(channel)}/${String(ts)}`;
    return SLACK_MESSAGE_ID.test(id) ? { ...plain, receipt: id } : plain;
  }
  const { statusCode } = plain;
  if (ok !== false) return { kind: 'retry', error: 'the answer is none of Slack: check baseUrl', statusCode };
  const code = codeOf(error);
  if (MISSING.has(code)) return { kind: 'missing' };
  if (UNCHANGEABLE.has(code)) return { kind: 'unchangeable' };
  return failure(code, statusCode) ?? { kind: 'retry', error: `Slack: ${code}`, statusCode };
}

/** A webhook answers with a status, and a code as plain text where it is not 200. */
export function webhookOutcome(answer: GuardedResponse, now: number): DeliveryOutcome {
  const plain = httpOutcome(answer, now);
  if (plain.kind === 'delivered' || answer.kind !== 'response') return plain;
  const said = failure(codeOf(answer.body.trim()), answer.status);
  return said === null ? plain : plain.kind === 'gone' ? { ...plain, error: said.error } : said;
}

function failure(code: string, statusCode: number | null) {
  const mend = Object.hasOwn(MENDS, code) ? MENDS[code] : undefined;
  return mend === undefined ? null : { kind: 'failed' as const, error: `Slack: ${code}: ${mend}`, statusCode };
}

function codeOf(text: unknown): string {
  return typeof text === 'string' && text.length <= 100 && CODE.test(text) ? text : 'an unknown error';
}
