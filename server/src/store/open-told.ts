/** Which incidents a channel was told of, that go on or ended lately: what is to be said again to ends that forget. */
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { ToldIncident } from '../model/delivery.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Connections } from './connections.ts';
import { HEAD, incidentOf, type IncidentRow, OF_STRANDS, SUMS } from './incident-rows.ts';
import { storable } from './text.ts';

interface ToldRow extends IncidentRow {
  readonly ended_at: number | null;
  readonly diagnosis: Diagnosis | null;
  readonly event: ClusterEvent | null;
  readonly receipt: string | null;
}

/** An incident that was merged away ends when that was done. */
const ENDED = `CASE WHEN i.merged_into IS NULL THEN i.resolved_at
  ELSE LEAST(i.resolved_at, (SELECT max(l.at) FROM incident_log l WHERE l.incident_id = i.id AND l.kind = 'merged')) END`;

/**
 * The newest delivery with a receipt, of each incident alone (d) and among others (v). A notice may hold a megabyte of evidence: only
 * those that are meant are opened.
 */
const OPEN_TOLD = `
  WITH meant AS (
    SELECT i.*, ${ENDED} AS ended_at FROM incidents i WHERE i.state <> 'resolved' OR i.resolved_at >= $2)
  SELECT ${HEAD}, ${SUMS}, i.ended_at, g.body AS diagnosis,
    CASE WHEN v.no > d.no THEN NULL ELSE d.receipt END AS receipt,
    CASE WHEN v.no > d.no THEN NULL ELSE d.notice -> 'event' END AS event
  FROM meant i ${OF_STRANDS}
    LEFT JOIN LATERAL (SELECT no, receipt, notice FROM deliveries
      WHERE incident_id = i.id AND channel = $1 AND receipt IS NOT NULL ORDER BY no DESC LIMIT 1) d ON true
    LEFT JOIN LATERAL (SELECT t.no FROM deliveries_also t JOIN deliveries e ON e.no = t.no
      WHERE t.incident_id = i.id AND e.channel = $1 AND e.receipt IS NOT NULL ORDER BY t.no DESC LIMIT 1) v ON true
    LEFT JOIN diagnoses g ON g.incident_id = i.id
  WHERE (d.no IS NOT NULL OR v.no IS NOT NULL) AND (i.ended_at IS NULL OR i.ended_at >= $2)
  ORDER BY i.opened_at DESC, i.id LIMIT $3`;

export async function openTold(
  connections: Connections,
  channel: string,
  endedSince: number,
  limit: number,
): Promise<readonly ToldIncident[]> {
  const rows = await connections.query<ToldRow>(OPEN_TOLD, [storable(channel), endedSince, limit]);
  return rows.map((row) => ({
    incident: incidentOf(row),
    endedAt: row.ended_at,
    diagnosis: row.diagnosis,
    event: row.event,
    receipt: row.receipt,
  }));
}
