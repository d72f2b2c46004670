/** Group-by over any filter fields: counted among the newest matching occurrences within the time budget, or told from sums. */
import {
  type AggregateOptions,
  type AggregateRow,
  type EventFilter,
  FACET_FIELDS,
  type FacetField,
  type FilterField,
} from '../model/query.ts';
import { aggregateColumns } from './aggregate-columns.ts';
import { aggregateSums } from './aggregate-sums.ts';
import type { Connections } from './connections.ts';
import { countNewest, SCAN_LIMIT } from './count-newest.ts';
import { matchingOccurrences } from './density.ts';
import { rowConditions, timeRange } from './filter.ts';
import { oldestOf } from './oldest.ts';
import { ITS_EVENT, literal } from './scans.ts';
import { printFromHex } from './write-events.ts';

const MINUTE_MS = 60_000;

interface Aggregated {
  readonly rows: readonly AggregateRow[];
  readonly partial: boolean;
}

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
  if (trend === 0 && !compare) return counted(connections, filter, { fields, limit, now, trend: null });
  const until = filter.to ?? now + 1;
  const from = filter.from ?? Math.min(until - 1, await oldestOf(connections, filter, now));
  // A range may begin after now.
  const to = Math.max(until, from + 1);
  const compared = compare && filter.from !== undefined;
  const before = { ...filter, from: from - (to - from), to: from };
  const byRows = async () => {
    const counting = { fields, limit, now, trend: trend === 0 ? null : { trend, from, to } };
    const found = await counted(connections, filter, counting);
    return compared ? compareWith(connections, before, found, { fields, now }) : found;
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

/** What could not be counted whole on both sides is not comparable. There are no more groups than occurrences that are read. */
async function compareWith(
  connections: Connections,
  before: EventFilter,
  found: Aggregated,
  { fields, now }: Pick<Counting, 'fields' | 'now'>,
): Promise<Aggregated> {
  if (found.partial) return found;
  const earlier = await counted(connections, before, { fields, limit: SCAN_LIMIT, now, trend: null });
  if (earlier.partial) return { ...found, partial: true };
  const idOf = ({ key }: AggregateRow) => JSON.stringify(fields.map((field) => key[field]));
  const known = new Map(earlier.rows.map((row) => [idOf(row), row.occurrences]));
  return { ...found, rows: found.rows.map((row) => ({ ...row, before: known.get(idOf(row)) ?? 0 })) };
}

interface Counting {
  readonly fields: readonly FilterField[];
  readonly limit: number;
  readonly now: number;
  /** Slices, and the half-open range that they are of. */
  readonly trend: { readonly trend: number; readonly from: number; readonly to: number } | null;
}

interface CountedRow {
  readonly [column: string]: string | number | readonly number[] | null;
  readonly steps: readonly number[] | null;
  readonly sums: readonly number[] | null;
}

async function counted(connections: Connections, filter: EventFilter, counting: Counting): Promise<Aggregated> {
  const { found, partial } = await countNewest<CountedRow>(connections, filter, counting.now, (source) =>
    statementOf(source, counting),
  );
  return { rows: found.map((row) => rowOf(row, filter, counting)), partial };
}

function statementOf(source: string, { fields, limit, trend }: Counting): string {
  const { keys, group } = aggregateColumns(fields);
  const names = fields.map((_, i) => `k${String(i)}`);
  const grouped = group.length === 0 ? '' : `GROUP BY ${group.join(', ')}`;
  const told = `SELECT ${keys} o.at, o.event_id, o.delta, d.cluster_id, d.kind AS told_kind, d.namespace AS told_namespace, e.name AS told_name
    FROM (${source}) o ${ITS_EVENT} JOIN event_dims d ON d.id = o.dims_id
    JOIN clusters c ON c.id = d.cluster_id LEFT JOIN incident_numbers n ON n.no = e.incident_no`;
  const rows = `SELECT ${names.map((name) => `${name},`).join(' ')} count(DISTINCT event_id) AS events,
      COALESCE(sum(delta), 0)::bigint AS occurrences, min(at) AS first, max(at) AS last,
      count(DISTINCT (cluster_id, told_kind, told_namespace, told_name)) AS objects
    FROM told ${grouped} HAVING count(*) > 0 ORDER BY occurrences DESC, events DESC LIMIT ${String(limit)}`;
  if (trend === null) return `WITH told AS (${told}) ${rows}`;
  const exact = `floor((at - ${literal(trend.from)})::float8 * ${String(trend.trend)} / ${literal(trend.to - trend.from)})`;
  // On a clock that was set back, something may have happened after now.
  const step = `LEAST(${String(trend.trend - 1)}, GREATEST(0, ${exact}))::int`;
  const together = names.length === 0 ? 'ON true' : `USING (${names.join(', ')})`;
  return `WITH told AS MATERIALIZED (${told}), chosen AS (${rows}),
    stepped AS (SELECT ${names.map((name) => `${name},`).join(' ')} ${step} AS step, sum(delta)::bigint AS sum FROM told
      GROUP BY ${[...group, String(group.length + 1)].join(', ')}),
    trends AS (SELECT ${names.map((name) => `${name},`).join(' ')} array_agg(step) AS steps, array_agg(sum::float8) AS sums FROM stepped ${grouped})
    SELECT * FROM chosen JOIN trends ${together} ORDER BY occurrences DESC, events DESC`;
}

function rowOf(row: CountedRow, filter: EventFilter, { fields, now, trend }: Counting): AggregateRow {
  const { from, to } = timeRange(filter);
  const firstSeen = Number(row['first']);
  const lastSeen = Number(row['last']);
  const occurrences = Number(row['occurrences']);
  const minutes = Math.max(1, ((from === null ? lastSeen : (to ?? now)) - (from ?? firstSeen)) / MINUTE_MS);
  return {
    key: Object.fromEntries(
      fields.map((field, i) => {
        const value = String(row[`k${String(i)}`] ?? '');
        return [field, field === 'fingerprint' ? printFromHex(value) : value];
      }),
    ),
    events: Number(row['events']),
    occurrences,
    perMinute: occurrences / minutes,
    firstSeen,
    lastSeen,
    distinctObjects: Number(row['objects']),
    trend: trend === null ? [] : trendOf(row, trend.trend),
    before: null,
  };
}

function trendOf({ steps, sums }: CountedRow, slices: number): readonly number[] {
  const trend = Array.from({ length: slices }, () => 0);
  for (const [i, step] of (steps ?? []).entries()) trend[step] = sums?.[i] ?? 0;
  return trend;
}
