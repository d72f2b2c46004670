/** The History port: questions to what is stored. */
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { History } from '../model/ports.ts';
import { aggregateEvents } from './aggregate.ts';
import type { Connections } from './connections.ts';
import type { Counts } from './counts.ts';
import { VIEWS } from './dims.ts';
import { clusterEventOf, EVENT_JOINS, EVENT_SELECT } from './event-rows.ts';
import type { EventRow } from './event-rows.ts';
import { identityKey } from './identity.ts';
import { findDiagnoses, findDiagnosis, listChanges } from './diagnoses.ts';
import {
  earlierIncidents,
  findIncident,
  incidentIdsLike,
  listIncidents,
  listLog,
  listObjects,
  listStrands,
} from './incidents.ts';
import { listCaptures, listEvidence, listGaps } from './small-tables.ts';
import { listEvents } from './list-events.ts';
import { storable } from './text.ts';

export function historyOf(connections: Connections, counts: Counts, now: () => number): History {
  return {
    events: (filter, page) => listEvents(connections, filter, page, now()),
    event: (uid, clusterUid) => findEvent(connections, uid, clusterUid),
    facets: (filter, fields, limit) => counts.facets(filter, fields, limit),
    histogram: (filter, buckets) => counts.histogram(filter, buckets),
    aggregate: (filter, groupBy, limit) => aggregateEvents(connections, filter, groupBy, limit, now()),
    incidents: (filter) => listIncidents(connections, filter),
    incident: (id) => findIncident(connections, id),
    captures: (incidentId) => listCaptures(connections, incidentId),
    evidence: (incidentId) => listEvidence(connections, incidentId),
    incidentObjects: (id, limit) => listObjects(connections, id, limit),
    earlierIncidents: (incident, limit) => earlierIncidents(connections, incident, limit),
    strands: (incidentId) => listStrands(connections, incidentId),
    log: (incidentId) => listLog(connections, incidentId),
    incidentIdsLike: (prefix) => incidentIdsLike(connections, prefix),
    changes: (filter) => listChanges(connections, filter),
    diagnosis: (incidentId) => findDiagnosis(connections, incidentId),
    diagnoses: (incidentIds) => findDiagnoses(connections, incidentIds),
    gaps: (limit) => listGaps(connections, limit),
    namespaces: () => namespaces(connections),
    totals: () => totals(connections),
  };
}

async function findEvent(connections: Connections, uid: string, clusterUid?: string): Promise<ClusterEvent | null> {
  const rows = await connections.query<EventRow>(
    `SELECT ${EVENT_SELECT} FROM events e ${EVENT_JOINS}
     WHERE e.id IN (SELECT event_id FROM event_identity WHERE key = $1)
       AND COALESCE(e.uid_text, e.uid::text) = $2 AND ($3::text IS NULL OR c.uid = $3) ORDER BY e.last_at DESC LIMIT 1`,
    [identityKey(uid), storable(uid), clusterUid === undefined ? null : storable(clusterUid)],
  );
  return rows[0] === undefined ? null : clusterEventOf(rows[0]);
}

async function namespaces(
  connections: Connections,
): Promise<readonly { cluster: string; namespace: string; events: number }[]> {
  return connections.query<{ cluster: string; namespace: string; events: number }>(
    `SELECT c.uid AS cluster, d.namespace, sum(r.born)::bigint AS events FROM rollups r JOIN event_dims d ON d.id = r.dims_id
     JOIN clusters c ON c.id = d.cluster_id WHERE r.level = 2 AND d.view = ${String(VIEWS.place)} GROUP BY 1, 2 HAVING sum(r.born) > 0 ORDER BY 1, 2`,
  );
}

async function totals(connections: Connections): Promise<{ stored: number; occurrences: number; incidents: number }> {
  const rows = await connections.query<{ stored: number; occurrences: number; incidents: number }>(
    `SELECT COALESCE(sum(r.born), 0)::bigint AS stored, COALESCE(sum(r.occurrences), 0)::bigint AS occurrences,
       (SELECT count(*) FROM incidents) AS incidents
     FROM rollups r JOIN event_dims d ON d.id = r.dims_id AND d.origin = 'event' AND d.view = ${String(VIEWS.wide)} WHERE r.level = 2`,
  );
  return rows[0] ?? { stored: 0, occurrences: 0, incidents: 0 };
}
