/** Dimensions: what many events share (cluster, namespace, kind, reason …), as one number in every row and rollup. */
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { Queryable } from './connections.ts';
import { digestOf } from './dictionary.ts';
import { Recent } from './recent.ts';
import { plainArray, storable, textArray } from './text.ts';

/** How much of the dimensions a row of the dictionary tells: all, all but the namespace, only cluster and namespace. */
export const VIEWS = { full: 0, wide: 1, place: 2 } as const;
export type View = (typeof VIEWS)[keyof typeof VIEWS];

export interface Dims {
  readonly id: number;
  readonly view: View;
  /** The same without the namespace, and only cluster and namespace; null in those themselves. */
  readonly wideId: number | null;
  readonly placeId: number | null;
  readonly clusterId: number;
  readonly origin: string;
  readonly namespace: string;
  readonly kind: string;
  readonly reason: string;
  readonly type: string;
  readonly category: string;
  readonly severity: string;
  readonly component: string;
  /** Index into RETENTION_CLASSES; part of every view, so that rollups expire with what they count. */
  readonly retention: number;
}

type Wanted = Omit<Dims, 'id'>;

const COLUMNS = `id, view, wide_id AS "wideId", place_id AS "placeId", cluster_id AS "clusterId", origin, namespace, kind, reason, type, category,
  severity, component, retention`;
/** A fleet has some thousands; at about 400 bytes each. Beyond, the older half is asked for again. */
const DIMS_KEPT = 40_000;

export class DimsDictionary {
  readonly #byKey = new Recent<string, Dims>(DIMS_KEPT);
  readonly #byId = new Recent<number, Dims>(DIMS_KEPT);
  readonly #classify: (namespace: string, severity: string) => number;

  constructor(classify: (namespace: string, severity: string) => number) {
    this.#classify = classify;
  }

  /** Index i answers events[i]; those unknown are made. */
  async of(queryable: Queryable, events: readonly TriagedEvent[], clusterIds: readonly number[]): Promise<Dims[]> {
    const missing = new Map<string, Wanted>();
    const keys = events.map((event, i) => {
      const clusterId = clusterIds[i] ?? 0;
      const key = keyOf(event, clusterId);
      if (this.#byKey.get(key) === undefined) missing.set(key, this.#wanted(event, clusterId));
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
    if (missing.length === 0) return found;
    const rows = await queryable.query<Dims & Record<string, unknown>>(
      `SELECT ${COLUMNS} FROM event_dims WHERE id = ANY($1::int[])`,
      [plainArray(missing)],
    );
    for (const row of rows) {
      found.set(row.id, row);
      this.#byId.set(row.id, row);
    }
    return found;
  }

  #wanted({ observation, category, severity }: TriagedEvent, clusterId: number): Wanted {
    const namespace = storable(observation.object.namespace);
    return {
      view: VIEWS.full,
      wideId: null,
      placeId: null,
      clusterId,
      origin: observation.source,
      namespace,
      kind: storable(observation.object.kind),
      reason: storable(observation.reason),
      type: storable(observation.type),
      category,
      severity,
      component: storable(observation.component),
      retention: this.#classify(namespace, severity),
    };
  }

  async #make(queryable: Queryable, missing: ReadonlyMap<string, Wanted>): Promise<ReadonlyMap<string, Dims>> {
    const full = [...missing.values()];
    const wide = await insertDims(queryable, full.map(wideOf));
    const place = await insertDims(queryable, full.map(placeOf));
    const rows = await insertDims(
      queryable,
      full.map((each, i) => ({ ...each, wideId: wide[i]?.id ?? null, placeId: place[i]?.id ?? null })),
    );
    const made = new Map<string, Dims>();
    [...missing.keys()].forEach((key, i) => {
      const dims = rows[i];
      if (dims === undefined) return;
      made.set(key, dims);
      this.#byKey.set(key, dims);
      this.#byId.set(dims.id, dims);
    });
    return made;
  }
}

export function wideOf(dims: Wanted): Wanted {
  return { ...dims, view: VIEWS.wide, namespace: '' };
}

export function placeOf(dims: Wanted): Wanted {
  const nothing = { origin: '', kind: '', reason: '', type: '', category: '', severity: '', component: '' };
  return { ...dims, ...nothing, view: VIEWS.place };
}

/** Index i answers wanted[i], found or made. */
export async function insertDims(
  queryable: Queryable,
  wanted: readonly Wanted[],
): Promise<readonly (Dims | undefined)[]> {
  const digests = wanted.map(digestOfDims);
  const unique = [...new Map(wanted.map((each, i) => [digests[i], each]))].map(([digest = '', each]) => ({
    digest,
    each,
  }));
  const texts = (pick: (dims: Wanted) => string) => textArray(unique.map(({ each }) => pick(each)));
  const numbers = (pick: (dims: Wanted) => number | null) => plainArray(unique.map(({ each }) => pick(each)));
  const rows = await queryable.query<Dims & { digest: string }>(
    `INSERT INTO event_dims (digest, view, wide_id, place_id, cluster_id, origin, namespace, kind, reason, type, category, severity,
       component, retention)
     SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::int[], $4::int[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::text[], $13::text[], $14::smallint[])
     ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING digest, ${COLUMNS}`,
    [
      plainArray(unique.map(({ digest }) => digest)),
      numbers((dims) => dims.view),
      numbers((dims) => dims.wideId),
      numbers((dims) => dims.placeId),
      numbers((dims) => dims.clusterId),
      texts((dims) => dims.origin),
      texts((dims) => dims.namespace),
      texts((dims) => dims.kind),
      texts((dims) => dims.reason),
      texts((dims) => dims.type),
      texts((dims) => dims.category),
      texts((dims) => dims.severity),
      texts((dims) => dims.component),
      numbers((dims) => dims.retention),
    ],
  );
  const byDigest = new Map(rows.map(({ digest, ...dims }) => [digest, dims]));
  return digests.map((digest) => byDigest.get(digest));
}

/** With the retention class: rules that change make new dimensions, and old rows keep theirs. */
function digestOfDims(dims: Wanted): string {
  const { view, retention, clusterId, origin, namespace, kind, reason, type, category, severity, component } = dims;
  return digestOf([
    String(view),
    String(retention),
    String(clusterId),
    origin,
    namespace,
    kind,
    reason,
    type,
    category,
    severity,
    component,
  ]);
}

/** Joined by a character that no Kubernetes name holds; a hostile value at worst shares a cache key within its own event's parts. */
function keyOf(event: TriagedEvent, clusterId: number): string {
  const { observation, category, severity } = event;
  const { object } = observation;
  return `${String(clusterId)}\u0001${observation.source}\u0001${object.namespace}\u0001${object.kind}\u0001${observation.reason}\u0001${observation.type}\u0001${category}\u0001${severity}\u0001${observation.component}`;
}
