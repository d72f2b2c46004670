/** A press on a button in Discord: whether Discord says so, and what it asks for. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { type Fields, fields, text } from '../../../kit/fields.ts';
import type { PressReading, SignedRequest } from '../../../model/button.ts';
import { oneLine } from '../../message/plain-text.ts';
import { readButton } from '../buttons.ts';
import { headerOf, isLately } from '../signed-lately.ts';

export interface DiscordSigned {
  /** Name of the channel. */
  readonly name: string;
  /** Of the application: 32 bytes, hexadecimal. */
  readonly publicKey: string;
  /** The id of the channel or thread: its messages alone have these buttons. */
  readonly conversation: string;
  /** Ids of users; null where everybody in the channel may. */
  readonly mayAct: readonly string[] | null;
}

const PING = 1;
const MESSAGE_COMPONENT = 3;
const PONG = { contentType: 'application/json', body: JSON.stringify({ type: 1 }) };

const SNOWFLAKE = /^\d{15,21}$/;
const TOKEN = /^[\w.~-]{1,1000}$/;
const LONGEST_NAME = 80;
/** What an Ed25519 key has before its bytes in the form that Node reads (RFC 8410). */
const KEY_PREFIX = '302a300506032b6570032100';

/** Throws nothing: what is signed and none of ours is `other`. */
export function readDiscordPress(request: SignedRequest, signed: DiscordSigned, now: number): PressReading {
  if (!isSigned(request, signed.publicKey, now)) return { kind: 'unsigned' };
  const interaction = interactionOf(request.body);
  if (interaction['type'] === PING) return { kind: 'greeting', answer: PONG };
  if (interaction['type'] !== MESSAGE_COMPONENT || text(interaction['channel_id']) !== signed.conversation) {
    return { kind: 'other' };
  }
  const asked = readButton(text(fields(interaction['data'])['custom_id']), signed.name);
  const presser = presserOf(interaction);
  const replyTo = { application: text(interaction['application_id']), token: text(interaction['token']) };
  if (asked === null || presser === null) return { kind: 'other' };
  if (!SNOWFLAKE.test(replyTo.application) || !TOKEN.test(replyTo.token)) return { kind: 'other' };
  return {
    kind: 'pressed',
    press: {
      ...asked,
      id: createHash('sha256').update(request.body).digest('hex'),
      actor: `discord:${presser.id}`,
      name: presser.name,
      mayAct: signed.mayAct === null || signed.mayAct.includes(presser.id),
      replyTo,
    },
  };
}

/** The time and the body as it came, signed with Ed25519. */
function isSigned({ headers, body }: SignedRequest, publicKey: string, now: number): boolean {
  const timestamp = headerOf(headers, 'x-signature-timestamp');
  const signature = headerOf(headers, 'x-signature-ed25519');
  if (!/^[0-9a-f]{128}$/i.test(signature) || !isLately(timestamp, now)) return false;
  const key = createPublicKey({ key: Buffer.from(KEY_PREFIX + publicKey, 'hex'), format: 'der', type: 'spki' });
  return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'));
}

function interactionOf(body: Uint8Array): Fields {
  try {
    return fields(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return {};
  }
}

/** In a server, a member of it; alone with the bot, a user. */
function presserOf(interaction: Fields): { readonly id: string; readonly name: string } | null {
  const member = fields(interaction['member']);
  const user = fields(member['user'] ?? interaction['user']);
  const id = text(user['id']);
  if (!SNOWFLAKE.test(id)) return null;
  const name = [member['nick'], user['global_name'], user['username']].map((each) => oneLine(text(each), LONGEST_NAME));
  return { id, name: name.find((each) => each !== '') ?? id };
}
