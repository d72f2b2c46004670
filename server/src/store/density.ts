/** How much lies in a range, by the rollups: what decides whether to count rows or read sums, and which index to scan. */
import type { Queryable } from './connections.ts';
import type { TimeRange } from './filter.ts';
import { dimsSums } from './rollup-reads.ts';

export interface Density {
  /** Occurrences of the allowed dimensions, and of all. At least the number of rows, apart from rows that only moved a time. */
  readonly matching: number;
  readonly all: number;
  /** The allowed dimensions that have anything in the range. */
  readonly active: readonly number[];
}

export async function densityOf(
  queryable: Queryable,
  range: TimeRange,
  dims: readonly number[] | null,
): Promise<Density> {
  const allowed = dims === null ? null : new Set(dims);
  let matching = 0;
  let all = 0;
  const active: number[] = [];
  for (const sum of await dimsSums(queryable, range, null)) {
    const weight = sum.occurrences + sum.events;
    all += weight;
    if (allowed?.has(sum.dimsId) === false) continue;
    matching += weight;
    active.push(sum.dimsId);
  }
  return { matching, all, active };
}
