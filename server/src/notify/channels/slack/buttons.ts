/** Buttons under messages in Slack, and the answers to those who press them. */
import { endpointOf, type GuardedResponse } from '../../../kit/guarded-fetch.ts';
import type { Buttons, Said } from '../../../model/button.ts';
import type { IncidentNotice } from '../../../model/delivery.ts';
import type { Button } from '../buttons.ts';
import type { SendJson } from '../send-json.ts';
import { type Block, escapeMrkdwn, type SlackMessage } from './blocks.ts';
import { readSlackPress, type SlackSigned } from './interaction.ts';

/** Slack's own word, whatever a request says: answers to presses go to this host alone. */
const ANSWERS_AT = 'hooks.slack.com:443';
const HEARD = { contentType: 'text/plain', body: '' };

export interface SlackButtonParts {
  readonly signed: SlackSigned;
  readonly messageOf: (notice: IncidentNotice) => SlackMessage;
  readonly send: SendJson;
}

/** Slack takes no words in the answer to a press on a block: they go to the address that came with it. */
export function slackButtons({ signed, messageOf, send }: SlackButtonParts): Buttons<IncidentNotice> {
  return {
    read: (request, now) => readSlackPress(request, signed, now),
    heard: HEARD,
    answer: () => null,
    answerLater: async ({ replyTo: { url = '' } }, said, signal) => {
      if (endpointOf(url) !== ANSWERS_AT || !url.startsWith('https:')) return 'Slack named no address for an answer';
      return failureOf(await send({ url, body: JSON.stringify(bodyOf(said, messageOf)) }, signal));
    },
  };
}

function bodyOf(said: Said<IncidentNotice>, messageOf: SlackButtonParts['messageOf']): object {
  if (said.kind === 'changed') return { replace_original: true, ...messageOf(said.notice) };
  const to = said.to === 'everybody' ? 'in_channel' : 'ephemeral';
  return { response_type: to, replace_original: false, text: escapeMrkdwn(said.text) };
}

function failureOf(answer: GuardedResponse): string | null {
  if (answer.kind !== 'response') return answer.error;
  return answer.status === 200 ? null : `HTTP ${answer.status}`;
}

export function buttonBlocks(buttons: readonly Button[]): readonly Block[] {
  if (buttons.length === 0) return [];
  const elements = buttons.map(({ act, label, value }) => ({
    type: 'button',
    action_id: `tattle-${act}`,
    text: { type: 'plain_text', text: label, emoji: false },
    value,
  }));
  return [{ type: 'actions', elements }];
}
