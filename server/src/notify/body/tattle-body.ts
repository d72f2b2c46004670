/** Tattle's own body: the incident, the event that made the notice, and every piece of evidence with its id. */
import type { DigestNotice, IncidentNotice, Notice } from '../../model/delivery.ts';
import type { Evidence } from '../../model/incident.ts';
import { rfc3339 } from '../../kit/format-time.ts';
import { diagnosisJson, digestJson, evidenceJson, incidentJson, type LinkTo, refJson } from './incident-json.ts';

export function tattleBody(notice: Notice, linkTo: LinkTo) {
  return notice.kind === 'digest' ? digestBody(notice, linkTo) : incidentBody(notice, linkTo);
}

/** The same from every body: a digest has no incident of its own. */
export function digestBody({ id, at, digest }: DigestNotice, linkTo: LinkTo) {
  return { version: 1, id, notice: 'digest' as const, timestamp: rfc3339(at), digest: digestJson(digest, linkTo) };
}

function incidentBody(notice: IncidentNotice, linkTo: LinkTo) {
  const { incident, event } = notice;
  return {
    version: 1,
    id: notice.id,
    notice: notice.kind,
    timestamp: rfc3339(notice.at),
    partial: notice.partial,
    cluster: { uid: incident.cluster.uid, name: incident.cluster.name },
    incident: incidentJson(notice, linkTo),
    event: event === null ? null : eventJson(event),
    evidence: notice.evidence.map(evidenceItem),
    diagnosis: diagnosisJson(notice),
    also: notice.also.map((told) => incidentJson(told, linkTo)),
  };
}

function eventJson(event: NonNullable<IncidentNotice['event']>) {
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
