/** A message as Discord shows it: what broke and why in the text, which notifications show, and the rest in a coloured box. */
import { colourOf, factLine, forChat, moreLine, symbolOf } from '../../message/look.ts';
import { cut } from '../../message/plain-text.ts';
import type { Wording } from '../wording.ts';
import { codeBlock, escapeMarkdown } from './markdown.ts';

export interface DiscordMessage {
  readonly content: string;
  readonly embeds: readonly Embed[];
  /** Nothing in a message pings anybody, whatever it holds. */
  readonly allowed_mentions: { readonly parse: readonly [] };
  /** Buttons, where the channel has any. */
  readonly components?: readonly object[];
}

interface Embed {
  readonly color: number;
  readonly title?: string;
  readonly url?: string;
  readonly description: string;
  readonly footer?: { readonly text: string };
}

/** Discord's limits are 2,000 characters of text, 4,096 of a box's description and 6,000 of the whole box. */
const MOST_TITLE = 400;
const MOST_WHY = 1000;
const MOST_DESCRIPTION = 3900;
const LINK = 'Open in Tattle';

export function discordMessage(wording: Wording): DiscordMessage {
  const { message, text } = wording;
  const { url, note } = message;
  const embed = {
    color: colourOf(message),
    ...(url !== null && { title: LINK, url }),
    description: text === null ? withinLimit(partsOf(wording)) : cut(text, MOST_DESCRIPTION),
    ...(note !== '' && { footer: { text: note } }),
  };
  return { content: contentOf(wording), embeds: [embed], allowed_mentions: { parse: [] } };
}

/** Of a message that says the rest. */
export function discordAnswer(wording: Wording): DiscordMessage {
  const { url } = wording.message;
  const content = url === null ? contentOf(wording) : `${contentOf(wording)}\n[${LINK}](<${url}>)`;
  return { content, embeds: [], allowed_mentions: { parse: [] } };
}

/** A template for the text stands in the box, and the reason above it all the same. */
function contentOf({ message, title }: Wording): string {
  const headline = `${symbolOf(message)} **${cutEscaped(title, MOST_TITLE)}**`;
  return message.why === '' ? headline : `${headline}\n${cutEscaped(message.why, MOST_WHY)}`;
}

/** Never behind a backslash that was to escape what is cut off. */
function cutEscaped(text: string, most: number): string {
  return cut(escapeMarkdown(text), most).replace(/(?<!\\)((?:\\\\)*)\\…$/, '$1…');
}

/** The most useful first. */
function partsOf({ message }: Wording): readonly string[] {
  const { quote, also, kind } = message;
  const { nextSteps, commands } = forChat(message);
  const more = moreLine(message);
  return [
    cutEscaped(factLine(message), 1000),
    ...(nextSteps.length > 0 ? ['\n**Next steps**'] : []),
    ...nextSteps.map((step, index) => `${index + 1}. ${escapeMarkdown(step)}`),
    ...(commands.length > 0 ? [codeBlock(commands.join('\n'))] : []),
    ...(quote === null ? [] : ['\n**It says**', codeBlock(quote)]),
    ...(also.length > 0 ? [`\n**${kind === 'digest' ? 'Incidents' : 'Also'}**`] : []),
    ...also.map((line) => `- ${escapeMarkdown(line)}`),
    ...(more === null ? [] : [more]),
  ];
}

/** Whole parts only: one that is cut could leave its block of code open. */
function withinLimit(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) {
    if (text.length + part.length + 3 > MOST_DESCRIPTION) return `${text}\n…`;
    text = text === '' ? part : `${text}\n${part}`;
  }
  return text;
}
