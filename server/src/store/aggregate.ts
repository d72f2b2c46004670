/** Group-by over any filter fields: counted among the newest matching occurrences within the time budget, or told from sums. */
import {
  type AggregateOptions,
  type EventFilter,
  FACET_FIELDS,
  type FacetField,
  type FilterField,
} from '../model/query.ts';
import { type Aggregated, type Counted, counted, type Counting } from './aggregate-counted.ts';
import { aggregateSums } from './aggregate-sums.ts';
import type { Connections } from './connections.ts';
import { matchingOccurrences } from './density.ts';
import { rowConditions } from './filter.ts';
import { oldestOf } from './oldest.ts';

export async function aggregateEvents(
  connections: Connections,
  filter: EventFilter,
  groupBy: readonly FilterField[],
  limit: number,
  {
    trend = 0,
    compare = false,
    now,
    countedLimit,
  }: AggregateOptions & { readonly now: number; readonly countedLimit: number },
): Promise<Aggregated> {
  const fields = [...new Set(groupBy)];
  const told = ({ rows, partial }: Aggregated) => ({ rows, partial });
  if (trend === 0 && !compare) return told(await counted(connections, filter, { fields, limit, now, trend: null }));
  const until = filter.to ?? now + 1;
  const from = filter.from ?? Math.min(until - 1, await oldestOf(connections, filter, now));
  // A range may begin after now.
  const to = Math.max(until, from + 1);
  const compared = compare && filter.from !== undefined;
  const before = { ...filter, from: from - (to - from), to: from };
  const byRows = async () => {
    const counting = { fields, limit, now, trend: trend === 0 ? null : { trend, from, to } };
    const found = await counted(connections, filter, counting);
    return told(compared ? await compareWith(connections, before, found, { fields, limit, now }) : found);
  };
  if (!areTellable(fields) || rowConditions(filter).any) return byRows();
  const ranges = [{ ...filter, from, to }, ...(compared ? [before] : [])];
  const weights = await Promise.all(ranges.map((each) => matchingOccurrences(connections, each, now)));
  const found = Math.max(...weights) > countedLimit ? null : await byRows();
  if (found?.partial === false) return found;
  const question = { filter, fields, limit, from, to, trend, compare: compared, now };
  return { rows: await aggregateSums(connections, question), partial: false };
}

function areTellable(fields: readonly FilterField[]): fields is readonly FacetField[] {
  return fields.every((field) => (FACET_FIELDS as readonly string[]).includes(field));
}

/** What could not be counted whole on both sides is not comparable. */
async function compareWith(
  connections: Connections,
  before: EventFilter,
  found: Counted,
  counting: Pick<Counting, 'fields' | 'limit' | 'now'>,
): Promise<Aggregated> {
  if (found.partial) return found;
  // Of the groups that are told alone: there may be as many others as occurrences that are read.
  const earlier = await counted(connections, before, { ...counting, trend: null, only: found.keys });
  if (earlier.partial) return { ...found, partial: true };
  const known = new Map(earlier.rows.map((row, i) => [JSON.stringify(earlier.keys[i]), row.occurrences]));
  const rows = found.rows.map((row, i) => ({ ...row, before: known.get(JSON.stringify(found.keys[i])) ?? 0 }));
  return { rows, partial: false };
}
