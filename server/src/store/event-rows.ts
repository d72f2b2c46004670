/** Rows of `events` with their dimensions, as the ClusterEvent that they were. */
import type { Category, ClusterEvent, Severity } from '../model/cluster-event.ts';
import type { ObservationSource } from '../model/observation.ts';
import { printFromHex } from './write-events.ts';

/** From events e, event_dims d, clusters c and incident_numbers n. */
export const EVENT_SELECT = `e.id, e.last_at, e.last_seq, e.first_seen, e.last_seen, e.ingested_at, e.count, COALESCE(e.uid_text, e.uid::text) AS uid,
  encode(e.fingerprint, 'hex') AS fingerprint, encode(e.correlation, 'hex') AS correlation, e.name, e.object_uid, e.message, e.condition,
  e.node, e.root, e.labels, d.origin, d.namespace, d.kind, d.reason, d.type, d.category, d.severity, d.component,
  c.uid AS cluster, c.name AS cluster_name, n.id AS incident`;

export const EVENT_JOINS = `JOIN event_dims d ON d.id = e.dims_id JOIN clusters c ON c.id = d.cluster_id
  LEFT JOIN incident_numbers n ON n.no = e.incident_no`;

export interface EventRow {
  readonly [column: string]: unknown;
  readonly id: number;
  readonly last_at: number;
  readonly last_seq: number;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly ingested_at: number;
  readonly count: number;
  readonly uid: string;
  readonly fingerprint: string;
  readonly correlation: string;
  readonly name: string;
  readonly object_uid: string;
  readonly message: string;
  readonly condition: string | null;
  readonly node: string | null;
  readonly root: string | null;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly origin: ObservationSource;
  readonly namespace: string;
  readonly kind: string;
  readonly reason: string;
  readonly type: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly component: string;
  readonly cluster: string;
  readonly cluster_name: string;
  readonly incident: string | null;
}

export function clusterEventOf(row: EventRow): ClusterEvent {
  const object = { kind: row.kind, namespace: row.namespace, name: row.name, uid: row.object_uid };
  const root = row.root === null ? null : (JSON.parse(row.root) as readonly string[]);
  return {
    uid: row.uid,
    cluster: row.cluster,
    clusterName: row.cluster_name,
    origin: row.origin,
    type: row.type,
    reason: row.reason,
    message: row.message,
    count: row.count,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    ingestedAt: row.ingested_at,
    category: row.category,
    severity: row.severity,
    condition: row.condition,
    fingerprint: printFromHex(row.fingerprint),
    correlationId: printFromHex(row.correlation),
    incidentId: row.incident,
    object,
    rootOwner:
      root === null
        ? object
        : { kind: root[0] ?? '', namespace: root[1] ?? '', name: root[2] ?? '', uid: root[3] ?? '' },
    node: row.node ?? '',
    labels: row.labels ?? {},
    source: row.component,
  };
}
