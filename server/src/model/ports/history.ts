/** The reading half of the store: what happened, with its evidence and diagnoses. */
import type { Tally } from '../change-set.ts';
import type { ClusterEvent } from '../cluster-event.ts';
import type { ObjectChange } from '../change.ts';
import type { Diagnosis } from '../diagnosis.ts';
import type { Evidence, Incident, LogEntry, Strand } from '../incident.ts';
import type { ObjectRef } from '../object-ref.ts';
import type { Gap } from '../position.ts';
import type {
  AggregateOptions,
  AggregateRow,
  ChangeFilter,
  EventFilter,
  EventPage,
  EvidenceHead,
  Facet,
  FacetField,
  FilterField,
  Histogram,
  IncidentFacet,
  IncidentField,
  IncidentFilter,
  IncidentPage,
  ObjectName,
  Profile,
} from '../query.ts';
import type { RetentionDays } from '../settings.ts';
import type { Scope } from '../access.ts';

/**
 * The reading half of the store. Any text is a fair question: ids and values that cannot exist are answered with nothing.
 * Times lie between the years 1970 and 9999.
 */
export interface History {
  /** Throws `CursorError` for a cursor that it did not give out. */
  events(filter: EventFilter, page: { limit: number; cursor?: string }): Promise<EventPage>;
  event(uid: string, clusterUid?: string, scope?: Scope): Promise<ClusterEvent | null>;
  facets(filter: EventFilter, fields: readonly FacetField[], limit: number): Promise<readonly Facet[]>;
  histogram(filter: EventFilter, buckets: number): Promise<Histogram>;
  aggregate(
    filter: EventFilter,
    groupBy: readonly FilterField[],
    limit: number,
    options?: AggregateOptions,
  ): Promise<{ rows: readonly AggregateRow[]; partial: boolean }>;
  /** Of events that match `filter` and, where given, not `except`, which has a filter's conditions beside time and scope. */
  profile(filter: EventFilter, except?: Omit<EventFilter, 'from' | 'to' | 'scope'>): Promise<Profile>;
  /** Whole incidents, whatever is seen of them: `seenIncident` of kit/ makes of each what a scope shows. Throws `CursorError` for a cursor that it did not give out. */
  incidents(filter: IncidentFilter, page: { limit: number; cursor?: string }): Promise<IncidentPage>;
  incidentFacets(
    filter: IncidentFilter,
    fields: readonly IncidentField[],
    limit: number,
  ): Promise<readonly IncidentFacet[]>;
  /** Whatever its scope: who asks looks at its strands. */
  incident(id: string): Promise<Incident | null>;
  /** Those that there are, in any order. */
  incidentsById(ids: readonly string[]): Promise<readonly Incident[]>;
  /** Ids that begin with `prefix`, of incidents of which the scope shows something, two at the most. */
  incidentIdsLike(prefix: string, scope?: Scope): Promise<readonly string[]>;
  /** What its events are about, where the scope covers it, in alphabetical order, `limit` at the most. */
  incidentObjects(id: string, limit: number, scope?: Scope): Promise<readonly ObjectRef[]>;
  /** Ended incidents of the same condition at the same root, as the scope shows them, the newest first. */
  earlierIncidents(incident: Incident, limit: number, scope?: Scope): Promise<readonly Incident[]>;
  /** In the order of their beginning. */
  strands(...incidentIds: readonly string[]): Promise<readonly Strand[]>;
  /** Oldest first. */
  log(incidentId: string): Promise<readonly LogEntry[]>;
  /** Newest first. Throws `CursorError` for a cursor that it did not give out. */
  changes(filter: ChangeFilter): Promise<ChangePage>;
  diagnosis(incidentId: string): Promise<Diagnosis | null>;
  /** Those that there are, in any order. */
  diagnoses(incidentIds: readonly string[]): Promise<readonly Diagnosis[]>;
  evidence(incidentId: string): Promise<readonly Evidence[]>;
  /** Pieces about one object, of these incidents, the newest first. */
  evidenceAbout(object: ObjectName, incidentIds: readonly string[], limit: number): Promise<readonly EvidenceHead[]>;
  /** Each capture of evidence, oldest first: how many pieces could be had, and how many could not. */
  captures(
    incidentId: string,
  ): Promise<readonly { readonly at: number; readonly had: number; readonly missed: number }[]>;
  /**
   * Newest first; half-open times, milliseconds. A scope leaves those of whole clusters that it touches, and of streams of one
   * namespace (`v1/events@shop`) that it covers.
   */
  gaps(filter: {
    readonly from?: number;
    readonly to?: number;
    /** Uids or names. */
    readonly clusters?: readonly string[];
    readonly scope?: Scope;
    limit: number;
  }): Promise<readonly ClusterGap[]>;
  namespaces(scope?: Scope): Promise<readonly StoredNamespace[]>;
  /** Without reading the events themselves: near enough to estimate with. */
  eventSizes(): Promise<EventSizes>;
  /** Totals over all that is stored, for a replay's report. */
  totals(): Promise<Pick<Tally, 'stored' | 'occurrences'> & { incidents: number }>;
}

export interface StoredNamespace {
  /** Uid of the cluster, and the name that it had last. */
  readonly cluster: string;
  readonly clusterName: string;
  readonly namespace: string;
  readonly events: number;
}

/** What events take on disk, and how many came lately. Times in milliseconds. */
export interface EventSizes {
  /** Tables and indexes of events, and of what is kept beside each. */
  readonly bytes: number;
  readonly events: number;
  /** When the oldest happened; null where there is none. */
  readonly oldest: number | null;
  /** From when on `lately` counts: a week ago, or when the first event was stored. Null where nothing is stored. */
  readonly latelySince: number | null;
  /** New events since then, by class of retention; those on hold left out. */
  readonly lately: Readonly<Record<keyof RetentionDays, number>>;
}

export interface ClusterGap extends Gap {
  /** Empty where the store has nothing else of the cluster. */
  readonly clusterName: string;
}

export interface ChangePage {
  readonly items: readonly ObjectChange[];
  readonly nextCursor: string | null;
}

export interface DiagnosisStore {
  /** The newest of an incident is kept. */
  saveDiagnosis(diagnosis: Diagnosis): Promise<void>;
}

export interface EvidenceStore {
  saveEvidence(evidence: readonly Evidence[]): Promise<void>;
}
