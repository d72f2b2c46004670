/** Records as flat rows: the columns of the tables in docs/SINKS.md. */
import type { EventDocument, IncidentDocument } from '../../model/sink.ts';

/** The last year that DateTime64 knows. Reporters send years far beyond. */
const LAST = '2299-12-31T23:59:59.999Z';

function told(time: string): string {
  return time > LAST ? LAST : time;
}

export function eventRow(document: EventDocument) {
  const { cluster, object, root_owner: root } = document;
  return {
    id: document.id,
    time: told(document.time),
    cluster: cluster.name,
    cluster_uid: cluster.uid,
    namespace: object.namespace,
    kind: object.kind,
    name: object.name,
    object_uid: object.uid,
    root_kind: root.kind,
    root_namespace: root.namespace,
    root_name: root.name,
    event_uid: document.event_uid,
    origin: document.origin,
    type: document.type,
    reason: document.reason,
    message: document.message,
    count: document.count,
    delta: document.delta,
    severity: document.severity,
    category: document.category,
    condition: document.condition ?? '',
    incident_id: document.incident_id ?? '',
    node: document.node,
    source: document.source,
    labels: document.labels,
    fingerprint: document.fingerprint,
    correlation_id: document.correlation_id,
    first_seen: told(document.first_seen),
    last_seen: told(document.last_seen),
    ingested_at: told(document.ingested_at),
  };
}

/** `sent_at` tells which row of an incident is the newest. */
export function incidentRow(document: IncidentDocument, sentAt: string) {
  const { cluster, root, subject, diagnosis } = document;
  return {
    id: document.id,
    time: told(document.time),
    sent_at: sentAt,
    incident_id: document.incident_id,
    cluster: cluster.name,
    cluster_uid: cluster.uid,
    state: document.state,
    severity: document.severity,
    category: document.category,
    condition: document.condition,
    title: document.title,
    namespace: root.namespace,
    kind: root.kind,
    name: root.name,
    subject_kind: subject.kind,
    subject_name: subject.name,
    event_count: document.event_count,
    regressions: document.regressions,
    opened_at: told(document.opened_at),
    last_seen: told(document.last_seen),
    resolved_at: document.resolved_at === null ? null : told(document.resolved_at),
    resolved_by: document.resolved_by ?? '',
    resolution: document.resolution ?? '',
    merged_into: document.merged_into ?? '',
    cause: diagnosis?.cause ?? '',
    confidence: diagnosis?.confidence ?? 0,
    explanation: diagnosis?.explanation ?? '',
  };
}
