/** When what a filter and its scope allow began: where a histogram without a beginning starts. */
import type { EventFilter } from '../model/query.ts';
import type { Queryable } from './connections.ts';
import { allowedDims } from './filter.ts';
import { inRange, literal } from './scans.ts';
import { plainArray } from './text.ts';
import { ROLLUP_MS } from './write-rollups.ts';

/**
 * By what dimensions decide: words, names and labels move no beginning. `now` where there is nothing. Whoever sees a part must not
 * learn from it when the rest began.
 */
export async function oldestOf(queryable: Queryable, filter: EventFilter, now: number): Promise<number> {
  const dims = await allowedDims(queryable, filter);
  if (dims === null) return (await first(queryable, 'SELECT min(at) AS at FROM occurrences')) ?? now;
  const list = [plainArray(dims)];
  // Rollups know in which five minutes to look: the first of many dimensions in many partitions would take as many lookups.
  const start = await first(
    queryable,
    `SELECT min(bucket)::bigint * ${literal(ROLLUP_MS[0])} AS at FROM rollups WHERE level = 0 AND occurrences > 0 AND dims_id = ANY ($1::int[])`,
    list,
  );
  if (start === null) return now;
  const exact = await first(
    queryable,
    `SELECT min(o.at) AS at FROM occurrences o
     WHERE ${inRange({ from: start, to: start + ROLLUP_MS[0] })} AND o.dims_id = ANY ($1::int[]) AND o.delta > 0`,
    list,
  );
  return exact ?? start;
}

async function first(queryable: Queryable, statement: string, values: unknown[] = []): Promise<number | null> {
  const rows = await queryable.query<{ at: number | null }>(statement, values);
  return rows[0]?.at ?? null;
}
