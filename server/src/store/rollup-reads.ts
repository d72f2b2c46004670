/** Sums over the rollups for any range, from the longest buckets that fit into it. */
import type { Queryable } from './connections.ts';
import type { TimeRange } from './filter.ts';
import { literal } from './scans.ts';
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

/** The range widened to whole five minutes. */
export function alignedRange(range: TimeRange): { readonly from: number; readonly to: number } {
  return {
    from: range.from === null ? -Infinity : Math.floor(range.from / FINE) * FINE,
    to: range.to === null ? Infinity : Math.ceil(range.to / FINE) * FINE,
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

/**
 * Per dimension, events that happened in the range and their occurrences. For a range open to now `events` is exact at five
 * minutes; for one that ended it counts events whose life (first to last occurrence) overlaps the range.
 */
export async function dimsSums(
  queryable: Queryable,
  range: TimeRange,
  dims: readonly number[] | null,
): Promise<readonly DimsSum[]> {
  const { from, to } = alignedRange(range);
  const within = segmentsOf(from, to).map((each) => select(each, 'last', 'occurrences', dims !== null));
  // Of the events that were last seen after the range those that were born before its end lived in it, too.
  const after = Number.isFinite(to)
    ? segmentsOf(to, Infinity).map((each) => select(each, 'last - born', '0', dims !== null))
    : [];
  const parts = [...within, ...after];
  if (parts.length === 0) return [];
  const rows = await queryable.query<{ dims_id: number; events: number; occurrences: number }>(
    `SELECT dims_id, sum(events)::bigint AS events, sum(occurrences)::bigint AS occurrences FROM (${parts.join(' UNION ALL ')}) parts
     GROUP BY dims_id HAVING sum(events) > 0 OR sum(occurrences) > 0`,
    dims === null ? [] : [plainArray(dims)],
  );
  return rows.map((row) => ({ dimsId: row.dims_id, events: row.events, occurrences: row.occurrences }));
}

function select(each: Segment, events: string, occurrences: string, restricted: boolean): string {
  const conditions = [`level = ${String(each.level)}`];
  if (Number.isFinite(each.from)) conditions.push(`bucket >= ${bucket(each.from)}`);
  if (Number.isFinite(each.to)) conditions.push(`bucket < ${bucket(each.to)}`);
  if (restricted) conditions.push('dims_id = ANY ($1::int[])');
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
  dims: readonly number[] | null,
): Promise<readonly SeverityBucket[]> {
  const level = ROLLUP_MS.findLastIndex((length) => bucketMs % length === 0 && from % length === 0);
  const length = ROLLUP_MS[Math.max(0, level)] ?? FINE;
  const each = { level: Math.max(0, level), from: Math.floor(from / length), to: Math.ceil(to / length) };
  const rows = await queryable.query<{ step: number; severity: string; occurrences: number }>(
    `SELECT s.step, d.severity, sum(s.occurrences)::bigint AS occurrences FROM (
       SELECT (bucket - ${bucket(each.from)}) / ${String(bucketMs / length)} AS step, dims_id, sum(occurrences) AS occurrences
       FROM rollups WHERE level = ${String(each.level)} AND bucket >= ${bucket(each.from)} AND bucket < ${bucket(each.to)}
         ${dims === null ? '' : 'AND dims_id = ANY ($1::int[])'} GROUP BY 1, 2) s
     JOIN event_dims d ON d.id = s.dims_id GROUP BY 1, 2`,
    dims === null ? [] : [plainArray(dims)],
  );
  return rows.map((row) => ({
    start: from + row.step * bucketMs,
    severity: row.severity,
    occurrences: row.occurrences,
  }));
}
