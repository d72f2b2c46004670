/** From the model's nouns to the contract's shapes. Built by hand: validating what we made ourselves halves throughput. */
import type {
  WireAuditEntry,
  WireDelivery,
  WireDiagnosis,
  WireEvent,
  WireEvidence,
  WireGrant,
  WireHistogram,
  WireIncident,
  WireObjectChange,
  WireStatus,
  WireStrand,
  WireToken,
  WireAggregate,
} from '@tattle/contract';
import type { AuditEntry, Grant, TokenRecord } from '../model/access.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { ObjectChange } from '../model/change.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence, Incident, Strand } from '../model/incident.ts';
import type { ClusterGap } from '../model/ports/history.ts';
import type { ListedDelivery } from '../model/ports/telling.ts';
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
  return { ...row, trend: [...row.trend], firstSeen: rfc3339(row.firstSeen), lastSeen: rfc3339(row.lastSeen) };
}

/** `restricted`: part of it lies outside of what the caller may see. */
export function wireHead(incident: Incident, diagnosis: Diagnosis | null, restricted: boolean): WireIncident {
  return {
    id: incident.id,
    cluster: incident.cluster.uid,
    clusterName: incident.cluster.name,
    state: incident.state,
    severity: incident.severity,
    category: incident.category,
    condition: incident.condition,
    title: incident.title,
    root: { ...incident.root, cluster: incident.cluster.uid },
    subject: incident.subject,
    openedAt: rfc3339(incident.openedAt),
    lastSeen: rfc3339(incident.lastSeen),
    clearedAt: orNull(incident.clearedAt),
    resolvedAt: orNull(incident.resolvedAt),
    resolvedBy: incident.resolvedBy,
    eventCount: incident.eventCount,
    regressions: incident.regressions,
    mergedInto: incident.mergedInto,
    resolution: incident.resolution,
    diagnosis: diagnosis === null ? null : wireDiagnosis(diagnosis),
    restricted,
  };
}

function wireDiagnosis(diagnosis: Diagnosis): WireDiagnosis {
  const { cause, confidence, explanation, citations, by, at, nextSteps, commands, also } = diagnosis;
  return {
    cause,
    confidence,
    explanation,
    citations: [...citations],
    by,
    at: rfc3339(at),
    nextSteps: [...nextSteps],
    commands: [...commands],
    also: also.map((finding) => ({ ...finding, citations: [...finding.citations] })),
  };
}

export function wireChange({ at, object, summary, diff, revision }: ObjectChange): WireObjectChange {
  return { at: rfc3339(at), object, summary, diff: [...diff], revision };
}

export function wireGap(gap: ClusterGap): WireStatus['gaps'][number] {
  const { clusterUid, clusterName, stream, reason, from, to, detail } = gap;
  return { cluster: clusterUid, clusterName, stream, reason, from: rfc3339(from), to: orNull(to), detail };
}

export function wireToken(token: TokenRecord): WireToken {
  const { id, name, grants, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  return {
    id,
    name,
    grants: wireGrants(grants),
    createdBy,
    createdAt: rfc3339(createdAt),
    expiresAt: orNull(expiresAt),
    lastUsedAt: orNull(lastUsedAt),
    revokedAt: orNull(revokedAt),
  };
}

export function wireGrants(grants: readonly Grant[]): WireGrant[] {
  return grants.map(({ role, scope }) => ({
    role,
    scope:
      scope === 'everything'
        ? scope
        : scope.map(({ cluster, namespaces }) => ({
            cluster,
            namespaces: namespaces === null ? null : [...namespaces],
          })),
  }));
}

export function wireAuditEntry({ no, at, actor, action, target, detail, hash }: AuditEntry): WireAuditEntry {
  return { no, at: rfc3339(at), actor, action, target, detail, hash };
}

export function wireStrand(strand: Strand): WireStrand {
  const { condition, root, severity, firstSeen, lastSeen, clearedAt, eventCount, rule, because } = strand;
  return {
    condition,
    root,
    severity,
    firstSeen: rfc3339(firstSeen),
    lastSeen: rfc3339(lastSeen),
    clearedAt: orNull(clearedAt),
    eventCount,
    rule,
    because,
  };
}

export function wireEvidence(evidence: Evidence): WireEvidence {
  const { id, kind, object, container, capturedAt, body, truncated, error } = evidence;
  return { id, kind, object, container, capturedAt: rfc3339(capturedAt), body, truncated, error };
}

export function wireDelivery(delivery: ListedDelivery): WireDelivery {
  return {
    id: delivery.id,
    channel: delivery.channel,
    incidentId: delivery.incidentId,
    incidentTitle: delivery.incidentTitle,
    noticeId: delivery.noticeId,
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
