/** Incidents by what they are: pages, counts by field, ids by their beginning, earlier ones of the same problem. */
import type { Scope } from '../model/access.ts';
import type { Incident } from '../model/incident.ts';
import type { IncidentFacet, IncidentField, IncidentFilter, IncidentPage } from '../model/query.ts';
import type { Queryable } from './connections.ts';
import { readCursor, writeCursor } from './cursor.ts';
import {
  candidateConditions,
  incidentConditions,
  incidentSource,
  type IncidentSource,
  unmerged,
  valuesOf,
} from './incident-filter.ts';
import { isSeenIn } from './incident-scope.ts';
import { HEAD, incidentOf, type IncidentRow, OF_STRANDS, SUMS } from './incident-rows.ts';
import { literal } from './scans.ts';
import { isStorable, storable } from './text.ts';
import { Values } from './values.ts';

/** The newest first, by the beginning that is shown. What was merged into another is told by that one. */
export async function listIncidents(
  queryable: Queryable,
  filter: IncidentFilter,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<IncidentPage> {
  const values = new Values();
  const source = incidentSource(filter.scope, () => candidateConditions(filter, values), values);
  const conditions = [...incidentConditions(filter, source, values)];
  if (page.cursor !== undefined) {
    const [openedAt, id] = readCursor('incidents', page.cursor);
    conditions.push(`(i.opened_at, i.id) < (${literal(Number(openedAt))}, ${values.add(id)})`);
  }
  const rows = await newest(queryable, source, conditions, values, page.limit + 1);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return {
    items: shown.map(incidentOf),
    nextCursor: more ? writeCursor('incidents', last.shown_at, last.id) : null,
  };
}

/** Values with most incidents come first. */
export async function incidentFacets(
  queryable: Queryable,
  filter: IncidentFilter,
  fields: readonly IncidentField[],
  limit: number,
): Promise<readonly IncidentFacet[]> {
  if (fields.length === 0) return [];
  const values = new Values();
  const source = incidentSource(filter.scope, () => candidateConditions(filter, values, fields), values);
  const counts = fields.map((field) => {
    const told = valuesOf(field, source).map((expression) => `SELECT ${expression}`);
    return `(SELECT '${field}' AS field, v.value, count(*) AS incidents
      FROM ${source.from} CROSS JOIN LATERAL (${told.join(' UNION ')}) v (value)
      WHERE ${incidentConditions(filter, source, values, field).join(' AND ')}
      GROUP BY 2 ORDER BY 3 DESC, v.value COLLATE "C" LIMIT ${literal(limit)})`;
  });
  const rows = await queryable.query<{ field: IncidentField; value: string; incidents: number }>(
    `${source.prelude} ${counts.join(' UNION ALL ')}`,
    values.list,
  );
  const byField = Map.groupBy(rows, ({ field }) => field);
  return fields.map((field) => ({
    field,
    values: (byField.get(field) ?? [])
      .map(({ value, incidents }) => ({ value, incidents }))
      .sort((a, b) => b.incidents - a.incidents),
  }));
}

/** Ids that begin so, two at the most: enough to tell one from several. */
export async function incidentIdsLike(queryable: Queryable, prefix: string, scope?: Scope): Promise<readonly string[]> {
  // Repaired, it would be another beginning.
  if (!isStorable(prefix)) return [];
  const values = new Values();
  const conditions = [`starts_with(i.id, ${values.add(prefix)})`, isSeenIn(scope, values) ?? 'true'];
  const rows = await queryable.query<{ id: string }>(
    `SELECT i.id FROM incidents i WHERE ${conditions.join(' AND ')} ORDER BY 1 LIMIT 2`,
    values.list,
  );
  return rows.map(({ id }) => id);
}

export async function earlierIncidents(
  queryable: Queryable,
  { id, cluster, condition, root }: Incident,
  limit: number,
  scope?: Scope,
): Promise<readonly Incident[]> {
  const values = new Values();
  const [ofCluster, ofCondition, ofKind, ofNamespace, ofName] = [
    cluster.uid,
    condition,
    root.kind,
    root.namespace,
    root.name,
  ].map((text) => values.add(storable(text)));
  const ended = (row: string) => [unmerged(row), `${row}.cluster_uid = ${ofCluster}`, `${row}.state = 'resolved'`];
  // It has its name from its headline, or from a strand that is seen.
  const named = `((h.condition = ${ofCondition} AND h.root ->> 'name' = ${ofName}) OR h.id IN (SELECT s.incident_id FROM strands s
    WHERE s.condition = ${ofCondition} AND ${ofName} IN (s.root ->> 'name', s.subject ->> 'name')))`;
  const source = incidentSource(scope, () => [...ended('h'), named], values);
  const conditions = [
    ...ended('i'),
    `i.condition = ${ofCondition}`,
    `i.root ->> 'kind' = ${ofKind}`,
    `i.root ->> 'namespace' = ${ofNamespace}`,
    `i.root ->> 'name' = ${ofName}`,
    `i.id <> ${values.add(storable(id))}`,
  ];
  return (await newest(queryable, source, conditions, values, limit)).map(incidentOf);
}

interface ShownRow extends IncidentRow {
  /** The beginning of what is seen of it. */
  readonly shown_at: number;
}

async function newest(
  queryable: Queryable,
  { prelude, from }: IncidentSource,
  conditions: readonly string[],
  values: Values,
  limit: number,
): Promise<readonly ShownRow[]> {
  return queryable.query<ShownRow>(
    `${prelude} SELECT ${HEAD}, ${SUMS}, chosen.opened_at AS shown_at FROM (
       SELECT i.id, i.opened_at FROM ${from} WHERE ${conditions.join(' AND ')}
       ORDER BY i.opened_at DESC, i.id DESC LIMIT ${literal(limit)}) chosen
     JOIN incidents i ON i.id = chosen.id ${OF_STRANDS} ORDER BY chosen.opened_at DESC, i.id DESC`,
    values.list,
  );
}
