/** Facets and histograms: from rows where there are few, else from the rollups that were committed with them. */
import type { EventFilter, Facet, FacetField, Histogram } from '../model/query.ts';
import type { Connections, Queryable } from './connections.ts';
import { densityOf } from './density.ts';
import type { Dims, DimsDictionary } from './dims.ts';
import { ranOutOfTime } from './errors.ts';
import { allowedDims, rowConditions, timeRange, Values } from './filter.ts';
import type { RowConditions, TimeRange } from './filter.ts';
import { dimsSums, severityBuckets } from './rollup-reads.ts';
import type { DimsSum } from './rollup-reads.ts';
import { inRange, literal } from './scans.ts';
import { plainArray } from './text.ts';

/** Up to so many occurrences rows are counted one by one, exactly to the millisecond; beyond, ranges widen to five minutes. */
const EXACT_LIMIT = 20_000;
/** What only rows can say is counted among so many of the newest occurrences. */
const SCAN_LIMIT = 100_000;
const BUDGET_MS = 900;
/** More distinct dimensions than this are not worth a list of values: the largest are counted. */
const DIMS_LIMIT = 30_000;

const FIELD_VALUES: Readonly<Record<FacetField, (dims: Dims, clusters: ReadonlyMap<number, string>) => string>> = {
  cluster: (dims, clusters) => clusters.get(dims.clusterId) ?? '',
  namespace: (dims) => dims.namespace,
  kind: (dims) => dims.kind,
  reason: (dims) => dims.reason,
  type: (dims) => dims.type,
  category: (dims) => dims.category,
  severity: (dims) => dims.severity,
  source: (dims) => dims.component,
};

export interface CountsOptions {
  readonly connections: Connections;
  readonly dims: DimsDictionary;
  readonly now: () => number;
  /** For tests: 0 counts from rollups always. */
  readonly exactLimit?: number;
}

export class Counts {
  readonly #connections: Connections;
  readonly #dims: DimsDictionary;
  readonly #now: () => number;
  readonly #exactLimit: number;

  constructor(options: CountsOptions) {
    this.#connections = options.connections;
    this.#dims = options.dims;
    this.#now = options.now;
    this.#exactLimit = options.exactLimit ?? EXACT_LIMIT;
  }

