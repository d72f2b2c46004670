/** Incidents as they are read: heads with what their strands add up to; and what memory is rebuilt from. */
import type { Category, Severity } from '../model/cluster-event.ts';
import type {
  Incident,
  IncidentHead,
  IncidentState,
  JoinRule,
  LogEntry,
  LogKind,
  Strand,
  Tie,
} from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { IncidentFilter, IncidentPage, RecoveredState } from '../model/ports.ts';
import type { Queryable } from './connections.ts';
import { readCursor, writeCursor } from './incident-cursor.ts';
import { storable, textArray } from './text.ts';
import { printFromHex } from './write-events.ts';

/** Fingerprints are looked for among so many newest occurrences: 200,000 are 8 s at the highest rate, hours at a usual one. */
const RECOVERED_OCCURRENCES = 200_000;

const HEAD = `i.id, i.cluster_uid, i.cluster_name, i.state, i.severity, i.category, i.condition, i.root, i.subject, i.title, i.opened_at,
  i.resolved_at, i.resolved_by, i.opened_by, i.regressions, i.merged_into, i.resolution`;
/** An incident that was merged away has no strands left: it was last seen when it opened. */
const SUMS = `COALESCE(s.last_seen, i.opened_at) AS last_seen, s.cleared_at, COALESCE(s.event_count, 0)::bigint AS event_count`;
const OF_STRANDS = `LEFT JOIN LATERAL (SELECT max(last_seen) AS last_seen, sum(event_count) AS event_count,
    CASE WHEN bool_and(cleared_at IS NOT NULL) THEN max(cleared_at) END AS cleared_at FROM strands WHERE incident_id = i.id) s ON true`;

interface HeadRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly cluster_uid: string;
  readonly cluster_name: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly category: Category;
  readonly condition: string;
  readonly root: ObjectRef;
  readonly subject: ObjectRef;
  readonly title: string;
  readonly opened_at: number;
  readonly resolved_at: number | null;
  readonly resolved_by: string | null;
  readonly opened_by: string;
  readonly regressions: number;
  readonly merged_into: string | null;
  readonly resolution: string | null;
}

interface IncidentRow extends HeadRow {
  readonly last_seen: number;
  readonly cleared_at: number | null;
  readonly event_count: number;
}

/** The newest first. What was merged into another is told by that one. */
export async function listIncidents(queryable: Queryable, filter: IncidentFilter): Promise<IncidentPage> {
  const after = filter.cursor === undefined ? null : readCursor(filter.cursor);
  const list = (values: readonly string[] | undefined) => (values === undefined ? null : textArray(values));
  const rows = await queryable.query<IncidentRow>(
    `SELECT ${HEAD}, ${SUMS} FROM (
       SELECT * FROM incidents i WHERE merged_into IS NULL AND ($1::text[] IS NULL OR state = ANY ($1))
         AND ($2::text[] IS NULL OR cluster_uid = ANY ($2) OR cluster_name = ANY ($2))
         AND ($3::text[] IS NULL OR root ->> 'namespace' = ANY ($3) OR subject ->> 'namespace' = ANY ($3))
         AND ($4::text[] IS NULL OR severity = ANY ($4))
         AND ($5::bigint IS NULL OR (opened_at, id) < ($5, $6))
       ORDER BY opened_at DESC, id DESC LIMIT $7) i ${OF_STRANDS} ORDER BY i.opened_at DESC, i.id DESC`,
    [
      list(filter.states),
      list(filter.clusters),
      list(filter.namespaces),
      list(filter.severities),
      after?.openedAt ?? null,
      after?.id ?? '',
      filter.limit + 1,
    ],
  );
  const items = rows.slice(0, filter.limit).map(incidentOf);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > filter.limit && last !== undefined ? writeCursor(last) : null };
}

