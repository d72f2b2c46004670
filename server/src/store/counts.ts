/** Facets and histograms: from rows where there are few, else from the rollups that were committed with them. */
import { isNothing } from '../kit/scope.ts';
import type { EventFilter, Facet, FacetField, Histogram } from '../model/query.ts';
import type { Connections } from './connections.ts';
import { matchingOccurrences } from './density.ts';
import type { Dims, DimsDictionary } from './dims.ts';
import { countNewest } from './count-newest.ts';
import type { Counted } from './count-newest.ts';
import { restrictedFields, rowConditions, timeRange, viewFor } from './filter.ts';
import { dimsSums, severityBuckets } from './rollup-reads.ts';
import type { DimsSum, SeverityBucket } from './rollup-reads.ts';
import { oldestOf } from './oldest.ts';
import { rollupScope } from './rollup-scope.ts';
import { literal } from './scans.ts';

/** Up to so many occurrences rows are counted one by one, exactly to the millisecond; beyond, ranges widen to five minutes. */
export const EXACT_LIMIT = 20_000;
/** More distinct dimensions than this are not worth a list of values: the largest are counted. */
const DIMS_LIMIT = 30_000;
/** For reading sums, far more than they take: a statement that is stuck ends. */
const SUMS_MS = 30_000;

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
    const counted = rowConditions(filter).any;
    // Fields that are answered from the same rows share one reading.
    const shared = new Map<string, Promise<readonly DimsSum[]>>();
    const facets: Facet[] = [];
    for (const field of fields) {
      const except = (filter.fields[field]?.length ?? 0) > 0 ? field : undefined;
      const view = viewFor([field, ...restrictedFields(filter, except)]);
      // Rollups of a wide scope may leave the namespaces out: see rollupScope.
      const key = counted ? `rows/${except ?? ''}` : `${String(view)}/${String(field === 'namespace')}/${except ?? ''}`;
      const sums = shared.get(key) ?? this.#sums(filter, field, except);
      shared.set(key, sums);
      facets.push(await this.#facet(field, await sums, clusters, limit));
    }
    return facets;
  }

  async histogram(filter: EventFilter, buckets: number): Promise<Histogram> {
    const now = this.#now();
    const none = isNothing(filter.scope ?? 'everything');
    const to = filter.to ?? now + 1;
    const range = {
      from: filter.from ?? (none ? now : Math.min(to, await oldestOf(this.#connections, filter, now))),
      to,
    };
    if (range.to <= range.from) return { from: range.from, to: range.to, bucketMs: 1_000, buckets: [], partial: false };
    const rows = rowConditions(filter);
    const few =
      (await matchingOccurrences(this.#connections, { ...filter, ...range }, this.#now())) <= this.#exactLimit;
    const counted = rows.any || few;
    const bucketMs = bucketLength((range.to - range.from) / Math.max(1, buckets), counted);
    const first = Math.floor(range.from / bucketMs) * bucketMs;
    const length = Math.ceil((range.to - first) / bucketMs);
    let partial = false;
    let parts: readonly SeverityBucket[];
    if (counted) ({ parts, partial } = await this.#countedBuckets({ ...filter, ...range }, first, bucketMs));
    else {
      parts = await this.#connections.reading(SUMS_MS, async (queryable) => {
        const scope = await rollupScope(queryable, filter, ['severity']);
        return severityBuckets(queryable, first, range.to, bucketMs, scope);
      });
    }
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

  async #sums(filter: EventFilter, field: FacetField, except: FacetField | undefined): Promise<readonly DimsSum[]> {
    const { [except ?? 'uid']: _own, ...others } = filter.fields;
    const narrowed = except === undefined ? filter : { ...filter, fields: others };
    if (rowConditions(filter).any) return this.#countedSums(narrowed);
    const sums = await this.#connections.reading(SUMS_MS, async (queryable) => {
      const scope = await rollupScope(queryable, narrowed, [field]);
      return scope.dims?.length === 0 ? [] : dimsSums(queryable, timeRange(filter), scope, this.#now());
    });
    const weight = sums.reduce((total, sum) => total + sum.occurrences + sum.events, 0);
    return weight > this.#exactLimit ? sums : this.#countedSums(narrowed);
  }

  async #facet(
    field: FacetField,
    sums: readonly DimsSum[],
    clusters: ReadonlyMap<number, string>,
    limit: number,
  ): Promise<Facet> {
    const largest =
      sums.length <= DIMS_LIMIT
        ? sums
        : [...sums].sort((a, b) => Math.abs(b.events) - Math.abs(a.events)).slice(0, DIMS_LIMIT);
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
    const values = [...tally.values()].filter(({ events, occurrences }) => events > 0 || occurrences > 0);
    values.sort((a, b) => b.events - a.events || b.occurrences - a.occurrences || (a.value < b.value ? -1 : 1));
    return { field, values: values.slice(0, limit) };
  }

  async #countedSums(filter: EventFilter): Promise<readonly DimsSum[]> {
    const { found } = await this.#count<{ dims_id: number; events: number; occurrences: number }>(
      filter,
      (source) =>
        `SELECT dims_id, count(*) FILTER (WHERE newest) AS events, sum(delta)::bigint AS occurrences FROM (
           SELECT dims_id, delta, row_number() OVER (PARTITION BY event_id ORDER BY at DESC, seq DESC) = 1 AS newest
           FROM (${source}) matching) told GROUP BY dims_id`,
    );
    return found.map((row) => ({ dimsId: row.dims_id, events: row.events, occurrences: row.occurrences }));
  }

  async #countedBuckets(
    filter: EventFilter,
    first: number,
    bucketMs: number,
  ): Promise<{ parts: readonly SeverityBucket[]; partial: boolean }> {
    const { found, partial } = await this.#count<{ step: number; severity: string; occurrences: number }>(
      filter,
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

  #count<R extends Record<string, unknown>>(
    filter: EventFilter,
    summed: (source: string) => string,
  ): Promise<Counted<R>> {
    return countNewest<R>(this.#connections, filter, this.#now(), summed);
  }

  async #clusterUids(): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#connections.query<{ id: number; uid: string }>('SELECT id, uid FROM clusters');
    return new Map(rows.map((row) => [row.id, row.uid]));
  }
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