  /** A field's own filter does not narrow its values, so that several can be chosen. Values with most events come first. */
  async facets(filter: EventFilter, fields: readonly FacetField[], limit: number): Promise<readonly Facet[]> {
    const clusters = await this.#clusterUids();
    const shared = new Map<FacetField | 'all', Promise<readonly DimsSum[]>>();
    const facets: Facet[] = [];
    for (const field of fields) {
      const own = (filter.fields[field]?.length ?? 0) > 0 ? field : 'all';
      const sums = shared.get(own) ?? this.#sums(filter, own === 'all' ? undefined : own);
      shared.set(own, sums);
      facets.push(await this.#facet(field, await sums, clusters, limit));
    }
    return facets;
  }

  async histogram(filter: EventFilter, buckets: number): Promise<Histogram> {
    const range = { from: filter.from ?? (await this.#oldest()), to: filter.to ?? this.#now() + 1 };
    if (range.to <= range.from) return { from: range.from, to: range.to, bucketMs: 1_000, buckets: [], partial: false };
    const rows = rowConditions(filter);
    const dims = await allowedDims(this.#connections, filter);
    const few = (await densityOf(this.#connections, range, dims)).matching <= this.#exactLimit;
    const counted = rows.any || few;
    const bucketMs = bucketLength((range.to - range.from) / Math.max(1, buckets), counted);
    const first = Math.floor(range.from / bucketMs) * bucketMs;
    const length = Math.ceil((range.to - first) / bucketMs);
    let partial = false;
    let parts: readonly { start: number; severity: string; occurrences: number }[];
    if (counted) ({ parts, partial } = await this.#countedBuckets(range, rows, dims, first, bucketMs));
    else parts = await severityBuckets(this.#connections, first, range.to, bucketMs, dims);
    const tallies = Array.from({ length }, () => new Map<string, number>());
    for (const { start, severity, occurrences } of parts) {
      const tally = tallies[Math.round((start - first) / bucketMs)];
      if (occurrences !== 0) tally?.set(severity, (tally.get(severity) ?? 0) + occurrences);
    }
    return {
      from: range.from,
      to: range.to,
      bucketMs,
      buckets: tallies.map((tally, i) => ({
        start: first + i * bucketMs,
        occurrences: Object.fromEntries(tally),
        total: [...tally.values()].reduce((sum, n) => sum + n, 0),
      })),
      partial,
    };
  }

  async #sums(filter: EventFilter, except: FacetField | undefined): Promise<readonly DimsSum[]> {
    const range = timeRange(filter);
    const rows = rowConditions(filter);
    const dims = await allowedDims(this.#connections, filter, except);
    if (dims?.length === 0) return [];
    if (rows.any) return (await this.#countedSums(range, rows, dims)).sums;
    const sums = await dimsSums(this.#connections, range, dims);
    const weight = sums.reduce((total, sum) => total + sum.occurrences + sum.events, 0);
    if (weight > this.#exactLimit) return sums;
    return (await this.#countedSums(range, rows, dims)).sums;
  }

  async #facet(
    field: FacetField,
    sums: readonly DimsSum[],
    clusters: ReadonlyMap<number, string>,
    limit: number,
  ): Promise<Facet> {
    const largest =
      sums.length <= DIMS_LIMIT ? sums : [...sums].sort((a, b) => b.events - a.events).slice(0, DIMS_LIMIT);
    const dims = await this.#dims.byIds(
      this.#connections,
      largest.map((sum) => sum.dimsId),
    );
    const valueOf = FIELD_VALUES[field];
    const tally = new Map<string, { value: string; events: number; occurrences: number }>();
    for (const sum of largest) {
      const known = dims.get(sum.dimsId);
      if (known === undefined) continue;
      const value = valueOf(known, clusters);
      const entry = tally.get(value) ?? { value, events: 0, occurrences: 0 };
      entry.events += sum.events;
      entry.occurrences += sum.occurrences;
      tally.set(value, entry);
    }
    const values = [...tally.values()].sort(
      (a, b) => b.events - a.events || b.occurrences - a.occurrences || (a.value < b.value ? -1 : 1),
    );
    return { field, values: values.slice(0, limit) };
  }

  async #countedSums(
    range: TimeRange,
    rows: RowConditions,
    dims: readonly number[] | null,
  ): Promise<{ sums: readonly DimsSum[]; partial: boolean }> {
    const { found, partial } = await this.#count<{ dims_id: number; events: number; occurrences: number }>(
      range,
      rows,
      dims,
      (source) =>
        `SELECT dims_id, count(*) FILTER (WHERE newest) AS events, sum(delta)::bigint AS occurrences FROM (
           SELECT dims_id, delta, row_number() OVER (PARTITION BY event_id ORDER BY at DESC, seq DESC) = 1 AS newest
           FROM (${source}) matching) told GROUP BY dims_id`,
    );
    const sums = found.map((row) => ({ dimsId: row.dims_id, events: row.events, occurrences: row.occurrences }));
    return { sums, partial };
  }

  async #countedBuckets(
    range: TimeRange,
    rows: RowConditions,
    dims: readonly number[] | null,
    first: number,
    bucketMs: number,
  ): Promise<{ parts: readonly { start: number; severity: string; occurrences: number }[]; partial: boolean }> {
    const { found, partial } = await this.#count<{ step: number; severity: string; occurrences: number }>(
      range,
      rows,
      dims,
      (source) =>
        `SELECT s.step, d.severity, sum(s.occurrences)::bigint AS occurrences FROM (
           SELECT (at - ${literal(first)}) / ${literal(bucketMs)} AS step, dims_id, sum(delta) AS occurrences
           FROM (${source}) matching GROUP BY 1, 2) s JOIN event_dims d ON d.id = s.dims_id GROUP BY 1, 2`,
    );
    const parts = found.map((row) => ({
      start: first + row.step * bucketMs,
      severity: row.severity,
      occurrences: row.occurrences,
    }));
    return { parts, partial };
  }

  /** Among the newest occurrences that match; fewer of them when the time runs out, and then it is partial. */
  async #count<R extends Record<string, unknown>>(
    range: TimeRange,
    rows: RowConditions,
    dims: readonly number[] | null,
    summed: (source: string) => string,
  ): Promise<{ found: readonly R[]; partial: boolean }> {
    const until = performance.now() + BUDGET_MS;
    for (let limit = SCAN_LIMIT; ; limit = Math.ceil(limit / 10)) {
      const values = new Values();
      const source = occurrencesSource(range, rows, dims, values, limit);
      const left = Math.max(100, until - performance.now());
      try {
        // Half of what is left, so that a smaller try still fits.
        return await this.#connections.reading(limit <= 1_000 ? left : left / 2, async (queryable) => {
          const found = await queryable.query<R>(summed(source), values.list);
          return { found, partial: limit < SCAN_LIMIT || (await this.#cut(queryable, range, dims, limit)) };
        });
      } catch (error) {
        if (!ranOutOfTime(error) || limit <= 1_000) throw error;
      }
    }
  }

  async #cut(queryable: Queryable, range: TimeRange, dims: readonly number[] | null, limit: number): Promise<boolean> {
    const density = await densityOf(queryable, range, dims);
    return density.matching > limit;
  }

  async #clusterUids(): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#connections.query<{ id: number; uid: string }>('SELECT id, uid FROM clusters');
    return new Map(rows.map((row) => [row.id, row.uid]));
  }

  async #oldest(): Promise<number> {
    const rows = await this.#connections.query<{ at: number | null }>('SELECT min(at) AS at FROM occurrences');
    return rows[0]?.at ?? this.#now();
  }
}

/** The newest `limit` occurrences of the range and dimensions, of events that pass. */
export function occurrencesSource(
  range: TimeRange,
  rows: RowConditions,
  dims: readonly number[] | null,
  values: Values,
  limit: number,
): string {
  const indexed = rows.indexed?.(values);
  const conditions = [inRange(range)];
  if (dims !== null) conditions.push(`o.dims_id = ANY (${values.add(plainArray(dims))}::int[])`);
  if (indexed !== undefined) conditions.push(`o.event_id IN (SELECT e.id FROM events e WHERE ${indexed})`);
  const newest = `SELECT o.at, o.seq, o.event_id, o.dims_id, o.delta FROM occurrences o WHERE ${conditions.join(' AND ')}
    ORDER BY o.at DESC, o.seq DESC LIMIT ${String(limit)}`;
  if (!rows.any) return newest;
  return `SELECT o.* FROM (${newest}) o JOIN events e ON e.id = o.event_id JOIN event_dims d ON d.id = e.dims_id WHERE ${rows.sql(values)}`;
}

const NICE_MS = [
  1_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000,
] as const;
const WEEK_MS = 604_800_000;

/** The next round length; where rows are not counted, one that rollups can tell. */
function bucketLength(wanted: number, counted: boolean): number {
  const nice = NICE_MS.find((length) => length >= wanted && (counted || length % 300_000 === 0));
  return nice ?? Math.ceil(wanted / WEEK_MS) * WEEK_MS;
}
