/** Diagnoses, as they are read and saved. */
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Connections, Queryable } from './connections.ts';
import { TELL_INCIDENTS } from './feed-entry.ts';
import { json } from './json.ts';
import { storable, textArray } from './text.ts';

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
    `WITH changed AS (
       INSERT INTO diagnoses (incident_id, at, cause, body) VALUES ($1, $2, $3, $4::jsonb)
       ON CONFLICT (incident_id) DO UPDATE SET at = excluded.at, cause = excluded.cause, body = excluded.body
         WHERE diagnoses.at <= excluded.at
       RETURNING incident_id)
     ${TELL_INCIDENTS}`,
    [diagnosis.incidentId, diagnosis.at, diagnosis.cause, json(diagnosis)],
  );
}
