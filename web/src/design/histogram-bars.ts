/** What a histogram draws and says, out of the API's answer. */
import type { WireHistogram, WireSeverity } from '@tattle/contract';
import { exact, type Zone } from '../time/format.ts';
import { counted, whole } from './numbers.ts';
import { SEVERITIES, SEVERITY_WORDS } from './severities.ts';

type Bucket = WireHistogram['buckets'][number];

/**
 * Starts in seconds, then one line of heights for each severity, the mildest first. Each is the sum of its own and of all worse ones:
 * drawn one over another they stack, with the worst on the ground.
 */
export function stacked(buckets: readonly Bucket[]): [number[], ...number[][]] {
  const heights = SEVERITIES.toReversed().map((severity) => {
    const counting = SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1);
    return buckets.map(({ occurrences }) => counting.reduce((sum, each) => sum + (occurrences[each] ?? 0), 0));
  });
  return [buckets.map(({ start }) => Date.parse(start) / 1000), ...heights];
}

export interface Share {
  readonly severity: WireSeverity;
  readonly count: number;
}

/** The severities that occur in these buckets, the worst first. */
export function sharesOf(buckets: readonly Bucket[]): readonly Share[] {
  return SEVERITIES.map((severity) => ({
    severity,
    count: buckets.reduce((sum, { occurrences }) => sum + (occurrences[severity] ?? 0), 0),
  })).filter(({ count }) => count > 0);
}

/** The bucket at a place of the drawing, 0 to 1 from its left edge. */
export function bucketAt(place: number, buckets: number): number {
  return Math.max(0, Math.min(buckets - 1, Math.floor(place * buckets)));
}

/** From the beginning of one bucket to the end of another, whichever is the earlier. */
export function stretchOf(
  { buckets, bucketMs }: WireHistogram,
  one: number,
  other: number,
): { readonly from: string; readonly to: string } | null {
  const first = buckets[Math.min(one, other)];
  const last = buckets[Math.max(one, other)];
  if (first === undefined || last === undefined) return null;
  return { from: first.start, to: new Date(Date.parse(last.start) + bucketMs).toISOString() };
}

/** `2026-11-26 03:14:00 to 03:15:00`. */
export function stretchWords({ from, to }: { readonly from: string; readonly to: string }, zone: Zone): string {
  const [begin, end] = [exact(Date.parse(from), zone), exact(Date.parse(to), zone)];
  return `${begin} to ${begin.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`;
}

/** `14 events: 1 critical, 13 info`. */
export function sharesWords(shares: readonly Share[]): string {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return 'No events';
  const each = shares.map(({ severity, count }) => `${whole(count)} ${SEVERITY_WORDS[severity].toLowerCase()}`);
  return `${counted(total, 'event')}: ${each.join(', ')}`;
}

const DAY_SECONDS = 86_400;

/** A mark on the axis of time: the day where one begins, else the time, with its seconds where marks are that near. Seconds, as the plot has them. */
export function timeWords(seconds: number, step: number, zone: Zone): string {
  const text = exact(seconds * 1000, zone);
  const time = text.slice(11);
  if (step >= DAY_SECONDS || time === '00:00:00') {
    const options = { month: 'short', day: 'numeric', ...(zone === 'utc' ? { timeZone: 'UTC' } : {}) } as const;
    return new Intl.DateTimeFormat('en', options).format(seconds * 1000);
  }
  return step < 60 ? time : time.slice(0, 5);
}
