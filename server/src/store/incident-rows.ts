/** Rows of incidents: heads, and what their strands add up to. */
import type { Category, Severity } from '../model/cluster-event.ts';
import type { Incident, IncidentHead, IncidentState } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';

export const HEAD = `i.id, i.cluster_uid, i.cluster_name, i.state, i.severity, i.category, i.condition, i.root, i.subject, i.title, i.opened_at,
  i.resolved_at, i.resolved_by, i.opened_by, i.regressions, i.merged_into, i.resolution`;
/** An incident that was merged away has no strands left: it was last seen when it opened. */
export const SUMS = `COALESCE(s.last_seen, i.opened_at) AS last_seen, s.cleared_at, COALESCE(s.event_count, 0)::bigint AS event_count`;
export const OF_STRANDS = `LEFT JOIN LATERAL (SELECT max(last_seen) AS last_seen, sum(event_count) AS event_count,
    CASE WHEN bool_and(cleared_at IS NOT NULL) THEN max(cleared_at) END AS cleared_at FROM strands WHERE incident_id = i.id) s ON true`;

/** Of strands: by their beginning, and the same however often they are read. */
export const STRAND_ORDER = 'first_seen, born_in, key';

export interface HeadRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly cluster_uid: string;
  readonly cluster_name: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly category: Category;
  readonly condition: string;
  readonly root: ObjectRef;
  readonly subject: ObjectRef;
  readonly title: string;
  readonly opened_at: number;
  readonly resolved_at: number | null;
  readonly resolved_by: string | null;
  readonly opened_by: string;
  readonly regressions: number;
  readonly merged_into: string | null;
  readonly resolution: string | null;
}

export interface IncidentRow extends HeadRow {
  readonly last_seen: number;
  readonly cleared_at: number | null;
  readonly event_count: number;
}

export function headOf(row: HeadRow): IncidentHead {
  return {
    id: row.id,
    cluster: { uid: row.cluster_uid, name: row.cluster_name },
    state: row.state,
    severity: row.severity,
    category: row.category,
    condition: row.condition,
    root: row.root,
    subject: row.subject,
    title: row.title,
    openedAt: row.opened_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    openedBy: row.opened_by,
    regressions: row.regressions,
    mergedInto: row.merged_into,
    resolution: row.resolution,
  };
}

export function incidentOf(row: IncidentRow): Incident {
  return { ...headOf(row), lastSeen: row.last_seen, clearedAt: row.cleared_at, eventCount: row.event_count };
}
