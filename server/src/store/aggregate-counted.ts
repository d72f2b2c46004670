/** Group-by over any filter fields, counted one by one among the newest matching occurrences, as many as the time budget allows. */
import type { AggregateRow, EventFilter, FilterField } from '../model/query.ts';
import { aggregateColumns } from './aggregate-columns.ts';
import type { Connections } from './connections.ts';
import { countNewest } from './count-newest.ts';
import { timeRange } from './filter.ts';
import { ITS_EVENT, literal } from './scans.ts';
import { textArray } from './text.ts';
import type { Values } from './values.ts';
import { printFromHex } from './write-events.ts';

const MINUTE_MS = 60_000;

export interface Aggregated {
  readonly rows: readonly AggregateRow[];
  readonly partial: boolean;
}

export interface Counted extends Aggregated {
  /** Of each row, the values of the fields as they are stored. */
  readonly keys: readonly (readonly string[])[];
}

export interface Counting {
  readonly fields: readonly FilterField[];
  readonly limit: number;
  readonly now: number;
  /** Slices, and the half-open range that they are of. */
  readonly trend: { readonly trend: number; readonly from: number; readonly to: number } | null;
  /** Left out, all. */
  readonly only?: Counted['keys'];
}

interface CountedRow {
  readonly [column: string]: string | number | readonly number[] | null;
  readonly steps: readonly number[] | null;
  readonly sums: readonly number[] | null;
}

export async function counted(connections: Connections, filter: EventFilter, counting: Counting): Promise<Counted> {
  const { found, partial } = await countNewest<CountedRow>(connections, filter, counting.now, (source, values) =>
    statementOf(source, counting, values),
  );
  const keys = found.map((row) => counting.fields.map((_, i) => String(row[`k${String(i)}`] ?? '')));
  return { rows: found.map((row, i) => rowOf(row, keys[i] ?? [], filter, counting)), keys, partial };
}

function statementOf(source: string, { fields, limit, trend, only }: Counting, values: Values): string {
  const { keys, group } = aggregateColumns(fields);
  const names = fields.map((_, i) => `k${String(i)}`);
  const grouped = group.length === 0 ? '' : `GROUP BY ${group.join(', ')}`;
  const lists =
    only === undefined ? [] : fields.map((_, i) => `${values.add(textArray(only.map((key) => key[i] ?? '')))}::text[]`);
  const wanted = lists.length === 0 ? '' : `WHERE (${names.join(', ')}) IN (SELECT * FROM unnest(${lists.join(', ')}))`;
  const told = `SELECT ${keys} o.at, o.event_id, o.delta, d.cluster_id, d.kind AS told_kind, d.namespace AS told_namespace, e.name AS told_name
    FROM (${source}) o ${ITS_EVENT} JOIN event_dims d ON d.id = o.dims_id
    JOIN clusters c ON c.id = d.cluster_id LEFT JOIN incident_numbers n ON n.no = e.incident_no`;
  const rows = `SELECT ${names.map((name) => `${name},`).join(' ')} count(DISTINCT event_id) AS events,
      COALESCE(sum(delta), 0)::bigint AS occurrences, min(at) AS first, max(at) AS last,
      count(DISTINCT (cluster_id, told_kind, told_namespace, told_name)) AS objects
    FROM told ${wanted} ${grouped} HAVING count(*) > 0 ORDER BY occurrences DESC, events DESC LIMIT ${String(limit)}`;
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

function rowOf(
  row: CountedRow,
  values: readonly string[],
  filter: EventFilter,
  { fields, now, trend }: Counting,
): AggregateRow {
  const { from, to } = timeRange(filter);
  const firstSeen = Number(row['first']);
  const lastSeen = Number(row['last']);
  const occurrences = Number(row['occurrences']);
  const minutes = Math.max(1, ((from === null ? lastSeen : (to ?? now)) - (from ?? firstSeen)) / MINUTE_MS);
  return {
    key: Object.fromEntries(
      fields.map((field, i) => {
        const value = values[i] ?? '';
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
