/** The default body: the fields that event watchers send, so that a workflow built for one keeps working, plus the incident. */
import type { IncidentNotice } from '../../model/delivery.ts';
import type { Evidence } from '../../model/incident.ts';
import { rfc3339 } from '../../kit/format-time.ts';
import {
  type DiagnosisJson,
  diagnosisJson,
  evidenceJson,
  type IncidentJson,
  incidentJson,
  type LinkTo,
  logHeading,
} from './incident-json.ts';

export interface EventBody {
  readonly event_uid: string;
  readonly cluster: string;
  readonly event: {
    readonly type: string;
    readonly reason: string;
    readonly message: string;
    readonly count: number;
    readonly first_timestamp: string;
    readonly last_timestamp: string;
  };
  readonly involved_object: {
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
  };
  readonly context: EventContext;
  readonly timestamp: string;
  readonly incident: IncidentJson;
  /** Null until there is one. */
  readonly diagnosis: DiagnosisJson;
  /** Further incidents that the message tells of. */
  readonly also: readonly IncidentJson[];
}

/** Null or empty where nothing was captured. The pod is the incident's subject, else one of its pods; logs are of all of them. */
interface EventContext {
  readonly pod_spec: unknown;
  readonly container_statuses: readonly unknown[];
  /** One text: each container's log under a heading, the previous run before the current one. */
  readonly recent_logs: string;
  readonly related_events: readonly unknown[];
  readonly references: unknown;
  readonly owners: unknown;
  readonly node: unknown;
  /** True when the evidence did not come in time. */
  readonly partial: boolean;
}

export function eventBody(notice: IncidentNotice, linkTo: LinkTo): EventBody {
  const { incident } = notice;
  const object = notice.event?.object ?? incident.subject;
  return {
    event_uid: notice.event?.uid ?? incident.openedBy,
    cluster: incident.cluster.name,
    event: eventPart(notice),
    involved_object: { kind: object.kind, name: object.name, namespace: object.namespace, uid: object.uid },
    context: contextPart(notice),
    timestamp: rfc3339(notice.at),
    incident: incidentJson(notice, linkTo),
    diagnosis: diagnosisJson(notice),
    also: notice.also.map((told) => incidentJson(told, linkTo)),
  };
}

/** Where the event is gone, its incident stands in for it. */
function eventPart({ event, incident }: IncidentNotice): EventBody['event'] {
  if (event === null) {
    return {
      type: 'Warning',
      reason: incident.condition,
      message: incident.title,
      count: incident.eventCount,
      first_timestamp: rfc3339(incident.openedAt),
      last_timestamp: rfc3339(incident.lastSeen),
    };
  }
  return {
    type: event.type,
    reason: event.reason,
    message: event.message,
    count: event.count,
    first_timestamp: rfc3339(event.firstSeen),
    last_timestamp: rfc3339(event.lastSeen),
  };
}

function contextPart({ evidence, partial, incident }: IncidentNotice): EventContext {
  const first = (kind: Evidence['kind']) => {
    const captured = evidence.filter((item) => item.kind === kind && item.error === null);
    const ofSubject = captured.find(({ object }) => object.uid === incident.subject.uid);
    return ofSubject ?? captured.find(({ object }) => object.kind === 'Pod') ?? captured[0];
  };
  const spec = fieldsOf(evidenceJson(first('spec')));
  const status = fieldsOf(evidenceJson(first('status')));
  const events = evidenceJson(first('events'));
  return {
    pod_spec: spec.spec ?? null,
    container_statuses: [...listOf(status.initContainerStatuses), ...listOf(status.containerStatuses)],
    recent_logs: evidence.filter(isLog).sort(previousFirst).map(logText).join('\n'),
    related_events: listOf(events),
    references: spec.references ?? null,
    owners: evidenceJson(first('owners')) ?? null,
    node: evidenceJson(first('node')) ?? null,
    partial,
  };
}

function isLog(item: Evidence): boolean {
  return item.kind === 'log' || item.kind === 'previous-log';
}

/** By pod and container, and what ran before comes before. */
function previousFirst(a: Evidence, b: Evidence): number {
  const place = (item: Evidence) => JSON.stringify([item.object.namespace, item.object.name, item.container]);
  const [placeA, placeB] = [place(a), place(b)];
  if (placeA !== placeB) return placeA < placeB ? -1 : 1;
  return Number(a.kind === 'log') - Number(b.kind === 'log');
}

function logText(item: Evidence): string {
  return `==> ${logHeading(item)} <==\n${item.error === null ? item.body : `(not available: ${item.error})`}`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
