/** Sums over the rollups for any range, from the longest buckets that fit into it. */
import type { Queryable } from './connections.ts';
import type { TimeRange } from './filter.ts';
import { literal } from './scans.ts';
import type { View } from './dims.ts';
import { plainArray } from './text.ts';
import { ROLLUP_MS } from './write-rollups.ts';

export interface DimsSum {
  readonly dimsId: number;
  readonly events: number;
  readonly occurrences: number;
}

interface Segment {
  readonly level: number;
  /** Half-open, in buckets of the level. */
  readonly from: number;
  readonly to: number;
}

const [FINE, HOUR, DAY] = ROLLUP_MS;

/** From this length on a range is widened to whole hours: the edges would cost more than all that lies between them. */
const LONG_MS = 2 * DAY;

/** The range widened to whole five minutes, a long one to whole hours. */
function alignedRange(range: TimeRange, now: number): { readonly from: number; readonly to: number } {
  const long = range.from === null || (range.to ?? now) - range.from >= LONG_MS;
  const length = long ? HOUR : FINE;
  return {
    from: range.from === null ? -Infinity : Math.floor(range.from / length) * length,
    to: range.to === null ? Infinity : Math.ceil(range.to / length) * length,
  };
}

/** Covers [from, to), both multiples of five minutes or infinite, by days within, hours around them, five minutes at the edges. */
export function segmentsOf(from: number, to: number): readonly Segment[] {
  if (from >= to) return [];
  const inner = (length: number) => ({ from: Math.ceil(from / length) * length, to: Math.floor(to / length) * length });
  const hours = inner(HOUR);
  if (hours.from >= hours.to) return [segment(0, FINE, from, to)];
  const days = inner(DAY);
  const middle =
    days.from >= days.to
      ? [segment(1, HOUR, hours.from, hours.to)]
      : [
          segment(1, HOUR, hours.from, days.from),
          segment(2, DAY, days.from, days.to),
          segment(1, HOUR, days.to, hours.to),
        ];
  return [segment(0, FINE, from, hours.from), ...middle, segment(0, FINE, hours.to, to)].filter(
    (each) => each.from < each.to,
  );
}

function segment(level: number, length: number, from: number, to: number): Segment {
  return { level, from: from / length, to: to / length };
}

/** Which rollups: of these dimensions of the view, or of all of them; less those of some others, of whatever view. */
export interface RollupScope {
  readonly view: View;
  readonly dims: readonly number[] | null;
  readonly less?: readonly number[];
}

/**
 * Per dimension (negative for those to be taken away), events that happened in the range and their occurrences. For a range open to now `events` is exact up to the
 * widening of the range; for one that ended it counts events whose life (first to last occurrence) overlaps the range.
 */
export async function dimsSums(
  queryable: Queryable,
  range: TimeRange,
  scope: RollupScope,
  now: number,
): Promise<readonly DimsSum[]> {
  const { from, to } = alignedRange(range, now);
  const within = segmentsOf(from, to).map((each) => select(each, 'last', 'occurrences'));
  // Of the events that were last seen after the range those that were born before its end lived in it, too.
  const after = Number.isFinite(to) ? segmentsOf(to, Infinity).map((each) => select(each, 'last - born', '0')) : [];
  const parts = [...within, ...after];
  if (parts.length === 0) return [];
  const kept = await sumsOf(queryable, parts, await dimsOf(queryable, scope));
  if (scope.less === undefined) return kept;
  const taken = await sumsOf(queryable, parts, plainArray(scope.less));
  return [
    ...kept,
    ...taken.map(({ dimsId, events, occurrences }) => ({ dimsId, events: -events, occurrences: -occurrences })),
  ];
}

async function sumsOf(queryable: Queryable, parts: readonly string[], dims: string): Promise<readonly DimsSum[]> {
  const rows = await queryable.query<{ dims_id: number; events: number; occurrences: number }>(
    `SELECT dims_id, sum(events)::bigint AS events, ${SUM_OF_OCCURRENCES} FROM (${parts.join(' UNION ALL ')}) parts
     GROUP BY dims_id HAVING sum(events) <> 0 OR sum(occurrences::float8) <> 0`,
    [dims],
  );
  return rows.map((row) => ({ dimsId: row.dims_id, events: row.events, occurrences: row.occurrences }));
}

/** The sum of a bigint is a numeric, which takes four times as long; what is counted is a safe integer. */
const SUM_OF_OCCURRENCES = 'sum(occurrences::float8)::bigint AS occurrences';

/** As a literal. */
export async function dimsOf(queryable: Queryable, scope: RollupScope): Promise<string> {
  if (scope.dims !== null) return plainArray(scope.dims);
  const rows = await queryable.query<{ ids: string }>(
    `SELECT COALESCE(array_agg(id), '{}')::text AS ids FROM event_dims WHERE view = $1`,
    [scope.view],
  );
  return rows[0]?.ids ?? '{}';
}

function select(each: Segment, events: string, occurrences: string): string {
  const conditions = [`level = ${String(each.level)}`, 'dims_id = ANY ($1::int[])'];
  if (Number.isFinite(each.from)) conditions.push(`bucket >= ${bucket(each.from)}`);
  if (Number.isFinite(each.to)) conditions.push(`bucket < ${bucket(each.to)}`);
  return `SELECT dims_id, ${events} AS events, ${occurrences}::bigint AS occurrences FROM rollups WHERE ${conditions.join(' AND ')}`;
}

function bucket(value: number): string {
  return literal(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)));
}

export interface SeverityBucket {
  readonly start: number;
  readonly severity: string;
  readonly occurrences: number;
}

/** Occurrences by severity in buckets of `bucketMs`, a multiple of five minutes that starts at `from`. */
export async function severityBuckets(
  queryable: Queryable,
  from: number,
  to: number,
  bucketMs: number,
  scope: RollupScope,
): Promise<readonly SeverityBucket[]> {
  const level = ROLLUP_MS.findLastIndex((length) => bucketMs % length === 0 && from % length === 0);
  const length = ROLLUP_MS[Math.max(0, level)] ?? FINE;
  const each = { level: Math.max(0, level), from: Math.floor(from / length), to: Math.ceil(to / length) };
  const steps = (dims: string) =>
    queryable.query<{ step: number; severity: string; occurrences: number }>(
      `SELECT (r.bucket - ${bucket(each.from)}) / ${String(bucketMs / length)} AS step, d.severity, ${SUM_OF_OCCURRENCES}
       FROM rollups r JOIN event_dims d ON d.id = r.dims_id
       WHERE r.level = ${String(each.level)} AND r.bucket >= ${bucket(each.from)} AND r.bucket < ${bucket(each.to)}
         AND r.dims_id = ANY ($1::int[]) GROUP BY 1, 2`,
      [dims],
    );
  const kept = await steps(await dimsOf(queryable, scope));
  const taken = scope.less === undefined ? [] : await steps(plainArray(scope.less));
  const rows = [...kept, ...taken.map((row) => ({ ...row, occurrences: -row.occurrences }))];
  return rows.map((row) => ({
    start: from + row.step * bucketMs,
    severity: row.severity,
    occurrences: row.occurrences,
  }));
}
