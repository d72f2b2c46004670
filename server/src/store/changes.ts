/** Changes of objects, as they are read. */
import type { FieldChange, ObjectChange } from '../model/change.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ChangePage } from '../model/ports/history.ts';
import type { ChangeFilter } from '../model/query.ts';
import type { Queryable } from './connections.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { literal } from './scans.ts';
import { withinScope } from './scope-sql.ts';
import { storable, textArray } from './text.ts';
import { Values } from './values.ts';

interface ChangeRow {
  readonly [column: string]: unknown;
  readonly cluster_uid: string;
  readonly cluster_name: string;
  readonly id: string;
  readonly at: number;
  readonly object: ObjectRef;
  readonly summary: string;
  readonly diff: readonly FieldChange[];
  readonly revision: number | null;
  readonly cluster_key: string;
  readonly key: string;
}

const PLACE = { clusterUid: 'o.cluster_uid', clusterName: 'o.cluster_name', namespaces: ['o.namespace'] } as const;

/** The newest first; those of one moment in the order of their digests, which are short enough for a cursor. */
export async function listChanges(queryable: Queryable, filter: ChangeFilter): Promise<ChangePage> {
  const values = new Values();
  const conditions = changeConditions(filter, values);
  const rows = await queryable.query<ChangeRow>(
    `SELECT o.cluster_uid, o.cluster_name, o.id, o.at, o.object, o.summary, o.diff, o.revision,
       md5(o.cluster_uid) AS cluster_key, md5(o.id) AS key
     FROM object_changes o WHERE ${conditions.join(' AND ')}
     ORDER BY o.at DESC, md5(o.cluster_uid) DESC, md5(o.id) DESC LIMIT ${literal(filter.limit + 1)}`,
    values.list,
  );
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const more = rows.length > filter.limit && last !== undefined;
  return {
    items: page.map(changeOf),
    nextCursor: more ? writeCursor('changes', last.at, last.cluster_key, last.key) : null,
  };
}

function changeConditions(filter: ChangeFilter, values: Values): readonly string[] {
  const conditions = ['true'];
  const among = (expression: string, list: readonly string[] | undefined) => {
    if (list !== undefined) conditions.push(`${expression} = ANY (${values.add(textArray(list))}::text[])`);
  };
  if (filter.cluster !== undefined) {
    const cluster = values.add(storable(filter.cluster));
    conditions.push(`(o.cluster_uid = ${cluster} OR o.cluster_name = ${cluster})`);
  }
  among('o.namespace', filter.namespaces);
  among(`o.object ->> 'kind'`, filter.kinds);
  among(`o.object ->> 'name'`, filter.names);
  if (filter.from !== undefined) conditions.push(`o.at >= ${literal(filter.from)}`);
  if (filter.to !== undefined) conditions.push(`o.at < ${literal(filter.to)}`);
  const covered = withinScope(filter.scope, PLACE, values);
  if (covered !== null) conditions.push(covered);
  if (filter.cursor !== undefined) {
    const [at, cluster, id] = readCursor('changes', filter.cursor);
    const start = [literal(Number(at)), values.add(cluster), values.add(id)].join(', ');
    conditions.push(`(o.at, md5(o.cluster_uid), md5(o.id)) < (${start})`);
  }
  return conditions;
}

function changeOf(row: ChangeRow): ObjectChange {
  const { id, at, object, summary, diff, revision } = row;
  return { cluster: { uid: row.cluster_uid, name: row.cluster_name }, id, at, object, summary, diff, revision };
}
