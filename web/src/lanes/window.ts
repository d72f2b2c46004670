/** The stretch of time that a timeline shows: moved, zoomed, and as an address has it. */
import { momentOf, type Range } from '../filter/time-range.ts';

/** Milliseconds, half-open. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHORTEST = 10 * SECOND;
const LONGEST = 400 * DAY;

const USUAL_FROM = 'now-6h';
/** In place of all time, which has no left edge. */
export const EVER_FROM = 'now-400d';

/** What the API is asked for. Without a beginning, six hours up to now, or the day before the end. */
export function askedRange({ from, to }: Range, now: number): { readonly from: string; readonly to?: string } {
  const end = to === null ? {} : { to };
  if (from !== null) return { from, ...end };
  const moment = to === null || to === 'now' ? null : momentOf(to, now);
  return { from: moment === null ? USUAL_FROM : new Date(moment - DAY).toISOString(), ...end };
}

/** Six hours up to now where the range is none. */
export function windowOf(range: Range, now: number): Window {
  const { from, to = null } = askedRange(range, now);
  const end = to === null ? now : (momentOf(to, now) ?? now);
  const begin = momentOf(from, now) ?? end - 6 * HOUR;
  return begin < end ? { from: begin, to: end } : { from: end - 6 * HOUR, to: end };
}

/** `factor` below 1 shows less; the moment `around` stays where it is. */
export function zoomed({ from, to }: Window, factor: number, around: number, now: number): Window {
  const span = to - from;
  const next = Math.min(LONGEST, Math.max(SHORTEST, span * factor));
  const begin = around - ((around - from) / span) * next;
  return notAhead({ from: begin, to: begin + next }, now);
}

export function panned({ from, to }: Window, by: number, now: number): Window {
  return notAhead({ from: from + by, to: to + by }, now);
}

/** Nothing happened yet in what is to come. */
function notAhead({ from, to }: Window, now: number): Window {
  const over = Math.max(0, to - now);
  return { from: from - over, to: to - over };
}

/** Of a stretch that was drawn on the axis, in either direction. */
export function brushed(a: number, b: number, now: number): Window {
  const [from, to] = a < b ? [a, b] : [b, a];
  return notAhead({ from, to: Math.max(to, from + SHORTEST) }, now);
}

/** One that ends now goes on with the clock. */
export function rangeOfWindow({ from, to }: Window, now: number): Range {
  const span = to - from;
  if (now - to < Math.max(SECOND, span / 200)) return { from: `now-${spanText(span)}`, to: null };
  return { from: new Date(Math.round(from)).toISOString(), to: new Date(Math.round(to)).toISOString() };
}

const UNITS = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
] as const;

/** The two largest units: `1h30m`. */
function spanText(ms: number): string {
  let rest = Math.max(SECOND, Math.round(ms / SECOND) * SECOND);
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count}${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join('');
}
