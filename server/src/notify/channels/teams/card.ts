/** A message as an Adaptive Card. Text from clusters stands in text runs, in which Teams reads no Markdown. */
import { factLine, forChat, inShort, moreLine, symbolOf } from '../../message/look.ts';
import type { Message } from '../../message/message.ts';
import { cut } from '../../message/plain-text.ts';
import type { Wording } from '../wording.ts';

export interface TeamsMessage {
  readonly type: 'message';
  /** What the list of activities shows. */
  readonly summary: string;
  readonly attachments: readonly [
    { readonly contentType: string; readonly contentUrl: null; readonly content: Element },
  ];
}

type Element = Readonly<Record<string, unknown>>;

/** Teams refuses what is larger; names of JSON are counted, and what the workflow adds. */
const MOST_BYTES = 24_000;
const MOST_SUMMARY = 250;
const MOST_TEMPLATE_TEXT = 8000;

/** A small card where the whole one is too large: whoever reads it follows the link. */
export function teamsMessage(wording: Wording): TeamsMessage {
  const whole = messageOf(wording, bodyOf(wording));
  if (Buffer.byteLength(JSON.stringify(whole)) <= MOST_BYTES) return whole;
  return messageOf(wording, [...headOf(wording), line('The rest was too long for Teams.', { isSubtle: true })]);
}

/** Markdown in a text block: each sign that means something is escaped. */
export function escapeCardMarkdown(text: string): string {
  return text
    .replace(/[\\*_[\]()`~#<>&|!]/g, '\\$&')
    .replace(/^(\s*)([-+])/gm, '$1\\$2')
    .replace(/^(\s*\d+)\./gm, '$1\\.');
}

function messageOf(wording: Wording, body: readonly Element[]): TeamsMessage {
  const { message, title } = wording;
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    fallbackText: inShort(title, message, MOST_SUMMARY),
    body,
    ...(message.url !== null && {
      actions: [{ type: 'Action.OpenUrl', title: 'Open in Tattle', url: message.url }],
    }),
  };
  return {
    type: 'message',
    summary: `${symbolOf(message)} ${inShort(title, message, MOST_SUMMARY)}`,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

function bodyOf(wording: Wording): readonly Element[] {
  const { message, text } = wording;
  if (text !== null) {
    return [
      titleOf(wording),
      { type: 'TextBlock', text: cut(text, MOST_TEMPLATE_TEXT), wrap: true },
      ...(message.note === '' ? [] : [line(message.note, { isSubtle: true })]),
    ];
  }
  const { quote, also, note, kind } = message;
  const { nextSteps, commands } = forChat(message);
  const more = moreLine(message);
  return [
    ...headOf(wording),
    ...(nextSteps.length > 0 ? [heading('Next steps')] : []),
    ...nextSteps.map((step, index) => line(`${index + 1}. ${step}`)),
    ...code(commands),
    ...(quote === null ? [] : [heading('It says'), ...code(quote.split('\n'))]),
    ...(also.length > 0 ? [heading(kind === 'digest' ? 'Incidents' : 'Also')] : []),
    ...also.map((other) => line(`• ${other}`)),
    ...(more === null ? [] : [line(more, { isSubtle: true })]),
    ...(note === '' ? [] : [line(note, { isSubtle: true })]),
  ];
}

/** What broke, why, where and since when. */
function headOf(wording: Wording): readonly Element[] {
  const { message } = wording;
  return [
    titleOf(wording),
    ...(message.why === '' ? [] : [line(message.why)]),
    line(factLine(message), { isSubtle: true, size: 'Small' }),
  ];
}

/** The colour of the stripe is beside the words that say the same. */
function titleOf({ message, title }: Wording): Element {
  const words = run(`${symbolOf(message)} ${title}`, { weight: 'Bolder', size: 'Medium' });
  return {
    type: 'Container',
    style: styleOf(message),
    bleed: true,
    items: [{ type: 'RichTextBlock', inlines: [words] }],
  };
}

function styleOf({ tone, severity }: Message): string {
  if (tone === 'over') return 'good';
  if (tone === 'news') return 'accent';
  return severity === 'critical' || severity === 'high' ? 'attention' : 'warning';
}

function heading(text: string): Element {
  return line(text, { weight: 'Bolder' });
}

function code(lines: readonly string[]): readonly Element[] {
  return lines.filter((text) => text.trim() !== '').map((text) => line(text, { fontType: 'Monospace' }));
}

function line(text: string, style: Element = {}): Element {
  return { type: 'RichTextBlock', inlines: [run(text, style)] };
}

function run(text: string, style: Element): Element {
  return { type: 'TextRun', text, ...style };
}
