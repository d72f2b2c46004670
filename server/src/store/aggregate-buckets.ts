/** Buckets of rollups over a range: PostgreSQL adds up what belongs together, so that little of hundreds of thousands is read. */
import type { EventFilter } from '../model/query.ts';
import type { Queryable } from './connections.ts';
import { literal } from './scans.ts';
import type { Bucket } from './spread.ts';
import { plainArray } from './text.ts';
import { ROLLUP_MS } from './write-rollups.ts';

/** A range is told by at least so many buckets: the first and the last one lie partly outside. */
const BUCKETS = 24;

export interface BucketRange {
  readonly filter: Pick<EventFilter, 'from'>;
  /** Half-open, milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly trend: number;
  readonly now: number;
}

/** How often things of each of these dimensions happened in the range: what of a bucket lies in it counts, as `spread` has it. */
export async function weightsOf(
  queryable: Queryable,
  dims: readonly number[],
  range: BucketRange,
): Promise<ReadonlyMap<number, number>> {
  const { level, length } = levelFor(range);
  const rows = await queryable.query<{ dims_id: number; weight: number }>(
    `SELECT r.dims_id, sum(r.occurrences * ${shareOf(range, length)}) AS weight FROM rollups r
     WHERE ${within(range.from, range.to, { level, length })} AND r.dims_id = ANY ($1::int[]) GROUP BY 1`,
    [plainArray(dims)],
  );
  return new Map(rows.map(({ dims_id: id, weight }) => [id, weight]));
}

/** Dimensions and the number of the group that each belongs to; `sign` -1 where what happened is not to count. */
export interface Member {
  readonly dimsId: number;
  readonly group: number;
  readonly sign: 1 | -1;
}

/** Buckets of each group in which anything happened, from `start`, which may lie before the range. */
export async function bucketsOf(
  queryable: Queryable,
  members: readonly Member[],
  range: BucketRange,
  start: number,
): Promise<ReadonlyMap<number, readonly Bucket[]>> {
  const { level, length } = levelFor(range);
  // One row each: there may be many buckets. The sum of a bigint is a numeric, which takes four times as long.
  const rows = await queryable.query<{ no: number; buckets: string; sums: string }>(
    `SELECT no, string_agg(bucket::text, ',') AS buckets, string_agg(n::bigint::text, ',') AS sums FROM (
       SELECT m.no, r.bucket, sum(m.sign * r.occurrences::float8) AS n
       FROM rollups r JOIN unnest($1::int[], $2::int[], $3::int[]) AS m (dims_id, no, sign) ON m.dims_id = r.dims_id
       WHERE ${within(start, range.to, { level, length })} AND r.dims_id = ANY ($1::int[]) GROUP BY 1, 2) t
     WHERE n <> 0 GROUP BY 1`,
    [(each: Member) => each.dimsId, (each: Member) => each.group, (each: Member) => each.sign].map((pick) =>
      plainArray(members.map(pick)),
    ),
  );
  return new Map(
    rows.map(({ no, buckets, sums }) => {
      const counts = sums.split(',').map(Number);
      return [no, buckets.split(',').map((bucket, i) => bucketOf(Number(bucket), counts[i] ?? 0, length, range))];
    }),
  );
}

interface Level {
  readonly level: number;
  readonly length: number;
}

/** The longest buckets of which two make no more than a slice, or nearly so. */
function levelFor({ from, to, trend }: BucketRange): Level {
  const span = to - from;
  const longest = Math.min(span / BUCKETS, (2 * span) / Math.max(1, trend));
  const level = Math.max(
    0,
    ROLLUP_MS.findLastIndex((length) => length <= longest),
  );
  return { level, length: ROLLUP_MS[level] ?? ROLLUP_MS[0] };
}

function within(start: number, to: number, { level, length }: Level): string {
  const [first, end] = [literal(Math.floor(start / length)), literal(Math.ceil(to / length))];
  return `r.level = ${String(level)} AND r.bucket >= ${first} AND r.bucket < ${end}`;
}

/** A range without a beginning begins with what happened first; in what is left of the newest bucket nothing has happened yet. */
function bucketOf(no: number, occurrences: number, length: number, { filter, from, now }: BucketRange): Bucket {
  const start = filter.from === undefined ? Math.max(no * length, from) : no * length;
  return { start, end: Math.max(start + 1, Math.min((no + 1) * length, now + 1)), occurrences };
}

/** The same in SQL: how much of a bucket (of r) lies in the range, 0 to 1. */
function shareOf({ filter, from, to, now }: BucketRange, length: number): string {
  const begin = `(r.bucket::float8 * ${String(length)})`;
  const start = filter.from === undefined ? `GREATEST(${begin}, ${literal(from)})` : begin;
  const end = `GREATEST(${start} + 1, LEAST(${begin} + ${String(length)}, ${literal(now + 1)}))`;
  return `GREATEST(0, LEAST(${end}, ${literal(to)}) - GREATEST(${start}, ${literal(from)})) / (${end} - ${start})`;
}
