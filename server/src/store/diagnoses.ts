/** Changes of objects and diagnoses, as they are read and saved. */
import type { FieldChange, ObjectChange } from '../model/change.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ChangeFilter } from '../model/ports.ts';
import type { Connections, Queryable } from './connections.ts';
import { json } from './json.ts';
import { storable, textArray } from './text.ts';

/** The newest first. */
export async function listChanges(queryable: Queryable, filter: ChangeFilter): Promise<readonly ObjectChange[]> {
  const rows = await queryable.query<{
    cluster_uid: string;
    cluster_name: string;
    id: string;
    at: number;
    object: ObjectRef;
    summary: string;
    diff: readonly FieldChange[];
    revision: number | null;
  }>(
    `SELECT cluster_uid, cluster_name, id, at, object, summary, diff, revision FROM object_changes
     WHERE cluster_uid = $1 AND at >= $2 AND at < $3 ORDER BY at DESC, id LIMIT $4`,
    [storable(filter.clusterUid), filter.from, filter.to, filter.limit],
  );
  return rows.map(({ cluster_uid: uid, cluster_name: name, ...change }) => ({ cluster: { uid, name }, ...change }));
}

export async function findDiagnosis(queryable: Queryable, incidentId: string): Promise<Diagnosis | null> {
  const rows = await queryable.query<{ body: Diagnosis }>('SELECT body FROM diagnoses WHERE incident_id = $1', [
    storable(incidentId),
  ]);
  return rows[0]?.body ?? null;
}

export async function findDiagnoses(queryable: Queryable, ids: readonly string[]): Promise<readonly Diagnosis[]> {
  const rows = await queryable.query<{ body: Diagnosis }>('SELECT body FROM diagnoses WHERE incident_id = ANY ($1)', [
    textArray(ids),
  ]);
  return rows.map(({ body }) => body);
}

/** Replaces the one before; an older one never replaces a newer one. */
export async function saveDiagnosis(connections: Connections, diagnosis: Diagnosis): Promise<void> {
  await connections.query(
    `INSERT INTO diagnoses (incident_id, at, cause, body) VALUES ($1, $2, $3, $4::jsonb)
     ON CONFLICT (incident_id) DO UPDATE SET at = excluded.at, cause = excluded.cause, body = excluded.body
       WHERE diagnoses.at <= excluded.at`,
    [diagnosis.incidentId, diagnosis.at, diagnosis.cause, json(diagnosis)],
  );
}
