/** A press on a button in Slack: whether Slack says so, and what it asks for. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Fields, fields, objects, text } from '../../../kit/fields.ts';
import type { PressReading, SignedRequest } from '../../../model/button.ts';
import { oneLine } from '../../message/plain-text.ts';
import { readButton } from '../buttons.ts';
import { headerOf, isLately } from '../signed-lately.ts';

export interface SlackSigned {
  /** Name of the channel. */
  readonly name: string;
  readonly signingSecret: string;
  /** The id of the conversation, where the settings name it; its messages alone have these buttons. */
  readonly conversation: string | null;
  /** Ids of users; null where everybody in the conversation may. */
  readonly mayAct: readonly string[] | null;
}

const USER = /^[UW][A-Z0-9]{1,30}$/;
const TEAM = /^[TE][A-Z0-9]{1,30}$/;
const LONGEST_NAME = 80;

/** Throws nothing: what is signed and none of ours is `other`. */
export function readSlackPress(request: SignedRequest, signed: SlackSigned, now: number): PressReading {
  if (!isSigned(request, signed.signingSecret, now)) return { kind: 'unsigned' };
  const payload = payloadOf(request.body);
  if (text(payload['type']) !== 'block_actions') return { kind: 'other' };
  const [action] = objects(payload['actions']);
  const asked = action === undefined ? null : readButton(text(action['value']), signed.name);
  const presser = presserOf(payload);
  const conversation = text(fields(payload['channel'])['id']);
  if (asked === null || presser === null) return { kind: 'other' };
  if (signed.conversation !== null && signed.conversation !== conversation) return { kind: 'other' };
  return {
    kind: 'pressed',
    press: {
      ...asked,
      id: createHash('sha256').update(request.body).digest('hex'),
      actor: `slack:${presser.id}@${presser.team}`,
      name: presser.name,
      mayAct: signed.mayAct === null || signed.mayAct.includes(presser.id),
      replyTo: { url: text(payload['response_url'], 2000) },
    },
  };
}

/** "v0:", the time, ":" and the body as it came, under HMAC-SHA256 with the app's signing secret. */
function isSigned({ headers, body }: SignedRequest, secret: string, now: number): boolean {
  const timestamp = headerOf(headers, 'x-slack-request-timestamp');
  const shown = /^v0=([0-9a-f]{64})$/.exec(headerOf(headers, 'x-slack-signature'))?.[1];
  if (shown === undefined || !isLately(timestamp, now)) return false;
  const right = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  return timingSafeEqual(Buffer.from(shown, 'hex'), right);
}

/** A form with one field, which holds JSON. */
function payloadOf(body: Uint8Array): Fields {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
  try {
    return fields(JSON.parse(form.get('payload') ?? ''));
  } catch {
    return {};
  }
}

/** A guest from another workspace is of that one. */
function presserOf(payload: Fields): { readonly id: string; readonly team: string; readonly name: string } | null {
  const user = fields(payload['user']);
  const id = text(user['id']);
  const team = text(user['team_id']) || text(fields(payload['team'])['id']);
  if (!USER.test(id) || !TEAM.test(team)) return null;
  return { id, team, name: oneLine(text(user['name']) || text(user['username']), LONGEST_NAME) || id };
}
