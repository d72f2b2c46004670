/** Ranges of time as addresses have them, in the API's own words: RFC 3339, `now`, `now-1h30m`. */
import { clockTime, exact, type Zone } from '../time/format.ts';

/** Half-open; what is null is open. */
export interface Range {
  readonly from: string | null;
  readonly to: string | null;
}

export const RANGES: readonly { readonly from: string | null; readonly words: string }[] = [
  { from: 'now-15m', words: 'Last 15 min' },
  { from: 'now-1h', words: 'Last 1 h' },
  { from: 'now-6h', words: 'Last 6 h' },
  { from: 'now-24h', words: 'Last 24 h' },
  { from: 'now-7d', words: 'Last 7 d' },
  { from: null, words: 'All time' },
];

/** What people look back over where lists go on for weeks. */
export const LOOKING_BACK = [
  { from: 'now-1h', title: 'The last hour' },
  { from: 'now-1d', title: 'The last day' },
  { from: 'now-7d', title: 'The last week' },
  { from: 'now-30d', title: 'The last 30 days' },
] as const;

const UNITS: Readonly<Record<string, { readonly ms: number; readonly word: string }>> = {
  s: { ms: 1000, word: 's' },
  m: { ms: 60_000, word: 'min' },
  h: { ms: 3_600_000, word: 'h' },
  d: { ms: 86_400_000, word: 'd' },
  w: { ms: 604_800_000, word: 'w' },
};
const RELATIVE = /^now(?:([-+])((?:\d{1,9}[smhdw]){1,5}))?$/;

export function rangeOf(query: URLSearchParams): Range {
  return { from: filled(query.get('from')), to: filled(query.get('to')) };
}

function filled(text: string | null): string | null {
  return text === '' ? null : text;
}

/** Whether the range goes on into what comes. */
export function isOpen({ to }: Range): boolean {
  return to === null || to === 'now';
}

/** Milliseconds; null where it is no time. */
export function momentOf(text: string, now: number): number | null {
  const relative = RELATIVE.exec(text);
  if (relative !== null) return now + (relative[1] === '+' ? 1 : -1) * spanMs(relative[2] ?? '');
  const moment = /^\d{4}-\d\d-\d\dT/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? null : moment;
}

function spanMs(span: string): number {
  return partsOf(span).reduce((total, { amount, unit }) => total + amount * (UNITS[unit]?.ms ?? 0), 0);
}

function spanWords(span: string): string {
  return partsOf(span)
    .map(({ amount, unit }) => `${amount} ${UNITS[unit]?.word ?? unit}`)
    .join(' ');
}

function partsOf(span: string) {
  return [...span.matchAll(/(\d+)([smhdw])/g)].map(([, amount, unit = '']) => ({ amount: Number(amount), unit }));
}

/** `Last 6 h`, `Nov 25, 03:14 to 04:10`, `Since 3 d ago`, `All time`. */
export function rangeWords({ from, to }: Range, now: number, zone: Zone): string {
  const isNow = to === null || to === 'now';
  if (from === null) return isNow ? 'All time' : `Until ${momentWords(to, now, zone)}`;
  const [, sign, span = ''] = RELATIVE.exec(from) ?? [];
  if (isNow && sign === '-') return `Last ${spanWords(span)}`;
  if (isNow) return `Since ${momentWords(from, now, zone)}`;
  return `${momentWords(from, now, zone)} to ${momentWords(to, now, zone)}`;
}

function momentWords(text: string, now: number, zone: Zone): string {
  if (text === 'now') return 'now';
  const [, sign, span = ''] = RELATIVE.exec(text) ?? [];
  if (sign !== undefined) return sign === '-' ? `${spanWords(span)} ago` : `in ${spanWords(span)}`;
  const moment = momentOf(text, now);
  return moment === null ? text : clockTime(moment, now, zone);
}

/** For `<input type="datetime-local">`. */
export function inputOf(moment: number, zone: Zone): string {
  return exact(moment, zone).replace(' ', 'T');
}

/** What such an input holds, as RFC 3339; null where it is empty or no time. */
export function readInput(text: string, zone: Zone): string | null {
  const moment = Date.parse(zone === 'utc' ? `${text}Z` : text);
  return text === '' || Number.isNaN(moment) ? null : new Date(moment).toISOString();
}

/** Twice as long about the same middle, and not beyond now. */
export function wider(from: number, to: number, now: number): Range {
  const half = Math.max(500, (to - from) / 2);
  const end = Math.min(to + half, Math.max(now, to));
  return {
    from: new Date(Math.max(0, end - 4 * half)).toISOString(),
    to: end >= now ? null : new Date(end).toISOString(),
  };
}

export function withRange(query: URLSearchParams, { from, to }: Range): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries({ from, to })) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next;
}
