/** Pieces of SQL over occurrences that lists and counts share. */
import { dayOf, RETENTION_CLASSES, partitionBounds } from './event-id.ts';
import type { TimeRange } from './filter.ts';

/**
 * The range's conditions on occurrences (as o). Nothing happens after its ingest, so partitions of earlier ingest days are
 * left out: as literals, for the planner to see.
 */
export function inRange(range: TimeRange): string {
  const conditions: string[] = [];
  if (range.from !== null) conditions.push(`o.at >= ${literal(range.from)}`, ingestedSince(range.from));
  if (range.to !== null) conditions.push(`o.at < ${literal(range.to)}`);
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

/** As a condition on occurrences (as o): the day of ingest is part of their numbers. */
export function ingestedSince(from: number): string {
  const day = dayOf(from);
  const ranges = RETENTION_CLASSES.map((_, retention) => {
    const [low] = partitionBounds({ retention, day });
    const [, high] = partitionBounds({ retention, day: 2 ** 14 - 1 });
    return `(o.seq >= ${String(low)} AND o.seq < ${String(high)})`;
  });
  return `(${ranges.join(' OR ')})`;
}

/**
 * Joins each occurrence (as o) with its event (as e), one look-up at a time. Left to itself, the planner reads every event that is
 * stored to find some thousand of them: it does not know that a number leads to one partition.
 */
export const ITS_EVENT = 'CROSS JOIN LATERAL (SELECT * FROM events WHERE events.id = o.event_id OFFSET 0) e';

/** A number that comes from a filter, safe to stand in SQL text. */
export function literal(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '9007199254740991' : '-9007199254740991';
  return String(Math.trunc(value));
}
