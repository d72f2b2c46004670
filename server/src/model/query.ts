/** Questions to the stored history. */
import type { ClusterEvent } from './cluster-event.ts';

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
  readonly distinctObjects: number;
}
