/** Lines of text for people: wrapped between words where a terminal reads along, whole where a program does. */
import { printable } from './printable.ts';
import type { Output } from './surroundings.ts';

/** Longer lines are hard to read, however wide the terminal. */
const WIDEST = 100;
const NARROWEST = 40;

/** Columns to wrap at; infinite where no terminal shows them. */
export function widthOf({ isTerminal, stream }: Output): number {
  if (!isTerminal) return Number.POSITIVE_INFINITY;
  const columns = 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : 80;
  return Math.min(WIDEST, Math.max(NARROWEST, columns));
}

/** `lead` stands before the text, and as many blanks before what is wrapped from it. Whatever the text holds is spelt out first. */
export function wrapped(lead: string, text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = printable(lead);
  const indent = ' '.repeat(line.length);
  let isEmpty = true;
  for (const word of printable(text).split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** `2026-11-21 00:52:28 UTC` */
export function readableTime(at: string): string {
  return `${dayOf(at)} ${clockOf(at)} UTC`;
}

export function dayOf(at: string): string {
  return at.slice(0, 10);
}

export function clockOf(at: string): string {
  return at.slice(11, 19);
}
