/** Tattle's own body: the incident, the event that made the notice, and every piece of evidence with its id. */
import type { Notice } from '../../../model/delivery.ts';
import type { Evidence } from '../../../model/incident.ts';
import { rfc3339 } from '../../../kit/format-time.ts';
import { diagnosisJson, evidenceJson, incidentJson, refJson } from './incident-json.ts';

export function tattleBody(notice: Notice) {
  const { incident, event } = notice;
  return {
    version: 1,
    id: notice.id,
    notice: notice.kind,
    timestamp: rfc3339(notice.at),
    partial: notice.partial,
    cluster: { uid: incident.cluster.uid, name: incident.cluster.name },
    incident: incidentJson(notice),
    event: event === null ? null : eventJson(event),
    evidence: notice.evidence.map(evidenceItem),
    diagnosis: diagnosisJson(notice),
  };
}

function eventJson(event: NonNullable<Notice['event']>) {
  return {
    uid: event.uid,
    type: event.type,
    reason: event.reason,
    message: event.message,
    count: event.count,
    first_seen: rfc3339(event.firstSeen),
    last_seen: rfc3339(event.lastSeen),
    category: event.category,
    severity: event.severity,
    condition: event.condition,
    object: refJson(event.object),
    root: refJson(event.rootOwner),
    node: event.node,
    source: event.source,
    fingerprint: event.fingerprint,
    correlation_id: event.correlationId,
  };
}

function evidenceItem(item: Evidence) {
  const isText = item.kind === 'log' || item.kind === 'previous-log';
  return {
    id: item.id,
    kind: item.kind,
    object: refJson(item.object),
    container: item.container,
    captured_at: rfc3339(item.capturedAt),
    truncated: item.truncated,
    error: item.error,
    content: item.error !== null ? null : isText ? item.body : evidenceJson(item),
  };
}