export async function findIncident(queryable: Queryable, id: string): Promise<Incident | null> {
  const rows = await queryable.query<IncidentRow>(
    `SELECT ${HEAD}, ${SUMS} FROM incidents i ${OF_STRANDS} WHERE i.id = $1`,
    [storable(id)],
  );
  return rows[0] === undefined ? null : incidentOf(rows[0]);
}

/** Ids that begin so, two at the most: enough to tell one from several. */
export async function incidentIdsLike(queryable: Queryable, prefix: string): Promise<readonly string[]> {
  const rows = await queryable.query<{ id: string }>('SELECT id FROM incidents WHERE starts_with(id, $1) LIMIT 2', [
    storable(prefix),
  ]);
  return rows.map(({ id }) => id);
}

/** Of the incident and of those that were merged into it. */
export async function listObjects(queryable: Queryable, id: string, limit: number): Promise<readonly ObjectRef[]> {
  const rows = await queryable.query<{ kind: string; namespace: string; name: string; uid: string }>(
    `SELECT d.kind, d.namespace, e.name, max(e.object_uid) AS uid FROM events e JOIN event_dims d ON d.id = e.dims_id
     WHERE e.incident_no IN (SELECT no FROM incident_numbers WHERE id IN (
       WITH RECURSIVE own (id) AS (SELECT $1::text UNION SELECT m.id FROM incidents m JOIN own ON m.merged_into = own.id) SELECT id FROM own))
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT $2`,
    [storable(id), limit],
  );
  return rows;
}

export async function earlierIncidents(
  queryable: Queryable,
  { id, cluster, condition, root }: Incident,
  limit: number,
): Promise<readonly Incident[]> {
  const rows = await queryable.query<IncidentRow>(
    `SELECT ${HEAD}, ${SUMS} FROM (
       SELECT * FROM incidents i WHERE cluster_uid = $1 AND condition = $2 AND root ->> 'kind' = $3 AND root ->> 'namespace' = $4
         AND root ->> 'name' = $5 AND id <> $6 AND state = 'resolved' AND merged_into IS NULL
       ORDER BY opened_at DESC LIMIT $7) i ${OF_STRANDS} ORDER BY i.opened_at DESC`,
    [storable(cluster.uid), condition, root.kind, root.namespace, root.name, id, limit],
  );
  return rows.map(incidentOf);
}

/** Heads with strands, of the given incidents and of those that they were merged into, however often they were passed on. */
export async function loadIncidents(
  queryable: Queryable,
  ids: readonly string[],
): Promise<{ incidents: readonly IncidentHead[]; strands: readonly Strand[] }> {
  const heads = await queryable.query<HeadRow>(
    `WITH RECURSIVE above (id) AS (SELECT unnest($1::text[])
       UNION SELECT m.merged_into FROM incidents m JOIN above ON above.id = m.id WHERE m.merged_into IS NOT NULL)
     SELECT ${HEAD} FROM incidents i WHERE id IN (SELECT id FROM above)`,
    [textArray(ids)],
  );
  const incidents = heads.map(headOf);
  return { incidents, strands: await strandsOf(queryable, incidents) };
}

export async function listStrands(queryable: Queryable, incidentId: string): Promise<readonly Strand[]> {
  return (await loadIncidents(queryable, [incidentId])).strands.filter((strand) => strand.incidentId === incidentId);
}

export async function recoverState(
  queryable: Queryable,
  clusterUids: readonly string[],
  since: number,
): Promise<RecoveredState> {
  const heads = await queryable.query<HeadRow>(
    `SELECT ${HEAD} FROM incidents i
     WHERE cluster_uid = ANY ($1) AND merged_into IS NULL AND (state <> 'resolved' OR resolved_at >= $2) ORDER BY opened_at, id`,
    [textArray(clusterUids), since],
  );
  const incidents = heads.map(headOf);
  const prints = await queryable.query<{ print: string; seen: number }>(
    `SELECT encode(e.fingerprint, 'hex') AS print, max(e.last_seen) AS seen
     FROM (SELECT seq, event_id, dims_id FROM occurrences WHERE at >= $2 ORDER BY at DESC, seq DESC LIMIT $3) o
     JOIN event_dims d ON d.id = o.dims_id JOIN clusters c ON c.id = d.cluster_id AND c.uid = ANY ($1)
     JOIN events e ON e.id = o.event_id AND e.last_seq = o.seq GROUP BY 1`,
    [textArray(clusterUids), since, RECOVERED_OCCURRENCES],
  );
  return {
    incidents,
    strands: await strandsOf(queryable, incidents),
    ties: await tiesOf(queryable, clusterUids),
    recentFingerprints: prints.map(({ print, seen }) => [printFromHex(print), seen] as const),
  };
}

