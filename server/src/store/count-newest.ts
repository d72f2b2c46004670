/** Counting what rollups cannot tell: among the newest matching occurrences, as many as the time budget allows. */
import type { EventFilter } from '../model/query.ts';
import type { Connections } from './connections.ts';
import { matchingOccurrences } from './density.ts';
import { ranOutOfTime } from './errors.ts';
import { allowedDims, indexedEvents, rowConditions, timeRange } from './filter.ts';
import { inRange, ITS_EVENT } from './scans.ts';
import { plainArray } from './text.ts';
import { Values } from './values.ts';

/** More occurrences than this are never counted one by one. */
const SCAN_LIMIT = 100_000;
const SMALLEST_SCAN = 1_000;
const BUDGET_MS = 900;

export interface Counted<R> {
  readonly found: readonly R[];
  /** True when older matching occurrences were left out. */
  readonly partial: boolean;
}

export interface CountOptions {
  /** Occurrences that are read at the most; `SCAN_LIMIT` by default. */
  readonly most?: number;
  /** What is left out: a filter's conditions beside time and scope. */
  readonly except?: EventFilter;
}

/** `summed` turns the source, a SELECT of at, seq, event_id, dims_id and delta, into the statement to run; `values` are its parameters. */
export async function countNewest<R extends Record<string, unknown>>(
  connections: Connections,
  filter: EventFilter,
  now: number,
  summed: (source: string, values: Values) => string,
  { most = SCAN_LIMIT, except }: CountOptions = {},
): Promise<Counted<R>> {
  const until = performance.now() + BUDGET_MS;
  const dims = await allowedDims(connections, filter);
  if (dims?.length === 0) return { found: [], partial: false };
  const rows = rowConditions(filter);
  const ids = await indexedEvents(connections, rows);
  const leftOut = except === undefined ? null : await leavingOut(connections, except);
  for (let limit = most; ; limit = Math.ceil(limit / 10)) {
    const values = new Values();
    const conditions = [inRange(timeRange(filter))];
    if (dims !== null) conditions.push(`o.dims_id = ANY (${values.add(plainArray(dims))}::int[])`);
    if (ids !== null) conditions.push(`o.event_id = ANY (${values.add(plainArray(ids))}::bigint[])`);
    if (leftOut?.early === true) conditions.push(leftOut.sql(values));
    const order = ids === null ? `ORDER BY o.at DESC, o.seq DESC LIMIT ${String(limit)}` : '';
    const newest = `SELECT o.at, o.seq, o.event_id, o.dims_id, o.delta FROM occurrences o WHERE ${conditions.join(' AND ')} ${order}`;
    const late = leftOut?.early === false ? leftOut : null;
    const source =
      rows.any || late !== null
        ? `SELECT o.* FROM (${newest}) o ${ITS_EVENT} JOIN event_dims d ON d.id = e.dims_id
           WHERE ${rows.sql(values)} AND ${late?.sql(values) ?? 'true'}`
        : newest;
    // Half of what is left, so that a smaller try still fits.
    const left = Math.max(100, until - performance.now());
    const last = limit <= SMALLEST_SCAN || ids !== null;
    try {
      const found = await connections.reading(last ? left : left / 2, (queryable) =>
        queryable.query<R>(summed(source, values), values.list),
      );
      const whole = ids !== null || (limit === most && (await matchingOccurrences(connections, filter, now)) <= limit);
      return { found, partial: !whole };
    } catch (error) {
      if (!ranOutOfTime(error)) throw error;
      if (last) return { found: [], partial: true };
    }
  }
}

/** Of occurrences (as o), `early`; else of their events (as e) with dimensions (as d). */
async function leavingOut(
  connections: Connections,
  except: EventFilter,
): Promise<{ readonly early: boolean; sql(values: Values): string }> {
  const dims = await allowedDims(connections, except);
  const rows = rowConditions(except);
  const byDims = (values: Values) =>
    dims === null ? 'true' : `o.dims_id = ANY (${values.add(plainArray(dims))}::int[])`;
  if (!rows.any) return { early: true, sql: (values) => `NOT (${byDims(values)})` };
  return { early: false, sql: (values) => `(${byDims(values)} AND ${rows.sql(values)}) IS NOT TRUE` };
}
