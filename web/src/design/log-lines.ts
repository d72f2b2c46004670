/** A log as lines to read: the failing end and what is cited first, times short, colours of terminals left out. */

export interface LogLine {
  /** From 1, as editors count. */
  readonly number: number;
  /** RFC 3339, as the runtime wrote it before the line; null where there is none. */
  readonly stamp: string | null;
  readonly text: string;
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;
/** The escape character is spelled by its number, since it cannot be seen. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]{0,20}[A-Za-z]`, 'g');

export function logLines(body: string): readonly LogLine[] {
  const whole = body.endsWith('\n') ? body.slice(0, -1) : body;
  return whole.split('\n').map((line, index) => {
    const stamp = STAMP.exec(line)?.[0] ?? '';
    const text = line.slice(stamp.length).replaceAll(COLOUR, '').replace(/\r$/, '');
    return { number: index + 1, stamp: stamp === '' ? null : stamp.trim(), text };
  });
}

/** Indices of lines, `to` not included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly hidden: boolean;
}

interface Wanted {
  /** Indices of lines that have to be seen, each with some around it. */
  readonly lines: readonly number[];
  /** How many before and after each of them. */
  readonly around: number;
  /** How many at the end. */
  readonly tail: number;
}

/** Fewer are not worth a button. */
const LEAST_HIDDEN = 4;

/** The log cut into what is shown and what is left out. */
export function stretchesOf(total: number, { lines, around, tail }: Wanted): readonly Stretch[] {
  const shown = Array.from({ length: total }, () => false).fill(true, Math.max(0, total - tail));
  for (const line of lines) shown.fill(true, Math.max(0, line - around), Math.min(total, line + around + 1));
  const stretches: Stretch[] = [];
  for (let from = 0, to = 0; from < total; from = to) {
    while (to < total && shown[to] === shown[from]) to += 1;
    stretches.push({ from, to, hidden: shown[from] === false && to - from >= LEAST_HIDDEN });
  }
  return stretches;
}

export interface LinePart {
  readonly text: string;
  readonly cited: boolean;
  /** How many characters are left out in its place; 0 for text. */
  readonly leftOut: number;
}

const LONG = 1200;
const [HEAD, TAIL] = [300, 300];

/** A line with the words that are cited from it; of a very long one the beginning, the end and the words, unless it is wanted whole. */
export function partsOf(text: string, words: readonly string[], whole: boolean): readonly LinePart[] {
  const parts = markedParts(text, words);
  if (whole || text.length <= LONG) return parts;
  return parts.flatMap((part) => (part.cited || part.text.length <= LONG / 2 ? [part] : shortened(part.text)));
}

function markedParts(text: string, words: readonly string[]): readonly LinePart[] {
  const found = words
    .map((word) => ({ start: word === '' ? -1 : text.indexOf(word), length: word.length }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start - b.start);
  const parts: LinePart[] = [];
  let at = 0;
  const push = (to: number, cited: boolean) => {
    if (to > at) parts.push({ text: text.slice(at, to), cited, leftOut: 0 });
    at = Math.max(at, to);
  };
  for (const { start, length } of found) {
    push(start, false);
    push(start + length, true);
  }
  push(text.length, false);
  return parts;
}

function shortened(text: string): readonly LinePart[] {
  return [
    { text: text.slice(0, HEAD), cited: false, leftOut: 0 },
    { text: '', cited: false, leftOut: text.length - HEAD - TAIL },
    { text: text.slice(-TAIL), cited: false, leftOut: 0 },
  ];
}
