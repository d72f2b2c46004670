/** A message as Slack's blocks. Text from clusters stands in elements without markup, where nothing in it can ping, link or format. */
import { factLine, forChat, inShort, moreLine, symbolOf } from '../../message/look.ts';
import { cut } from '../../message/plain-text.ts';
import type { Wording } from '../wording.ts';

export interface SlackMessage {
  /** What notifications and screen readers say: mrkdwn. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

export type Block = Readonly<Record<string, unknown>>;

/** Slack's limits, in characters. */
const MOST_HEADER = 150;
const MOST_SECTION = 3000;
const MOST_CONTEXT = 1000;
const MOST_NOTIFICATION = 300;

/** What Slack reads as markup everywhere: mentions and links begin with `<`. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What broke, why, where and since when, what to do, the words that say it, the page. */
export function slackMessage(wording: Wording): SlackMessage {
  const { message, title, text } = wording;
  const { url, note } = message;
  const blocks = [
    { type: 'header', text: plain(cut(`${symbolOf(message)} ${title}`, MOST_HEADER)) },
    ...(text === null ? layout(wording) : [userText(text)]),
    ...(url === null ? [] : [richText([section([link(url)])])]),
    ...(note === '' ? [] : [context(note)]),
  ];
  return { text: notification(wording), blocks };
}

/** In the thread of the message that says the rest. */
export function slackAnswer(wording: Wording): SlackMessage {
  const { message, title } = wording;
  const line = section([words(`${symbolOf(message)} ${title}`, { bold: true })]);
  const why = message.why === '' ? [] : [section([words(message.why)])];
  return { text: notification(wording), blocks: [richText([line, ...why])] };
}

function notification({ message, title }: Wording): string {
  return escapeMrkdwn(`${symbolOf(message)} ${inShort(title, message, MOST_NOTIFICATION)}`);
}

function layout({ message }: Wording): readonly Block[] {
  const { why, quote, also, kind } = message;
  const { nextSteps, commands } = forChat(message);
  const more = moreLine(message);
  const others = more === null ? also : [...also, more];
  const details = [
    ...(nextSteps.length > 0 ? [heading('Next steps'), list('ordered', nextSteps)] : []),
    ...(commands.length > 0 ? [preformatted(commands.join('\n'))] : []),
    ...(quote === null ? [] : [heading('It says'), preformatted(quote)]),
    ...(others.length > 0 ? [heading(kind === 'digest' ? 'Incidents' : 'Also'), list('bullet', others)] : []),
  ];
  return [
    ...(why === '' ? [] : [{ type: 'section', text: plain(why) }]),
    context(factLine(message)),
    ...(details.length > 0 ? [richText(details)] : []),
  ];
}

/** The markup is the template's; `verbatim` keeps Slack from making links and mentions of plain words. */
function userText(text: string): Block {
  const whole = cut(text, MOST_SECTION).replace(/&[a-z]{0,3}…$/, '…');
  return { type: 'section', text: { type: 'mrkdwn', text: whole, verbatim: true } };
}

function plain(text: string): Block {
  return { type: 'plain_text', text, emoji: false };
}

function context(text: string): Block {
  return { type: 'context', elements: [plain(cut(text, MOST_CONTEXT))] };
}

function richText(elements: readonly Block[]): Block {
  return { type: 'rich_text', elements };
}

function section(elements: readonly Block[]): Block {
  return { type: 'rich_text_section', elements };
}

function heading(text: string): Block {
  return section([words(text, { bold: true })]);
}

function list(style: 'ordered' | 'bullet', lines: readonly string[]): Block {
  return { type: 'rich_text_list', style, elements: lines.map((line) => section([words(line)])) };
}

function preformatted(text: string): Block {
  return { type: 'rich_text_preformatted', elements: [words(text)] };
}

function words(text: string, style?: { readonly bold: true }): Block {
  return { type: 'text', text, ...(style !== undefined && { style }) };
}

/** No button: Slack wants each click on one acknowledged by an endpoint that it can reach, which may not be configured. */
function link(url: string): Block {
  return { type: 'link', url, text: 'Open in Tattle' };
}
