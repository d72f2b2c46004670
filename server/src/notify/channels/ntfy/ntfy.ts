/** ntfy: push notifications to phones, by a server of one's own or the public one. */
import { createHash } from 'node:crypto';
import { truncateBytes } from '../../../kit/truncate.ts';
import {
  type Channel,
  type DeliveryAttempt,
  type DeliveryOutcome,
  type Notice,
  NOTICE_KINDS,
} from '../../../model/delivery.ts';
import type { Message } from '../../message/message.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { httpOutcome } from '../http-outcome.ts';
import { messageText } from '../message-text.ts';
import { createSendJson } from '../send-json.ts';
import { httpTarget } from '../target.ts';
import { type Mends, withMend } from '../with-mend.ts';
import { createWording } from '../wording.ts';
import { type NtfySettings, ntfySettings, topicOf } from './settings.ts';

export const ntfy = defineChannel({
  type: 'ntfy',
  schema: ntfySettings,
  // Whoever knows a topic reads along.
  secrets: ['url', 'topic', 'token', 'password'],
  destination: (topic) => ({ topic }),
  targets: ({ url }) => [httpTarget(url)],
  create: createNtfy,
});

/** A longer message would arrive as a file. The server's limit is 4,096. */
const MOST_BYTES = 4000;

/** 5 rings until somebody looks, 3 as any message does, 2 and 1 are silent. */
const PRIORITIES = { critical: 5, high: 4, medium: 3, low: 2, info: 2 } as const;

function createNtfy(settings: NtfySettings, context: ChannelContext): Channel {
  const place = topicOf(settings);
  if (place === null) throw new Error('settings that their schema does not take: no topic');
  const { root, topic } = place;
  const send = createSendJson(context, settings);
  const word = createWording(settings, context.linkTo);
  const authorization = authorizationOf(settings);

  function fieldsOf(notice: Notice) {
    const { message, title, text } = word(notice);
    const body = text ?? messageText(message, { link: false });
    return {
      title,
      // An empty message would show as "triggered".
      message: body === '' ? title : withinLimit(body),
      priority: priorityOf(message),
      tags: [tagOf(message)],
      ...(message.url !== null && { click: message.url }),
    };
  }

  async function deliver(notice: Notice, _attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome> {
    const sequence = sequenceOf(notice);
    const headers = {
      ...(authorization !== null && { authorization }),
      ...(sequence !== null && { 'x-sequence-id': sequence }),
    };
    const answer = await send({ url: root, headers, body: JSON.stringify({ topic, ...fieldsOf(notice) }) }, signal);
    return withMend(httpOutcome(answer, context.clock.now()), MENDS);
  }

  return {
    name: settings.name,
    type: 'ntfy',
    // That somebody looks at it is no reason for a phone to show it again, which older servers make it do.
    wants: new Set(NOTICE_KINDS.filter((kind) => kind !== 'acknowledged')),
    deliver,
    // Without the topic: whoever may see what is sent is not to read along.
    preview: (notice) => ({ contentType: 'application/json', body: JSON.stringify(fieldsOf(notice)) }),
  };
}

function authorizationOf({ token, user, password }: NtfySettings): string | null {
  if (token !== undefined) return `Bearer ${token}`;
  return user === undefined ? null : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
}

/**
 * A server since 2.16 shows notices of the same sequence as one that changes; an older one shows each. Phones change in silence:
 * what somebody has to notice is a notification of its own.
 */
function sequenceOf(notice: Notice): string | null {
  if (notice.kind !== 'opened' && notice.kind !== 'diagnosed' && notice.kind !== 'resolved') return null;
  if (notice.also.length > 0) return null;
  return createHash('sha256').update(notice.incident.id).digest('hex').slice(0, 32);
}

function priorityOf({ tone, severity, kind }: Message): number {
  if (kind === 'diagnosed' || kind === 'digest' || tone === 'over') return 2;
  return tone === 'news' ? 3 : PRIORITIES[severity];
}

/** By its name: ntfy shows it as a symbol before the title. */
function tagOf({ tone, severity }: Message): string {
  if (tone === 'over') return 'green_circle';
  if (tone === 'news') return 'large_blue_circle';
  return {
    critical: 'red_circle',
    high: 'red_circle',
    medium: 'orange_circle',
    low: 'yellow_circle',
    info: 'large_blue_circle',
  }[severity];
}

function withinLimit(text: string): string {
  const { text: kept, truncated } = truncateBytes(text, MOST_BYTES - 3, 'start');
  return truncated ? `${kept}…` : kept;
}

const MENDS: Mends = {
  401: 'the server does not know the token or the password: set it anew',
  403: 'the topic does not take messages from this user: give it the right, or set another token',
  404: 'no ntfy server answers there: check url',
  413: 'the message is too long for the server: shorten the template',
};