export async function listLog(queryable: Queryable, incidentId: string): Promise<readonly LogEntry[]> {
  const rows = await queryable.query<{ key: string; at: number; kind: LogKind; by: string; text: string }>(
    'SELECT key, at, kind, by, text FROM incident_log WHERE incident_id = $1 ORDER BY at, no',
    [storable(incidentId)],
  );
  return rows.map((row) => ({ incidentId, ...row }));
}

interface StrandRow {
  readonly [column: string]: unknown;
  readonly born_in: string;
  readonly key: string;
  readonly incident_id: string;
  readonly last_seen: number;
  readonly first_seen: number;
  readonly cleared_at: number | null;
  readonly event_count: number;
  readonly severity: Severity;
  readonly category: Category;
  readonly condition: string;
  readonly aspect: string;
  readonly root: ObjectRef;
  readonly subject: ObjectRef;
  readonly rule: JoinRule;
  readonly because: string;
}

/** In the order of their beginning, so that memory is the same however often it is rebuilt. */
async function strandsOf(queryable: Queryable, incidents: readonly IncidentHead[]): Promise<readonly Strand[]> {
  if (incidents.length === 0) return [];
  const clusters = new Map(incidents.map(({ id, cluster }) => [id, cluster]));
  const rows = await queryable.query<StrandRow>(
    'SELECT * FROM strands WHERE incident_id = ANY ($1) ORDER BY first_seen, born_in, key',
    [textArray(incidents.map(({ id }) => id))],
  );
  return rows.map((row) => ({
    bornIn: row.born_in,
    key: row.key,
    incidentId: row.incident_id,
    cluster: clusters.get(row.incident_id) ?? { uid: '', name: '' },
    root: row.root,
    subject: row.subject,
    condition: row.condition,
    aspect: row.aspect,
    category: row.category,
    severity: row.severity,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    clearedAt: row.cleared_at,
    eventCount: row.event_count,
    rule: row.rule,
    because: row.because,
  }));
}

async function tiesOf(queryable: Queryable, clusterUids: readonly string[]): Promise<readonly Tie[]> {
  const rows = await queryable.query<{
    cluster_uid: string;
    a: string;
    b: string;
    kind: Tie['kind'];
    by: string;
    reason: string;
    at: number;
  }>('SELECT cluster_uid, a, b, kind, by, reason, at FROM ties WHERE cluster_uid = ANY ($1) ORDER BY at', [
    textArray(clusterUids),
  ]);
  return rows.map(({ cluster_uid: clusterUid, ...tie }) => ({ clusterUid, ...tie }));
}

function headOf(row: HeadRow): IncidentHead {
  return {
    id: row.id,
    cluster: { uid: row.cluster_uid, name: row.cluster_name },
    state: row.state,
    severity: row.severity,
    category: row.category,
    condition: row.condition,
    root: row.root,
    subject: row.subject,
    title: row.title,
    openedAt: row.opened_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    openedBy: row.opened_by,
    regressions: row.regressions,
    mergedInto: row.merged_into,
    resolution: row.resolution,
  };
}

function incidentOf(row: IncidentRow): Incident {
  return { ...headOf(row), lastSeen: row.last_seen, clearedAt: row.cleared_at, eventCount: row.event_count };
}
