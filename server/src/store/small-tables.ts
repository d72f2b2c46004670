/** Evidence and positions: the small tables. */
import type { Evidence, EvidenceKind } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Position } from '../model/position.ts';
import type { EvidenceHead, ObjectName } from '../model/query.ts';
import type { Connections, Queryable } from './connections.ts';
import { TELL_INCIDENTS } from './feed-entry.ts';
import { plainArray, storable, textArray } from './text.ts';
import { json } from './json.ts';

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

export async function saveEvidence(connections: Connections, evidence: readonly Evidence[]): Promise<void> {
  if (evidence.length === 0) return;
  const texts = (pick: (piece: Evidence) => string | null) => textArray(evidence.map(pick));
  await connections.query(
    `WITH changed AS (
       INSERT INTO evidence (id, incident_id, kind, object, container, body, error, captured_at, truncated)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::boolean[])
       ON CONFLICT (id) DO NOTHING
       RETURNING incident_id)
     ${TELL_INCIDENTS}`,
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

/** Without bodies, which may be megabytes. */
export async function listEvidenceAbout(
  queryable: Queryable,
  { kind, namespace, name }: ObjectName,
  incidentIds: readonly string[],
  limit: number,
): Promise<readonly EvidenceHead[]> {
  const rows = await queryable.query<{
    id: string;
    incident_id: string;
    kind: EvidenceKind;
    container: string;
    captured_at: number;
  }>(
    `SELECT id, incident_id, kind, container, captured_at FROM evidence
     WHERE incident_id = ANY ($1::text[]) AND object ->> 'kind' = $2 AND object ->> 'namespace' = $3 AND object ->> 'name' = $4
     ORDER BY captured_at DESC, id LIMIT ${String(limit)}`,
    [textArray(incidentIds.map(storable)), ...[kind, namespace, name].map(storable)],
  );
  return rows.map((row) => ({
    id: row.id,
    incidentId: row.incident_id,
    kind: row.kind,
    container: row.container,
    capturedAt: row.captured_at,
  }));
}

export async function listCaptures(
  queryable: Queryable,
  incidentId: string,
): Promise<readonly { at: number; had: number; missed: number }[]> {
  return queryable.query<{ at: number; had: number; missed: number }>(
    `SELECT captured_at AS at, count(*) - count(error) AS had, count(error) AS missed FROM evidence WHERE incident_id = $1
     GROUP BY 1 ORDER BY 1`,
    [storable(incidentId)],
  );
}
