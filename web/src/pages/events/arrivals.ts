/** What came since a list was read: how to ask how much that is, and what the answer means. */
import type { WireAggregate, WireEvent } from '@tattle/contract';
import { whole } from '../../design/numbers.ts';
import type { EventQuery } from '../../filter/terms.ts';

/** Beyond this it is "1,000+", and is not asked for any more. */
export const MOST_NEW = 1000;

/** An event may be stored that much later than one that happened after it. */
const LATE_MS = 5000;

/** The newest end of a list. */
export interface Head {
  /** When the newest row happened last, milliseconds; null for an empty list. */
  readonly newest: number | null;
  /** Where to count from, so that what was late is counted, too; milliseconds. */
  readonly from: number | null;
  /** How many rows are known from there on. */
  readonly known: number;
}

/** `rows` is the first page, the most recent activity first. */
export function headOf(rows: readonly WireEvent[], isWhole: boolean): Head {
  const times = rows.map(({ lastSeen }) => Date.parse(lastSeen));
  const [newest] = times;
  if (newest === undefined) return { newest: null, from: null, known: 0 };
  const oldest = times.at(-1) ?? newest;
  // Rows of the same millisecond as the page's last may be on the next page.
  const reach = isWhole ? newest - LATE_MS : Math.max(newest - LATE_MS, Math.min(oldest + 1, newest));
  return { newest, from: reach, known: times.filter((time) => time >= reach).length };
}

/** The question to what happened since: what the head does not know may have happened a little before it. */
export function after(query: EventQuery, { from }: Head): EventQuery {
  return from === null ? query : { ...query, from: new Date(from).toISOString() };
}

/** The question to the list as it was: up to its newest row, so that what happens meanwhile moves no row to another page. */
export function upTo(query: EventQuery, { newest }: Head): EventQuery {
  return newest === null ? query : { ...query, to: new Date(newest + 1).toISOString() };
}

/**
 * How many events are new, or happened again, since the list with this head was read. Of the rows that were known one cannot tell
 * which happened again: that there was something later is at least one.
 */
export function newSince(head: Head, { rows }: Pick<WireAggregate, 'rows'>): number {
  const events = rows.reduce((sum, row) => sum + row.events, 0);
  const latest = Math.max(...rows.map(({ lastSeen }) => Date.parse(lastSeen)), 0);
  const isLater = head.newest !== null && latest > head.newest;
  return Math.max(events - head.known, isLater ? 1 : 0);
}

/** `37 new or repeated`, `1,000+ new or repeated`. */
export function newWords(count: number): string {
  return `${whole(Math.min(count, MOST_NEW))}${count >= MOST_NEW ? '+' : ''} new or repeated`;
}
