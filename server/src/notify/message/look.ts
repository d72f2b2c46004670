/** How a message looks at a glance: a symbol and a colour, which never stand without the words that say the same. */
import type { Severity } from '../../model/cluster-event.ts';
import type { Message } from './message.ts';
import { cut } from './plain-text.ts';

const SYMBOLS: Readonly<Record<Severity, string>> = { critical: '🔴', high: '🔴', medium: '🟠', low: '🟡', info: '🔵' };
const COLOURS: Readonly<Record<Severity, number>> = {
  critical: 0xb3261e,
  high: 0xd9480f,
  medium: 0xe8a317,
  low: 0xc9b458,
  info: 0x4c6ef5,
};
const GREEN = 0x2b8a3e;

export function symbolOf({ tone, severity }: Message): string {
  return tone === 'over' ? '🟢' : tone === 'news' ? '🔵' : SYMBOLS[severity];
}

/** 24 bits: red, green, blue. */
export function colourOf({ tone, severity }: Message): number {
  return tone === 'over' ? GREEN : tone === 'news' ? COLOURS.info : COLOURS[severity];
}

/** What a lock screen shows: what broke, and why. Plain text on one line; `title` stands for the message's own headline. */
export function inShort(title: string, { why }: Message, most: number): string {
  return cut(why === '' ? title : `${title}. ${why}`, most);
}

/** The facts on one line, the most useful first. */
export function factLine({ facts }: Message): string {
  return facts.map(({ name, value }) => `${name} ${value}`).join(' · ');
}

/** The last of the lines in `also`, where there are more than it holds; null otherwise. */
export function moreLine({ more }: Message): string | null {
  return more > 0 ? `and ${more.toLocaleString('en-US')} more` : null;
}

/** A chat is read on a phone: further steps and commands are on the incident's page. */
export function forChat({ nextSteps, commands }: Message): Pick<Message, 'nextSteps' | 'commands'> {
  return { nextSteps: nextSteps.slice(0, 3), commands: commands.slice(0, 2) };
}
