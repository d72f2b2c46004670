/** How much lies in a range, by the rollups: what decides whether to count rows or read sums, and which index to scan. */
import type { EventFilter } from '../model/query.ts';
import type { Queryable } from './connections.ts';
import { VIEWS } from './dims.ts';
import { allowedDims, restrictedFields, timeRange, viewFor } from './filter.ts';
import { dimsSums } from './rollup-reads.ts';
import type { RollupScope } from './rollup-reads.ts';

/** Occurrences in the range that the dimensions allow; no fewer than there are rows, as good as never. */
export async function matchingOccurrences(queryable: Queryable, filter: EventFilter, now: number): Promise<number> {
  const view = viewFor(restrictedFields(filter));
  const dims = await allowedDims(queryable, filter, view);
  return weigh(queryable, filter, { view, dims }, now);
}

/** Occurrences in the range, whatever their dimensions. */
export async function allOccurrences(queryable: Queryable, filter: EventFilter, now: number): Promise<number> {
  return weigh(queryable, filter, { view: VIEWS.place, dims: null }, now);
}

async function weigh(queryable: Queryable, filter: EventFilter, scope: RollupScope, now: number): Promise<number> {
  if (scope.dims?.length === 0) return 0;
  const sums = await dimsSums(queryable, timeRange(filter), scope, now);
  return sums.reduce((total, sum) => total + sum.occurrences + sum.events, 0);
}
