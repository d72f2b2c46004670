/** What the doctor found, for people: a line a check, and under what is wrong how to mend it. */
import type { Check } from './engine.ts';
import { wrapped } from './incident-lines.ts';
import { printable } from './printable.ts';

const STATES: Readonly<Record<Check['state'], string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL', skipped: '-' };
const STATE_WIDTH = 6;

/** Wrapped at `width`, but for what is pasted. */
export function checksText(checks: readonly Check[], width: number): string {
  return `${checks.map((check) => checkText(check, width)).join('')}${summaryText(checks)}`;
}

/** One of them, with its line ends. */
export function checkText(check: Check, width: number): string {
  return checkLines(check, width)
    .map((line) => `${line}\n`)
    .join('');
}

/** What stands below them. */
export function summaryText(checks: readonly Check[]): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  return `\n${count('ok')} fine, ${count('warn')} to look at, ${count('fail')} failing, ${count('skipped')} not looked at\n`;
}

function checkLines({ name, state, detail, mend }: Check, width: number): readonly string[] {
  const indent = ' '.repeat(STATE_WIDTH);
  const [first = '', ...rest] = mend.split('\n');
  return [
    ...hanging(`${STATES[state].padEnd(STATE_WIDTH)}${name}: ${detail}`, indent, width),
    ...(mend === '' ? [] : wrapped(`${indent}→ `, first, width)),
    // Roles and the like: from the first column on, so that they can be pasted.
    ...rest.map(printable),
  ];
}

/** Wrapped under the name, not under the state. */
function hanging(text: string, indent: string, width: number): readonly string[] {
  const lead = text.slice(0, STATE_WIDTH);
  const [first = '', ...more] = wrapped(indent, text.slice(STATE_WIDTH), width);
  return [`${lead}${first.slice(STATE_WIDTH)}`, ...more];
}
