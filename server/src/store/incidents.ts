/** One incident with what hangs on it, and what memory is rebuilt from. */
import type { Scope } from '../model/access.ts';
import type { Category, Severity } from '../model/cluster-event.ts';
import type { Incident, IncidentHead, JoinRule, LogEntry, LogKind, Strand, Tie } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { RecoveredState } from '../model/ports/store.ts';
import type { Queryable } from './connections.ts';
import {
  HEAD,
  headOf,
  type HeadRow,
  incidentOf,
  type IncidentRow,
  OF_STRANDS,
  STRAND_ORDER,
  SUMS,
} from './incident-rows.ts';
import { EVENT_PLACE, incidentNumbers } from './filter.ts';
import { literal } from './scans.ts';
import { withinScope } from './scope-sql.ts';
import { storable, textArray } from './text.ts';
import { Values } from './values.ts';
import { printFromHex } from './write-events.ts';

/** Fingerprints are looked for among so many newest occurrences: 200,000 are 8 s at the highest rate, hours at a usual one. */
const RECOVERED_OCCURRENCES = 200_000;

export async function findIncidents(queryable: Queryable, ids: readonly string[]): Promise<readonly Incident[]> {
  const rows = await queryable.query<IncidentRow>(
    `SELECT ${HEAD}, ${SUMS} FROM incidents i ${OF_STRANDS} WHERE i.id = ANY ($1)`,
    [textArray(ids.map(storable))],
  );
  return rows.map(incidentOf);
}

/** Of the incident and of those that were merged into it. */
export async function listObjects(
  queryable: Queryable,
  id: string,
  limit: number,
  scope?: Scope,
): Promise<readonly ObjectRef[]> {
  const values = new Values();
  const covered = withinScope(scope, EVENT_PLACE, values) ?? 'true';
  return queryable.query<{ kind: string; namespace: string; name: string; uid: string }>(
    `SELECT d.kind, d.namespace, e.name, max(e.object_uid) AS uid FROM events e JOIN event_dims d ON d.id = e.dims_id
       JOIN clusters c ON c.id = d.cluster_id
     WHERE e.incident_no IN (${incidentNumbers([storable(id)], values)}) AND ${covered}
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT ${literal(limit)}`,
    values.list,
  );
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

/** In the order of their beginning, those of all incidents together. */
export async function listStrands(queryable: Queryable, ids: readonly string[]): Promise<readonly Strand[]> {
  const { strands } = await loadIncidents(queryable, ids);
  return strands.filter(({ incidentId }) => ids.includes(incidentId));
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
    `SELECT * FROM strands WHERE incident_id = ANY ($1) ORDER BY ${STRAND_ORDER}`,
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
