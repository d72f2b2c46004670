/** Incidents, evidence, gaps and positions: the small tables, and what memory is rebuilt from. */
import type { Evidence, EvidenceKind, Incident, IncidentState } from '../model/incident.ts';
import type { Category, Severity } from '../model/cluster-event.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { RecoveredState } from '../model/ports.ts';
import type { Gap, GapReason, Position } from '../model/position.ts';
import type { Connections, Queryable } from './connections.ts';
import { plainArray, storable, textArray } from './text.ts';
import { printFromHex } from './write-events.ts';
import { json } from './write-state.ts';

/** Fingerprints are looked for among so many newest occurrences: 200,000 are 8 s at the highest rate, hours at a usual one. */
const RECOVERED_OCCURRENCES = 200_000;

const INCIDENT_COLUMNS = `id, cluster_uid, cluster_name, problem_key, state, severity, category, condition, root, subject, title,
  opened_at, last_seen, cleared_at, resolved_at, event_count, opened_by`;

interface IncidentRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly cluster_uid: string;
  readonly cluster_name: string;
  readonly problem_key: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly category: Category;
  readonly condition: string;
  readonly root: ObjectRef;
  readonly subject: ObjectRef;
  readonly title: string;
  readonly opened_at: number;
  readonly last_seen: number;
  readonly cleared_at: number | null;
  readonly resolved_at: number | null;
  readonly event_count: number;
  readonly opened_by: string;
}

export async function listIncidents(
  queryable: Queryable,
  filter: { states?: readonly string[]; limit: number },
): Promise<readonly Incident[]> {
  const rows = await queryable.query<IncidentRow>(
    `SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE $1::text[] IS NULL OR state = ANY ($1) ORDER BY last_seen DESC, id LIMIT $2`,
    [filter.states === undefined ? null : textArray(filter.states), filter.limit],
  );
  return rows.map(incidentOf);
}

export async function findIncident(queryable: Queryable, id: string): Promise<Incident | null> {
  const rows = await queryable.query<IncidentRow>(`SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE id = $1`, [
    storable(id),
  ]);
  return rows[0] === undefined ? null : incidentOf(rows[0]);
}

export async function recoverState(
  queryable: Queryable,
  clusterUids: readonly string[],
  since: number,
): Promise<RecoveredState> {
  const incidents = await queryable.query<IncidentRow>(
    `SELECT ${INCIDENT_COLUMNS} FROM incidents
     WHERE cluster_uid = ANY ($1) AND (state <> 'resolved' OR resolved_at >= $2 OR last_seen >= $2) ORDER BY opened_at, id`,
    [textArray(clusterUids), since],
  );
  const prints = await queryable.query<{ print: string; seen: number }>(
    `SELECT encode(e.fingerprint, 'hex') AS print, max(e.last_seen) AS seen
     FROM (SELECT seq, event_id, dims_id FROM occurrences WHERE at >= $2 ORDER BY at DESC, seq DESC LIMIT $3) o
     JOIN event_dims d ON d.id = o.dims_id JOIN clusters c ON c.id = d.cluster_id AND c.uid = ANY ($1)
     JOIN events e ON e.id = o.event_id AND e.last_seq = o.seq GROUP BY 1`,
    [textArray(clusterUids), since, RECOVERED_OCCURRENCES],
  );
  return {
    incidents: incidents.map(incidentOf),
    recentFingerprints: prints.map(({ print, seen }) => [printFromHex(print), seen] as const),
  };
}

export async function findPosition(queryable: Queryable, clusterUid: string, stream: string): Promise<Position | null> {
  const rows = await queryable.query<{ resource_version: string; epoch: number; at: number }>(
    'SELECT resource_version, epoch, at FROM positions WHERE cluster_uid = $1 AND stream = $2',
    [storable(clusterUid), storable(stream)],
  );
  const row = rows[0];
  return row === undefined
    ? null
    : { clusterUid, stream, resourceVersion: row.resource_version, epoch: row.epoch, at: row.at };
}

export async function listGaps(queryable: Queryable, limit: number): Promise<readonly Gap[]> {
  const rows = await queryable.query<{
    cluster_uid: string;
    stream: string;
    reason: GapReason;
    from_at: number;
    to_at: number | null;
    detail: string;
  }>('SELECT cluster_uid, stream, reason, from_at, to_at, detail FROM gaps ORDER BY from_at DESC LIMIT $1', [limit]);
  return rows.map((row) => ({
    clusterUid: row.cluster_uid,
    stream: row.stream,
    reason: row.reason,
    from: row.from_at,
    to: row.to_at,
    detail: row.detail,
  }));
}

export async function saveEvidence(connections: Connections, evidence: readonly Evidence[]): Promise<void> {
  if (evidence.length === 0) return;
  const texts = (pick: (piece: Evidence) => string | null) => textArray(evidence.map(pick));
  await connections.query(
    `INSERT INTO evidence (id, incident_id, kind, object, container, body, error, captured_at, truncated)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::boolean[])
     ON CONFLICT (id) DO NOTHING`,
    [
      texts((piece) => piece.id),
      texts((piece) => piece.incidentId),
      texts((piece) => piece.kind),
      texts((piece) => json(piece.object)),
      texts((piece) => piece.container),
      texts((piece) => piece.body),
      texts((piece) => piece.error),
      plainArray(evidence.map((piece) => piece.capturedAt)),
      plainArray(evidence.map((piece) => String(piece.truncated))),
    ],
  );
}

export async function listEvidence(queryable: Queryable, incidentId: string): Promise<readonly Evidence[]> {
  const rows = await queryable.query<{
    id: string;
    incident_id: string;
    kind: EvidenceKind;
    object: ObjectRef;
    container: string;
    captured_at: number;
    body: string;
    truncated: boolean;
    error: string | null;
  }>('SELECT * FROM evidence WHERE incident_id = $1 ORDER BY captured_at, id', [storable(incidentId)]);
  return rows.map((row) => ({
    id: row.id,
    incidentId: row.incident_id,
    kind: row.kind,
    object: row.object,
    container: row.container,
    capturedAt: row.captured_at,
    body: row.body,
    truncated: row.truncated,
    error: row.error,
  }));
}

function incidentOf(row: IncidentRow): Incident {
  return {
    id: row.id,
    cluster: { uid: row.cluster_uid, name: row.cluster_name },
    problemKey: row.problem_key,
    state: row.state,
    severity: row.severity,
    category: row.category,
    condition: row.condition,
    root: row.root,
    subject: row.subject,
    title: row.title,
    openedAt: row.opened_at,
    lastSeen: row.last_seen,
    clearedAt: row.cleared_at,
    resolvedAt: row.resolved_at,
    eventCount: row.event_count,
    openedBy: row.opened_by,
  };
}
