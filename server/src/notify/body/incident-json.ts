/** An incident and its evidence as both bodies write them. */
import type { Digest, IncidentNotice, NoticeKind } from '../../model/delivery.ts';
import type { Evidence, Incident } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import { rfc3339, rfc3339OrNull } from '../../kit/format-time.ts';

export interface IncidentJson {
  readonly id: string;
  /** Why this message is sent. */
  readonly notice: NoticeKind;
  readonly state: string;
  readonly severity: string;
  readonly category: string;
  readonly condition: string;
  readonly title: string;
  readonly root: ObjectRef;
  readonly subject: ObjectRef;
  readonly opened_at: string;
  readonly last_seen: string;
  readonly resolved_at: string | null;
  /** Who said last that they look at it, where somebody does. */
  readonly acknowledged_by?: string;
  /** The incident that it goes on in, where somebody merged it. */
  readonly merged_into: string | null;
  readonly event_count: number;
  /** Its page; null where nobody said under which name people reach Tattle. */
  readonly url: string | null;
}

export type LinkTo = (incidentId: string) => string | null;

interface Told {
  readonly incident: Incident;
  readonly kind: NoticeKind;
  readonly acknowledgedBy?: string;
}

export function incidentJson({ incident, kind, acknowledgedBy }: Told, linkTo: LinkTo): IncidentJson {
  return {
    id: incident.id,
    notice: kind,
    state: incident.state,
    severity: incident.severity,
    category: incident.category,
    condition: incident.condition,
    title: incident.title,
    root: refJson(incident.root),
    subject: refJson(incident.subject),
    opened_at: rfc3339(incident.openedAt),
    last_seen: rfc3339(incident.lastSeen),
    resolved_at: rfc3339OrNull(incident.resolvedAt),
    ...(acknowledgedBy !== undefined && { acknowledged_by: acknowledgedBy }),
    merged_into: incident.mergedInto,
    event_count: incident.eventCount,
    url: linkTo(incident.id),
  };
}

/** Only the fields of the contract, whatever else the object holds. */
export function refJson({ kind, namespace, name, uid }: ObjectRef): ObjectRef {
  return { kind, namespace, name, uid };
}

/** The value of evidence that is JSON; undefined without one, its text where it cannot be read. */
export function evidenceJson(item: Evidence | undefined): unknown {
  if (item === undefined) return undefined;
  try {
    return JSON.parse(item.body) as unknown;
  } catch {
    return item.body;
  }
}

export function logHeading(item: Evidence): string {
  const run = item.kind === 'previous-log' ? ' (previous)' : '';
  return `${item.object.namespace}/${item.object.name}/${item.container}${run}`;
}

/** Null until there is one. */
export function diagnosisJson({ diagnosis }: Pick<IncidentNotice, 'diagnosis'>) {
  if (diagnosis === null) return null;
  const { cause, confidence, explanation, citations, nextSteps, commands, changes } = diagnosis;
  return {
    cause,
    confidence,
    explanation,
    citations: citations.map(({ evidenceId, text }) => ({ evidence_id: evidenceId, text })),
    next_steps: nextSteps,
    commands,
    changes: changes.map(({ at, object, summary }) => ({ at: rfc3339(at), object: refJson(object), summary })),
  };
}

export type DiagnosisJson = ReturnType<typeof diagnosisJson>;

export function digestJson(digest: Digest, linkTo: LinkTo) {
  const { occasion, from, to, lines, incidents, stillOpen, healed, repeats } = digest;
  return {
    occasion,
    from: rfc3339(from),
    to: rfc3339(to),
    incidents,
    still_open: stillOpen,
    healed,
    repeats_suppressed: repeats,
    lines: lines.map(({ incident, cause }) => ({ cause, ...incidentJson({ incident, kind: 'digest' }, linkTo) })),
  };
}
