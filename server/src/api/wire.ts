/** From the model's nouns to the contract's shapes. Built by hand: validating what we made ourselves halves throughput. */
import type {
  WireDelivery,
  WireEvent,
  WireEvidence,
  WireHistogram,
  WireIncident,
  WireAggregate,
} from '@tattle/contract';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Evidence, Incident } from '../model/incident.ts';
import type { AggregateRow, Histogram } from '../model/query.ts';
import { rfc3339 } from './times.ts';

export function wireEvent(event: ClusterEvent): WireEvent {
  return {
    uid: event.uid,
    cluster: event.cluster,
    clusterName: event.clusterName,
    origin: event.origin,
    type: event.type,
    reason: event.reason,
    message: event.message,
    count: event.count,
    firstSeen: rfc3339(event.firstSeen),
    lastSeen: rfc3339(event.lastSeen),
    ingestedAt: rfc3339(event.ingestedAt),
    category: event.category,
    severity: event.severity,
    condition: event.condition,
    fingerprint: event.fingerprint,
    correlationId: event.correlationId,
    incidentId: event.incidentId,
    object: event.object,
    rootOwner: event.rootOwner,
    node: event.node,
    labels: event.labels,
    source: event.source,
  };
}

export function wireHistogram(histogram: Histogram): WireHistogram {
  return {
    from: rfc3339(histogram.from),
    to: rfc3339(histogram.to),
    bucketMs: histogram.bucketMs,
    buckets: histogram.buckets.map(({ start, occurrences, total }) => ({ start: rfc3339(start), occurrences, total })),
    partial: histogram.partial,
  };
}

export function wireAggregateRow(row: AggregateRow): WireAggregate['rows'][number] {
  return { ...row, firstSeen: rfc3339(row.firstSeen), lastSeen: rfc3339(row.lastSeen) };
}

export function wireIncident(incident: Incident): WireIncident {
  return {
    id: incident.id,
    cluster: incident.cluster.uid,
    clusterName: incident.cluster.name,
    state: incident.state,
    severity: incident.severity,
    category: incident.category,
    condition: incident.condition,
    title: incident.title,
    root: incident.root,
    subject: incident.subject,
    openedAt: rfc3339(incident.openedAt),
    lastSeen: rfc3339(incident.lastSeen),
    clearedAt: orNull(incident.clearedAt),
    resolvedAt: orNull(incident.resolvedAt),
    eventCount: incident.eventCount,
  };
}

export function wireEvidence(evidence: Evidence): WireEvidence {
  const { id, kind, object, container, capturedAt, body, truncated, error } = evidence;
  return { id, kind, object, container, capturedAt: rfc3339(capturedAt), body, truncated, error };
}

export function wireDelivery(delivery: Delivery): WireDelivery {
  return {
    id: delivery.id,
    channel: delivery.channel,
    incidentId: delivery.incidentId,
    notice: delivery.noticeKind,
    status: delivery.status,
    attempts: delivery.attempts,
    createdAt: rfc3339(delivery.createdAt),
    nextAttemptAt: orNull(delivery.nextAttemptAt),
    deliveredAt: orNull(delivery.deliveredAt),
    lastError: delivery.lastError,
    lastStatusCode: delivery.lastStatusCode,
  };
}

/** Null stays null: a time that is not known is no time. */
export function orNull(time: number | null): string | null {
  return time === null ? null : rfc3339(time);
}
