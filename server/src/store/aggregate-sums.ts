/** Group-by over facet fields of more than can be counted row by row: from rollups, with the trend and what was before. */
import type { AggregateRow, EventFilter, FacetField } from '../model/query.ts';
import { aggregateColumns } from './aggregate-columns.ts';
import type { Connections, Queryable } from './connections.ts';
import { dimsOf, dimsSums, type RollupScope } from './rollup-reads.ts';
import { rollupScope } from './rollup-scope.ts';
import { literal } from './scans.ts';
import { type Bucket, spread } from './spread.ts';
import { plainArray } from './text.ts';
import { ROLLUP_MS } from './write-rollups.ts';

/** A range is told by at least so many buckets: the first and the last one lie partly outside. */
const BUCKETS = 24;
/** For reading sums, far more than they take: a statement that is stuck ends. */
const SUMS_MS = 30_000;
const MINUTE_MS = 60_000;

export interface SumsQuestion {
  readonly filter: EventFilter;
  readonly fields: readonly FacetField[];
  readonly limit: number;
  /** Half-open, milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly trend: number;
  readonly compare: boolean;
  readonly now: number;
}

interface Group {
  readonly key: Readonly<Record<string, string>>;
  events: number;
  readonly buckets: Bucket[];
  readonly earlier: Bucket[];
}

export async function aggregateSums(
  connections: Connections,
  question: SumsQuestion,
): Promise<readonly AggregateRow[]> {
  const groups = await connections.reading(SUMS_MS, (queryable) => readGroups(queryable, question));
  return [...groups]
    .map((group) => rowOf(group, question))
    .filter(({ occurrences }) => occurrences > 0)
    .sort((a, b) => b.occurrences - a.occurrences || b.events - a.events)
    .slice(0, question.limit);
}

async function readGroups(queryable: Queryable, question: SumsQuestion): Promise<Iterable<Group>> {
  const { filter, fields, from, now } = question;
  const scope = await rollupScope(queryable, filter, fields);
  if (scope.dims?.length === 0) return [];
  const dims = await readDims(queryable, scope, question);
  const sums = await dimsSums(queryable, { from, to: filter.to ?? null }, scope, now);
  const keys = await keysOf(
    queryable,
    fields,
    [...dims, ...sums].map(({ dimsId }) => dimsId),
  );
  const groups = new Map<string, Group>();
  const groupOf = (dimsId: number): Group => {
    const values = keys.get(dimsId) ?? fields.map(() => '');
    const id = JSON.stringify(values);
    const known = groups.get(id);
    if (known !== undefined) return known;
    const key = Object.fromEntries(fields.map((field, i) => [field, values[i] ?? '']));
    const made: Group = { key, events: 0, buckets: [], earlier: [] };
    groups.set(id, made);
    return made;
  };
  for (const { dimsId, buckets } of dims) putInto(groupOf(dimsId), buckets, from);
  for (const { dimsId, events } of sums) groupOf(dimsId).events += events;
  return groups.values();
}

/** A bucket that reaches over the beginning of the range tells of both sides. */
function putInto({ buckets, earlier }: Group, told: readonly Bucket[], from: number): void {
  for (const bucket of told) {
    if (bucket.end > from) buckets.push(bucket);
    if (bucket.start < from) earlier.push(bucket);
  }
}

interface DimsBuckets {
  readonly dimsId: number;
  readonly buckets: readonly Bucket[];
}

/** Of the range and, where that is compared, the stretch before it. */
async function readDims(
  queryable: Queryable,
  scope: RollupScope,
  { filter, from, to, trend, compare, now }: SumsQuestion,
): Promise<readonly DimsBuckets[]> {
  const level = levelFor(to - from, trend);
  const length = ROLLUP_MS[level] ?? ROLLUP_MS[0];
  const start = compare ? from - (to - from) : from;
  const bucketOf = (no: number, occurrences: number): Bucket => {
    // A range without a beginning begins with what happened first; in what is left of the newest bucket nothing has happened yet.
    const begin = filter.from === undefined ? Math.max(no * length, from) : no * length;
    return { start: begin, end: Math.max(begin + 1, Math.min((no + 1) * length, now + 1)), occurrences };
  };
  const read = async (dims: string, sign: 1 | -1): Promise<readonly DimsBuckets[]> => {
    // One row each: there may be hundreds of thousands of buckets.
    const rows = await queryable.query<{ dims_id: number; buckets: string; sums: string }>(
      `SELECT r.dims_id, string_agg(r.bucket::text, ',') AS buckets, string_agg(r.occurrences::text, ',') AS sums
       FROM rollups r
       WHERE r.level = ${String(level)} AND r.bucket >= ${literal(Math.floor(start / length))}
         AND r.bucket < ${literal(Math.ceil(to / length))} AND r.dims_id = ANY ($1::int[]) AND r.occurrences <> 0
       GROUP BY r.dims_id`,
      [dims],
    );
    return rows.map((row) => {
      const sums = row.sums.split(',').map(Number);
      const buckets = row.buckets.split(',').map((no, i) => bucketOf(Number(no), sign * (sums[i] ?? 0)));
      return { dimsId: row.dims_id, buckets };
    });
  };
  const kept = await read(await dimsOf(queryable, scope), 1);
  return scope.less === undefined ? kept : [...kept, ...(await read(plainArray(scope.less), -1))];
}

/** The longest buckets of which two make no more than a slice, or nearly so. */
function levelFor(span: number, trend: number): number {
  const longest = Math.min(span / BUCKETS, (2 * span) / Math.max(1, trend));
  return Math.max(
    0,
    ROLLUP_MS.findLastIndex((length) => length <= longest),
  );
}

async function keysOf(
  queryable: Queryable,
  fields: readonly FacetField[],
  ids: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const { keys } = aggregateColumns(fields);
  const rows = await queryable.query<Readonly<Record<string, string | number>>>(
    `SELECT ${keys} d.id FROM event_dims d JOIN clusters c ON c.id = d.cluster_id WHERE d.id = ANY ($1::int[])`,
    [plainArray(ids)],
  );
  return new Map(rows.map((row) => [Number(row['id']), fields.map((_, i) => String(row[`k${String(i)}`] ?? ''))]));
}

function rowOf({ key, events, buckets, earlier }: Group, question: SumsQuestion): AggregateRow {
  const { from, to, trend, compare, now } = question;
  const slices = spread(buckets, from, to, Math.max(1, trend));
  const occurrences = slices.reduce((sum, each) => sum + each, 0);
  const told = buckets.filter((bucket) => bucket.occurrences !== 0);
  return {
    key,
    events,
    occurrences,
    perMinute: occurrences / Math.max(1, (to - from) / MINUTE_MS),
    firstSeen: Math.max(from, Math.min(...told.map(({ start }) => start))),
    lastSeen: Math.min(to, now, Math.max(...told.map(({ end }) => end))),
    distinctObjects: null,
    trend: trend === 0 ? [] : slices,
    before: compare ? (spread(earlier, from - (to - from), from, 1)[0] ?? 0) : null,
  };
}
