/** Occurrences and incidents as the documents that every sink sends: one line of JSON each, under an id that stays. */
import { createHash } from 'node:crypto';
import { rfc3339, rfc3339OrNull } from '../kit/format-time.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Incident } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { EventDocument, EventOccurrence, EventRecord, IncidentDocument, IncidentRecord } from '../model/sink.ts';

/** The shortest limit that a sink has for an id is 512 bytes, and a hostile uid may be longer. */
const LONGEST_ID = 200;

export function eventRecord({ event, at, count, delta }: EventOccurrence): EventRecord {
  const { object } = event;
  const document: EventDocument = {
    schema: 'tattle.event/v1',
    id: boundedId(`${event.cluster}/${event.uid}/${String(count)}`),
    time: rfc3339(at),
    cluster: { uid: event.cluster, name: event.clusterName },
    event_uid: event.uid,
    origin: event.origin,
    type: event.type,
    reason: event.reason,
    message: event.message,
    count,
    delta,
    severity: event.severity,
    category: event.category,
    condition: event.condition,
    incident_id: event.incidentId,
    object: refOf(object),
    root_owner: refOf(event.rootOwner),
    node: event.node,
    source: event.source,
    labels: event.labels,
    fingerprint: event.fingerprint,
    correlation_id: event.correlationId,
    first_seen: rfc3339(event.firstSeen),
    last_seen: rfc3339(event.lastSeen),
    ingested_at: rfc3339(event.ingestedAt),
  };
  const key = keyOf(event.cluster, object);
  return { kind: 'event', key, at: Date.parse(document.time), document, json: JSON.stringify(document) };
}

/** What is sent in one order. */
export function keyOf(
  clusterUid: string,
  { namespace, kind, name }: Pick<ObjectRef, 'namespace' | 'kind' | 'name'>,
): string {
  return `${clusterUid}/${namespace}/${kind}/${name}`;
}

export function incidentRecord(incident: Incident, diagnosis: Diagnosis | null): IncidentRecord {
  const state: Omit<IncidentDocument, 'schema' | 'id'> = {
    time: rfc3339(Math.max(incident.openedAt, incident.lastSeen, incident.resolvedAt ?? 0)),
    cluster: { uid: incident.cluster.uid, name: incident.cluster.name },
    incident_id: incident.id,
    state: incident.state,
    severity: incident.severity,
    category: incident.category,
    condition: incident.condition,
    title: incident.title,
    root: refOf(incident.root),
    subject: refOf(incident.subject),
    event_count: incident.eventCount,
    regressions: incident.regressions,
    opened_at: rfc3339(incident.openedAt),
    last_seen: rfc3339(incident.lastSeen),
    cleared_at: rfc3339OrNull(incident.clearedAt),
    resolved_at: rfc3339OrNull(incident.resolvedAt),
    resolved_by: incident.resolvedBy,
    resolution: incident.resolution,
    merged_into: incident.mergedInto,
    diagnosis: diagnosisOf(diagnosis),
  };
  const digest = createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16);
  const document = { schema: 'tattle.incident/v1', id: boundedId(`${incident.id}/${digest}`), ...state } as const;
  return {
    kind: 'incident',
    key: incident.id,
    at: Date.parse(document.time),
    document,
    json: JSON.stringify(document),
  };
}

function diagnosisOf(diagnosis: Diagnosis | null): IncidentDocument['diagnosis'] {
  if (diagnosis === null) return null;
  const { cause, confidence, explanation } = diagnosis;
  return { cause, confidence, explanation };
}

/** Only these fields, whatever else the object holds. */
function refOf({ kind, namespace, name, uid }: ObjectRef): ObjectRef {
  return { kind, namespace, name, uid };
}

function boundedId(id: string): string {
  return id.length <= LONGEST_ID ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;
}
