/** How often something happened against the stretch before, in words: no more than two numbers say. */

export interface Change {
  /** `up` and `new` are more, `down` is less, `same` within a fifth, `unknown` where nothing was counted before. */
  readonly turn: 'new' | 'up' | 'same' | 'down' | 'unknown';
  readonly text: string;
}

/** `stretch` is what came before: `the day before`. */
export function changeOf(occurrences: number, before: number | null, stretch: string): Change {
  if (before === null) return { turn: 'unknown', text: '' };
  if (before === 0) return { turn: 'new', text: `New: not seen ${stretch}` };
  const ratio = occurrences / before;
  if (ratio >= 1.95) return { turn: 'up', text: `${times(ratio)} as often as ${stretch}` };
  if (ratio >= 1.2) return { turn: 'up', text: `${Math.round((ratio - 1) * 100)} % more than ${stretch}` };
  if (ratio > 0.8) return { turn: 'same', text: `About as often as ${stretch}` };
  const less = Math.round((1 - ratio) * 100);
  return { turn: 'down', text: `${less === 100 ? 'Over 99' : less} % less than ${stretch}` };
}

function times(ratio: number): string {
  const rounded = ratio < 10 ? Math.round(ratio * 10) / 10 : Math.round(ratio);
  return `${new Intl.NumberFormat('en').format(rounded)}×`;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NAMED: readonly (readonly [number, string])[] = [
  [HOUR, 'the hour before'],
  [DAY, 'the day before'],
  [7 * DAY, 'the week before'],
];

/** What lies before a range of that length. */
export function stretchBefore(ms: number): string {
  const named = NAMED.find(([length]) => Math.abs(ms - length) < length / 100);
  if (named !== undefined) return named[1];
  if (ms < 2 * HOUR) return `the ${Math.round(ms / 60_000)} min before`;
  if (ms < 2 * DAY) return `the ${Math.round(ms / HOUR)} h before`;
  return `the ${Math.round(ms / DAY)} d before`;
}
