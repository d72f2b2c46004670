/** Buttons under messages in Discord, and the answers to those who press them. */
import type { GuardedResponse } from '../../../kit/guarded-fetch.ts';
import type { Buttons, ChatAnswer, Said } from '../../../model/button.ts';
import type { IncidentNotice } from '../../../model/delivery.ts';
import type { Button } from '../buttons.ts';
import type { SendJson } from '../send-json.ts';
import type { DiscordMessage } from './embed.ts';
import { type DiscordSigned, readDiscordPress } from './interaction.ts';
import { escapeMarkdown } from './markdown.ts';

/** Kinds of answers to an interaction. */
const MESSAGE = 4;
const WAIT = 6;
const CHANGE = 7;
/** Of a message that only whoever pressed sees. */
const EPHEMERAL = 64;

const ACTION_ROW = 1;
const BUTTON = 2;
const STYLES = { acknowledge: 1, silence: 2, resolve: 3 } as const;

export interface DiscordButtonParts {
  readonly signed: DiscordSigned;
  /** Of the API, without a slash at its end. */
  readonly base: string;
  readonly messageOf: (notice: IncidentNotice) => DiscordMessage;
  readonly send: SendJson;
}

export function discordButtons({ signed, base, messageOf, send }: DiscordButtonParts): Buttons<IncidentNotice> {
  return {
    read: (request, now) => readDiscordPress(request, signed, now),
    heard: json({ type: WAIT }),
    answer: (said) =>
      said.kind === 'changed'
        ? json({ type: CHANGE, data: messageOf(said.notice) })
        : json({ type: MESSAGE, data: wordsOf(said) }),
    /** The token that came with the press is good for a quarter of an hour. */
    answerLater: async ({ replyTo: { application = '', token = '' } }, said, signal) => {
      const url = `${base}/webhooks/${application}/${token}`;
      if (said.kind === 'told') return failureOf(await send({ url, body: JSON.stringify(wordsOf(said)) }, signal));
      const body = JSON.stringify(messageOf(said.notice));
      return failureOf(await send({ url: `${url}/messages/@original`, method: 'PATCH', body }, signal));
    },
  };
}

function wordsOf({ text, to }: Extract<Said<IncidentNotice>, { readonly kind: 'told' }>): object {
  const content = escapeMarkdown(text);
  return { content, allowed_mentions: { parse: [] }, ...(to === 'presser' && { flags: EPHEMERAL }) };
}

function json(value: object): ChatAnswer {
  return { contentType: 'application/json', body: JSON.stringify(value) };
}

function failureOf(answer: GuardedResponse): string | null {
  if (answer.kind !== 'response') return answer.error;
  return answer.status >= 200 && answer.status < 300 ? null : `HTTP ${answer.status}`;
}

/** An empty list takes away those that a message had. */
export function buttonRows(buttons: readonly Button[]): readonly object[] {
  if (buttons.length === 0) return [];
  const components = buttons.map(({ act, label, value }) => ({
    type: BUTTON,
    style: STYLES[act],
    label,
    custom_id: value,
  }));
  return [{ type: ACTION_ROW, components }];
}
