/** Counting what rollups cannot tell: among the newest matching occurrences, as many as the time budget allows. */
import type { EventFilter } from '../model/query.ts';
import type { Connections } from './connections.ts';
import { matchingOccurrences } from './density.ts';
import { ranOutOfTime } from './errors.ts';
import { allowedDims, indexedEvents, rowConditions, timeRange } from './filter.ts';
import { inRange } from './scans.ts';
import { plainArray } from './text.ts';
import { Values } from './values.ts';

const SCAN_LIMIT = 100_000;
const SMALLEST_SCAN = 1_000;
const BUDGET_MS = 900;

export interface Counted<R> {
  readonly found: readonly R[];
  /** True when older matching occurrences were left out. */
  readonly partial: boolean;
}

/** `summed` turns the source, a SELECT of at, seq, event_id, dims_id and delta, into the statement to run. */
export async function countNewest<R extends Record<string, unknown>>(
  connections: Connections,
  filter: EventFilter,
  now: number,
  summed: (source: string) => string,
): Promise<Counted<R>> {
  const until = performance.now() + BUDGET_MS;
  const dims = await allowedDims(connections, filter);
  if (dims?.length === 0) return { found: [], partial: false };
  const rows = rowConditions(filter);
  const ids = await indexedEvents(connections, rows);
  for (let limit = SCAN_LIMIT; ; limit = Math.ceil(limit / 10)) {
    const values = new Values();
    const conditions = [inRange(timeRange(filter))];
    if (dims !== null) conditions.push(`o.dims_id = ANY (${values.add(plainArray(dims))}::int[])`);
    if (ids !== null) conditions.push(`o.event_id = ANY (${values.add(plainArray(ids))}::bigint[])`);
    const order = ids === null ? `ORDER BY o.at DESC, o.seq DESC LIMIT ${String(limit)}` : '';
    const newest = `SELECT o.at, o.seq, o.event_id, o.dims_id, o.delta FROM occurrences o WHERE ${conditions.join(' AND ')} ${order}`;
    const source = rows.any
      ? `SELECT o.* FROM (${newest}) o JOIN events e ON e.id = o.event_id JOIN event_dims d ON d.id = e.dims_id WHERE ${rows.sql(values)}`
      : newest;
    // Half of what is left, so that a smaller try still fits.
    const left = Math.max(100, until - performance.now());
    const last = limit <= SMALLEST_SCAN || ids !== null;
    try {
      const found = await connections.reading(last ? left : left / 2, (queryable) =>
        queryable.query<R>(summed(source), values.list),
      );
      const whole =
        ids !== null || (limit === SCAN_LIMIT && (await matchingOccurrences(connections, filter, now)) <= limit);
      return { found, partial: !whole };
    } catch (error) {
      if (!ranOutOfTime(error)) throw error;
      if (last) return { found: [], partial: true };
    }
  }
}
