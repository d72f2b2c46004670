/** A message in Telegram's HTML: a few flat tags, cut in the plain text so that no tag and no entity breaks. */
import { escapeHtml } from '../../../kit/escape-html.ts';
import { symbolOf } from '../../message/look.ts';
import { cut } from '../../message/plain-text.ts';
import type { Message } from '../../message/message.ts';
import { alsoLines } from '../message-text.ts';
import type { Wording } from '../wording.ts';

/** After entities were read; Telegram takes no more. */
const MOST = 4096;

interface Piece {
  readonly text: string;
  readonly tag?: 'b' | 'i' | 'pre' | 'blockquote';
}

/** Everything that is known: the first message of an incident, and what it is changed to. */
export function fullHtml({ message, title, text }: Wording): string {
  if (text !== null) return htmlOf([headline(message, title), { text }]);
  const { why, facts, quote, nextSteps, commands, note } = message;
  return htmlOf([
    headline(message, title),
    { text: why },
    { text: facts.map(({ name, value }) => `${name}: ${value}`).join('\n') },
    { text: quote ?? '', tag: 'blockquote' },
    { text: nextSteps.map((step, index) => `${index + 1}. ${step}`).join('\n') },
    { text: commands.join('\n'), tag: 'pre' },
    { text: alsoLines(message).join('\n') },
    { text: note, tag: 'i' },
  ]);
}

/** What answers the first message: the rest stands there. */
export function replyHtml({ message, title, text }: Wording): string {
  return htmlOf([headline(message, title), { text: text ?? message.why }, { text: alsoLines(message).join('\n') }]);
}

function headline(message: Message, title: string): Piece {
  return { text: `${symbolOf(message)} ${title}`, tag: 'b' };
}

function htmlOf(pieces: readonly Piece[]): string {
  let room = MOST;
  const parts: string[] = [];
  for (const { text, tag } of pieces) {
    // Two for the blank line before it; less than a few words are not worth a piece.
    if (text === '' || room < 20) continue;
    const shown = cut(tag === 'pre' ? text : withoutMentions(text), room - 2);
    room -= shown.length + 2;
    const escaped = escapeHtml(shown);
    parts.push(tag === undefined ? escaped : `<${tag}>${escaped}</${tag}>`);
  }
  return parts.join('\n\n');
}

/** Text from a cluster must not call anybody: a word joiner after the @ makes it no mention. `user@host` never is one. */
function withoutMentions(text: string): string {
  return text.replace(/(?<!\w)@(?=\w)/g, '@\u2060');
}
