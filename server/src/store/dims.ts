/** Dimensions: what many events share (cluster, namespace, kind, reason …), as one number in every row and rollup. */
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { Queryable } from './connections.ts';
import { digestOf } from './dictionary.ts';
import { Recent } from './recent.ts';
import { plainArray, storable, textArray } from './text.ts';

export interface Dims {
  readonly id: number;
  readonly clusterId: number;
  readonly origin: string;
  readonly namespace: string;
  readonly kind: string;
  readonly reason: string;
  readonly type: string;
  readonly category: string;
  readonly severity: string;
  readonly component: string;
  /** Index into RETENTION_CLASSES. */
  readonly retention: number;
}

const DIMS_COLUMNS = `id, cluster_id AS "clusterId", origin, namespace, kind, reason, type, category, severity, component, retention`;
/** A fleet has some thousands; at about 400 bytes each. Beyond, the older half is asked for again. */
const DIMS_KEPT = 40_000;

type Values = readonly [origin: string, ...rest: string[]];

export class DimsDictionary {
  readonly #byKey = new Recent<string, Dims>(DIMS_KEPT);
  readonly #byId = new Recent<number, Dims>(DIMS_KEPT);
  readonly #classify: (namespace: string, severity: string) => number;

  constructor(classify: (namespace: string, severity: string) => number) {
    this.#classify = classify;
  }

  /** Index i answers events[i]; those unknown are made. */
  async of(queryable: Queryable, events: readonly TriagedEvent[], clusterIds: readonly number[]): Promise<Dims[]> {
    const missing = new Map<string, { clusterId: number; values: Values }>();
    const keys = events.map((event, i) => {
      const clusterId = clusterIds[i] ?? 0;
      const key = keyOf(event, clusterId);
      if (this.#byKey.get(key) === undefined) missing.set(key, { clusterId, values: valuesOf(event) });
      return key;
    });
    const made = missing.size === 0 ? undefined : await this.#make(queryable, missing);
    return keys.map((key) => {
      const dims = made?.get(key) ?? this.#byKey.get(key);
      if (dims === undefined) throw new Error('a dimension was neither found nor made');
      return dims;
    });
  }

  async byIds(queryable: Queryable, ids: readonly number[]): Promise<ReadonlyMap<number, Dims>> {
    const found = new Map<number, Dims>();
    const missing: number[] = [];
    for (const id of ids) {
      const dims = this.#byId.get(id);
      if (dims === undefined) missing.push(id);
      else found.set(id, dims);
    }
    if (missing.length > 0) {
      const rows = await queryable.query<Dims & Record<string, unknown>>(
        `SELECT ${DIMS_COLUMNS} FROM event_dims WHERE id = ANY($1::int[])`,
        [plainArray(missing)],
      );
      for (const row of rows) {
        found.set(row.id, row);
        this.#byId.set(row.id, row);
      }
    }
    return found;
  }

  async #make(
    queryable: Queryable,
    missing: ReadonlyMap<string, { clusterId: number; values: Values }>,
  ): Promise<ReadonlyMap<string, Dims>> {
    const entries = [...missing].map(([key, { clusterId, values }]) => {
      const stored = values.map(storable);
      return { key, clusterId, values: stored, digest: digestOf([String(clusterId), ...stored]) };
    });
    const column = (at: number) => textArray(entries.map((entry) => entry.values[at] ?? ''));
    const rows = await queryable.query<Dims & { digest: string }>(
      `INSERT INTO event_dims (digest, cluster_id, origin, namespace, kind, reason, type, category, severity, component, retention)
       SELECT DISTINCT ON (d) * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
         $8::text[], $9::text[], $10::text[], $11::smallint[]) AS t (d)
       ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest
       RETURNING digest, ${DIMS_COLUMNS}`,
      [
        plainArray(entries.map((entry) => entry.digest)),
        plainArray(entries.map((entry) => entry.clusterId)),
        ...[0, 1, 2, 3, 4, 5, 6, 7].map(column),
        plainArray(entries.map((entry) => this.#classify(entry.values[1] ?? '', entry.values[6] ?? ''))),
      ],
    );
    const byDigest = new Map(rows.map(({ digest, ...dims }) => [digest, dims]));
    const made = new Map<string, Dims>();
    for (const { key, digest } of entries) {
      const dims = byDigest.get(digest);
      if (dims === undefined) continue;
      made.set(key, dims);
      this.#byKey.set(key, dims);
      this.#byId.set(dims.id, dims);
    }
    return made;
  }
}

function valuesOf(event: TriagedEvent): Values {
  const { observation } = event;
  return [
    observation.source,
    observation.object.namespace,
    observation.object.kind,
    observation.reason,
    observation.type,
    event.category,
    event.severity,
    observation.component,
  ];
}

/** Joined by a character that no Kubernetes name holds; a hostile value at worst shares a cache key within its own event's parts. */
function keyOf(event: TriagedEvent, clusterId: number): string {
  const { observation, category, severity } = event;
  const { object } = observation;
  return `${String(clusterId)}\u0001${observation.source}\u0001${object.namespace}\u0001${object.kind}\u0001${observation.reason}\u0001${observation.type}\u0001${category}\u0001${severity}\u0001${observation.component}`;
}
