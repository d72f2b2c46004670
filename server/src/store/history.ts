/** The History port: questions to what is stored. */
import type { Scope } from '../model/access.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { History, StoredNamespace } from '../model/ports/history.ts';
import { aggregateEvents } from './aggregate.ts';
import type { Connections } from './connections.ts';
import { type Counts, EXACT_LIMIT } from './counts.ts';
import { VIEWS } from './dims.ts';
import { eventSizes } from './event-sizes.ts';
import { clusterEventOf, EVENT_JOINS, EVENT_SELECT } from './event-rows.ts';
import type { EventRow } from './event-rows.ts';
import { identityKey } from './identity.ts';
import { listChanges } from './changes.ts';
import { findDiagnoses, findDiagnosis } from './diagnoses.ts';
import { EVENT_PLACE } from './filter.ts';
import { listGaps } from './gaps.ts';
import { findIncidents, listLog, listObjects, listStrands } from './incidents.ts';
import { listEvents } from './list-events.ts';
import { earlierIncidents, incidentFacets, incidentIdsLike, listIncidents } from './list-incidents.ts';
import { profileEvents } from './profile.ts';
import { withinScope } from './scope-sql.ts';
import { listCaptures, listEvidence, listEvidenceAbout } from './small-tables.ts';
import { storable } from './text.ts';
import { Values } from './values.ts';

/** Up to `countedLimit` occurrences are counted one by one where groups are compared over time. */
export function historyOf(
  connections: Connections,
  counts: Counts,
  now: () => number,
  countedLimit = EXACT_LIMIT,
): History {
  return {
    events: (filter, page) => listEvents(connections, filter, page, now()),
    event: (uid, clusterUid, scope) => findEvent(connections, uid, clusterUid, scope),
    facets: (filter, fields, limit) => counts.facets(filter, fields, limit),
    histogram: (filter, buckets) => counts.histogram(filter, buckets),
    aggregate: (filter, groupBy, limit, options) =>
      aggregateEvents(connections, filter, groupBy, limit, { ...options, now: now(), countedLimit }),
    profile: (filter, except) => profileEvents(connections, filter, now(), except),
    incidents: (filter, page) => listIncidents(connections, filter, page),
    incidentFacets: (filter, fields, limit) => incidentFacets(connections, filter, fields, limit),
    incident: async (id) => (await findIncidents(connections, [id]))[0] ?? null,
    incidentsById: (ids) => findIncidents(connections, ids),
    captures: (incidentId) => listCaptures(connections, incidentId),
    evidence: (incidentId) => listEvidence(connections, incidentId),
    evidenceAbout: (object, incidentIds, limit) => listEvidenceAbout(connections, object, incidentIds, limit),
    incidentObjects: (id, limit, scope) => listObjects(connections, id, limit, scope),
    earlierIncidents: (incident, limit, scope) => earlierIncidents(connections, incident, limit, scope),
    strands: (...incidentIds) => listStrands(connections, incidentIds),
    log: (incidentId) => listLog(connections, incidentId),
    incidentIdsLike: (prefix, scope) => incidentIdsLike(connections, prefix, scope),
    changes: (filter) => listChanges(connections, filter),
    diagnosis: (incidentId) => findDiagnosis(connections, incidentId),
    diagnoses: (incidentIds) => findDiagnoses(connections, incidentIds),
    gaps: (filter) => listGaps(connections, filter),
    namespaces: (scope) => namespaces(connections, scope),
    eventSizes: () => eventSizes(connections, now()),
    totals: () => totals(connections),
  };
}

async function findEvent(
  connections: Connections,
  uid: string,
  clusterUid?: string,
  scope?: Scope,
): Promise<ClusterEvent | null> {
  const values = new Values();
  const conditions = [
    `e.id IN (SELECT event_id FROM event_identity WHERE key = ${values.add(identityKey(uid))})`,
    `COALESCE(e.uid_text, e.uid::text) = ${values.add(storable(uid))}`,
    withinScope(scope, EVENT_PLACE, values) ?? 'true',
  ];
  if (clusterUid !== undefined) conditions.push(`c.uid = ${values.add(storable(clusterUid))}`);
  const rows = await connections.query<EventRow>(
    `SELECT ${EVENT_SELECT} FROM events e ${EVENT_JOINS} WHERE ${conditions.join(' AND ')} ORDER BY e.last_at DESC LIMIT 1`,
    values.list,
  );
  return rows[0] === undefined ? null : clusterEventOf(rows[0]);
}

async function namespaces(connections: Connections, scope?: Scope): Promise<readonly StoredNamespace[]> {
  const values = new Values();
  return connections.query<StoredNamespace & Record<string, unknown>>(
    `SELECT c.uid AS cluster, c.name AS "clusterName", d.namespace, sum(r.born)::bigint AS events FROM rollups r JOIN event_dims d ON d.id = r.dims_id
     JOIN clusters c ON c.id = d.cluster_id
     WHERE r.level = 2 AND d.view = ${String(VIEWS.place)} AND ${withinScope(scope, EVENT_PLACE, values) ?? 'true'}
     GROUP BY 1, 2, 3 HAVING sum(r.born) > 0 ORDER BY 1, 3`,
    values.list,
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
