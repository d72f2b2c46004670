/** Questions to the stored history. */
import type { Scope } from './access.ts';
import type { ClusterEvent } from './cluster-event.ts';
import type { Evidence, Incident } from './incident.ts';
import type { ObjectRef } from './object-ref.ts';

/** Fields an event can be filtered and faceted by. Values of one field are OR-ed, fields are AND-ed; a leading `!` negates. */
export const FILTER_FIELDS = [
  'cluster',
  'namespace',
  'kind',
  'name',
  'reason',
  'type',
  'category',
  'severity',
  'source',
  'node',
  'incident',
  'fingerprint',
  'uid',
] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

/** The fields whose counts come from rollups, at any size of history. */
export const FACET_FIELDS = [
  'cluster',
  'namespace',
  'kind',
  'reason',
  'type',
  'category',
  'severity',
  'source',
] as const satisfies readonly FilterField[];
export type FacetField = (typeof FACET_FIELDS)[number];

export interface EventFilter {
  /** Half-open, milliseconds: events that happened at least once in [from, to). Undefined is open. */
  readonly from?: number;
  readonly to?: number;
  readonly fields: Partial<Record<FilterField, readonly string[]>>;
  /** `key=value` pairs that the labels must hold. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Every word must occur in the message, reason or object name, case folded. */
  readonly text?: string;
  /** Only what has this root owner and is not the owner itself, of whatever cluster, whatever its uid. */
  readonly ownedBy?: ObjectName;
  /** What is answered about; left out, everything. */
  readonly scope?: Scope;
}

/** An object of some cluster by its name, whatever its uid. */
export type ObjectName = Omit<ObjectRef, 'uid'>;

/** `namespace`: of the root or the subject. `kind` and `name`: of the root. `cause`: of its diagnosis. */
export const INCIDENT_FIELDS = [
  'cluster',
  'namespace',
  'kind',
  'name',
  'state',
  'severity',
  'category',
  'condition',
  'cause',
] as const;
export type IncidentField = (typeof INCIDENT_FIELDS)[number];

/**
 * Values of one field are OR-ed, fields are AND-ed; a leading `!` negates. What was merged into another incident is left out. All of
 * it is about what the scope shows: of an incident that is seen in part, its name, severity and beginning are those of that part, and
 * its cause is ''.
 */
export interface IncidentFilter {
  /** Half-open, milliseconds: incidents that went on at least once in [from, to). Undefined is open. */
  readonly from?: number;
  readonly to?: number;
  readonly fields: Partial<Record<IncidentField, readonly string[]>>;
  /** Every word must occur in the title or in the root's name, case folded. */
  readonly text?: string;
  /** Those of which a strand has this object as root or subject, or to which an event about it belongs. */
  readonly about?: ObjectName;
  /** Those with a strand in it; left out, all. */
  readonly scope?: Scope;
}

export interface IncidentPage {
  /** The newest first, by the beginning of what the scope shows. */
  readonly items: readonly Incident[];
  readonly nextCursor: string | null;
}

/** How many incidents have each value, of the fields asked for; a field's own filter is ignored in its counts, the most frequent first. */
export interface IncidentFacet {
  readonly field: IncidentField;
  readonly values: readonly { readonly value: string; readonly incidents: number }[];
}

/** Half-open, milliseconds. Undefined is open. */
export interface ChangeFilter {
  /** Uid or name. */
  readonly cluster?: string;
  readonly namespaces?: readonly string[];
  readonly kinds?: readonly string[];
  readonly names?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly scope?: Scope;
  readonly limit: number;
  readonly cursor?: string;
}

/** Most recent activity first. `partial` says that the time budget ran out before the page was full. */
export interface EventPage {
  readonly items: readonly ClusterEvent[];
  readonly nextCursor: string | null;
  readonly partial: boolean;
}

export interface Facet {
  readonly field: FacetField;
  readonly values: readonly { readonly value: string; readonly events: number; readonly occurrences: number }[];
}

interface HistogramBucket {
  readonly start: number;
  /** Occurrences by severity. */
  readonly occurrences: Readonly<Record<string, number>>;
  readonly total: number;
}

export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly buckets: readonly HistogramBucket[];
  readonly partial: boolean;
}

export interface AggregateRow {
  readonly key: Readonly<Record<string, string>>;
  readonly events: number;
  readonly occurrences: number;
  readonly perMinute: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Null where sums told the rest. */
  readonly distinctObjects: number | null;
  /** Occurrences in equal slices of the range, the oldest first; empty where none were asked for. */
  readonly trend: readonly number[];
  /** Occurrences in the stretch of the same length just before the range; null where not asked for, open, or not counted whole. */
  readonly before: number | null;
}

export interface AggregateOptions {
  /** How many slices of the range are told for each row, 60 at the most; left out, none. */
  readonly trend?: number;
  /** Whether to count the stretch before the range. */
  readonly compare?: boolean;
}

/** What events can differ in. `owner`: their root owner. */
export type ProfileField = 'cluster' | 'namespace' | 'kind' | 'reason' | 'source' | 'node' | 'owner' | 'label';

/** How often something happened: distinct events, and their occurrences. */
export interface Tallied {
  readonly events: number;
  readonly occurrences: number;
}

/** How often each value occurs among events. */
export interface Profile extends Tallied {
  /** `value` of an owner: `namespace/kind/name`, or `kind/name`; of a label: `key=value`; of a cluster: its uid. Where unknown, none. */
  readonly values: readonly (Tallied & { readonly field: ProfileField; readonly value: string })[];
  /** The oldest occurrence that was counted, milliseconds; null where there is none. */
  readonly oldest: number | null;
  /** Whether older ones were left out. */
  readonly partial: boolean;
}

/** A captured piece without what it says. */
export type EvidenceHead = Pick<Evidence, 'id' | 'incidentId' | 'kind' | 'container' | 'capturedAt'>;
