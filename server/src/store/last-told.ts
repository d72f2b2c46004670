/** What each channel was told last of an incident, read from the outbox. */
import type { LastTold } from '../model/ports/telling.ts';
import type { Connections } from './connections.ts';
import { storable } from './text.ts';

/** A notice may hold a megabyte of evidence: only the newest of each channel is opened. */
const LAST_TOLD = `
  WITH told AS (
    SELECT no, channel, (receipt IS NOT NULL OR status = 'pending')
        AND NOT EXISTS (SELECT 1 FROM deliveries_also a WHERE a.no = d.no) AS alone
      FROM deliveries d WHERE incident_id = $1 AND incident_id <> ''
    UNION ALL
    SELECT d.no, d.channel, false FROM deliveries_also a JOIN deliveries d ON d.no = a.no WHERE a.incident_id = $1),
  newest AS (SELECT channel, max(no) AS no, bool_or(alone) AS alone FROM told GROUP BY channel)
  SELECT newest.channel, newest.alone, CASE WHEN d.incident_id = $1 THEN d.notice ->> 'acknowledgedBy'
      ELSE (SELECT a ->> 'acknowledgedBy' FROM jsonb_array_elements(d.notice -> 'also') a WHERE a -> 'incident' ->> 'id' = $1 LIMIT 1) END AS by
    FROM newest JOIN deliveries d ON d.no = newest.no ORDER BY newest.channel`;

interface Row {
  readonly [column: string]: unknown;
  readonly channel: string;
  readonly alone: boolean;
  readonly by: string | null;
}

export async function lastTold(connections: Connections, incidentId: string): Promise<readonly LastTold[]> {
  const rows = await connections.query<Row>(LAST_TOLD, [storable(incidentId)]);
  return rows.map(({ channel, alone, by }) => ({ channel, isAlone: alone, acknowledgedBy: by }));
}
