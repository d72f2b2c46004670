/** A message as plain text, for channels without markup: everything but its headline. */
import { moreLine } from '../message/look.ts';
import type { Message } from '../message/message.ts';

/** Blocks with a blank line between them. Without `link`, which many channels have a place of its own for. */
export function messageText(message: Message, { link }: { readonly link: boolean }): string {
  const { why, facts, quote, nextSteps, commands, note, url } = message;
  const blocks = [
    why,
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    quote === null ? '' : indented(quote, '> '),
    titled(
      'Next steps',
      nextSteps.map((step, index) => `${index + 1}. ${step}`),
    ),
    titled(
      'Commands',
      commands.map((command) => `    ${command}`),
    ),
    titled(message.kind === 'digest' ? 'Incidents' : 'Also', alsoLines(message)),
    note,
    link && url !== null ? url : '',
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** The further incidents, and how many were left out. */
export function alsoLines(message: Message): readonly string[] {
  const more = moreLine(message);
  return [...message.also.map((line) => `- ${line}`), ...(more === null ? [] : [more])];
}

function titled(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines].join('\n');
}

function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}
