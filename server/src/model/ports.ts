/** The ports: what a room asks of the world. The app plugs the implementations in. */
import type { ChangeSet, KnownEvent, Tally } from './change-set.ts';
import type { ClusterEvent } from './cluster-event.ts';
import type { Delivery, DeliveryOutcome, Notice, NoticeKind, DeliveryStatus, ToldIncident } from './delivery.ts';
import type { Held, NoticeDecision } from './notice-decision.ts';
import type { Silence, SilenceState } from './silence.ts';
import type { ChannelAct, StoredChannel } from './stored-channel.ts';
import type { ObjectChange } from './change.ts';
import type { Diagnosis } from './diagnosis.ts';
import type {
  ClaimedJob,
  Evidence,
  Incident,
  IncidentHead,
  JobKind,
  LogEntry,
  NewJob,
  Outcome,
  Strand,
  Tie,
} from './incident.ts';
import type { ClusterRef, ObjectRef } from './object-ref.ts';
import type { Arrival } from './observation.ts';
import type { Gap, Position } from './position.ts';
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
} from './query.ts';
import type { RetentionDays } from './settings.ts';
import type { AuditFilter, AuditPage, AuditVerdict, NewAuditEntry, Scope, Session, TokenRecord } from './access.ts';

/** Milliseconds since the Unix epoch, and timers on the same clock: live, or driven by a replay. */
export interface Clock {
  now(): number;
  /** Resolves after `ms` of this clock; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The subset of pino that rooms use. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** Counters, gauges and histograms by name; labels must be of bounded cardinality. */
export interface Metrics {
  count(name: string, labels: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: string, labels: Readonly<Record<string, string>>, value: number): void;
  /** Seconds for durations. */
  observe(name: string, labels: Readonly<Record<string, string>>, value: number): void;
}

/** Where sources put what they see. `offer` resolves when there is room: awaiting it is the backpressure. */
export interface Intake {
  /**
   * `position` is what the arrivals up to here complete; it is committed with or after them, never before.
   * `observed` counts object-state traffic that these arrivals come from, of the cluster by its display name.
   */
  offer(arrivals: readonly Arrival[], progress?: Progress): Promise<void>;
}

export interface Progress {
  readonly position?: Position;
  readonly observed?: { readonly cluster: string; readonly items: number };
  readonly gap?: Gap;
  /** What was changed on objects, not redacted yet. */
  readonly changes?: readonly ObjectChange[];
  /**
   * Told once what became of the arrivals: true when they are stored on disk, false when they are not (they may wait on Tattle's own
   * disk, or be lost), so that their sender has to send them again.
   */
  readonly receipt?: (isStored: boolean) => void;
}

export type WatchHealth = 'starting' | 'listing' | 'watching' | 'stale' | 'unreachable' | 'denied' | 'stopped';

/** How one stream of a source is doing, for readiness, metrics and the UI. */
export interface StreamStatus {
  readonly cluster: ClusterRef;
  readonly stream: string;
  readonly health: WatchHealth;
  readonly since: number;
  /** Last time the API server said anything at all on this stream. */
  readonly lastHeard: number | null;
  /** What to do about it, for a person; empty when all is well. A denial carries the Role that would mend it. */
  readonly detail: string;
}

/** A source runs until its signal aborts; it restarts its own connections and never throws for an expected fault. */
export interface Source {
  run(signal: AbortSignal): Promise<void>;
  status(): readonly StreamStatus[];
}

/** Reading one cluster at a moment: the API server live, or a recording in a replay. */
export interface ClusterReader {
  /** The object as the API server gives it, null when it is not there. Throws when it cannot be asked. */
  getObject(ref: ObjectRef, signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | null>;
  /** The tail of a container's log. A log that cannot be had is a value: its error is evidence, too. */
  podLog(request: PodLogRequest, signal: AbortSignal): Promise<PodLog>;
  /**
   * All of one namespace. Null where they cannot be known: denied, not recorded, no such API, too many to read. Throws when the
   * cluster cannot be asked.
   */
  listObjects(
    kind: 'ResourceQuota' | 'LimitRange' | 'Pod',
    namespace: string,
    signal: AbortSignal,
  ): Promise<readonly Readonly<Record<string, unknown>>[] | null>;
  /** What the pod uses right now (`metrics.k8s.io` PodMetrics). Null where it cannot be known. Throws when it cannot be asked. */
  podMetrics(namespace: string, pod: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | null>;
}

export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly tailLines: number;
  readonly limitBytes: number;
}

export type PodLog =
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'error'; readonly error: string };

/** What memory knew before a restart. */
export interface RecoveredState {
  readonly incidents: readonly IncidentHead[];
  readonly strands: readonly Strand[];
  readonly ties: readonly Tie[];
  /** Fingerprint → last time it was seen, within the deduplication window. */
  readonly recentFingerprints: readonly (readonly [fingerprint: string, lastSeen: number])[];
}

export interface EventKey {
  readonly clusterUid: string;
  readonly uid: string;
}

export interface PreparedCommit {
  /** Throws like `Store.commit`. */
  commit(): Promise<void>;
}

/** The writing half of the store. Every method is one transaction. */
export interface Store {
  /** What is already stored of these keys: index i answers keys[i], null where it is new. */
  identify(keys: readonly EventKey[]): Promise<readonly (KnownEvent | null)[]>;
  /**
   * Events, occurrences, rollups, incidents, jobs, dead letters, gaps and positions, in one transaction, positions last.
   * Throws `ConflictError` when another writer stored one of `created` meanwhile: identify again and retry.
   */
  commit(change: ChangeSet): Promise<void>;
  /**
   * `commit` in two steps, so that a batch is made ready while the one before it commits. Commits follow in the order of
   * preparation; after one that failed, those prepared before the failure throw `ConflictError`.
   */
  prepare(change: ChangeSet): Promise<PreparedCommit>;
  recover(clusterUids: readonly string[], since: number): Promise<RecoveredState>;
  /** Incidents that memory may have forgotten, with their strands, and those that they were merged into. */
  incidents(ids: readonly string[]): Promise<Pick<RecoveredState, 'incidents' | 'strands'>>;
  position(clusterUid: string, stream: string): Promise<Position | null>;
  close(): Promise<void>;
}

/** Another writer was faster; the batch is to be identified and decided again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The store cannot be reached or cannot write for now; the same call may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The store refuses this very data and always will: cut the batch in half to find what is at fault, and set that aside. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** A page's cursor is not one that this store gave out. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
}

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

/** Jobs of one kind, claimed by at most one worker at a time. */
export interface JobQueue {
  enqueue(jobs: readonly NewJob[]): Promise<void>;
  /** Claims up to `limit` due jobs, leased until now + leaseMs: a crashed worker's jobs come back. */
  claim(kind: JobKind, limit: number, now: number, leaseMs: number): Promise<readonly ClaimedJob[]>;
  finish(job: ClaimedJob, outcome: Outcome, now: number): Promise<void>;
  /** Jobs not finished yet, due or not. */
  pending(kind?: JobKind): Promise<number>;
  /** Unfinished jobs with these keys that are due later are due now. Returns how many. */
  hasten(keys: readonly string[], now: number): Promise<number>;
  /** Whether a `notice` job of an earlier turn of the same incident (opened, worse, resolved) is not finished. */
  hasEarlierTurn(job: ClaimedJob): Promise<boolean>;
}

export interface EvidenceStore {
  saveEvidence(evidence: readonly Evidence[]): Promise<void>;
}

/** The outbox. Deliveries of one incident to one channel are attempted in the order they were made. */
export interface Outbox {
  /** One row for each (notice, channel); known rows are left as they are. */
  addDeliveries(notice: Notice, channels: readonly string[], status: DeliveryStatus, at: number): Promise<void>;
  claimDeliveries(
    limit: number,
    now: number,
    leaseMs: number,
    skipChannels: readonly string[],
  ): Promise<readonly ClaimedDelivery[]>;
  finishDelivery(claimed: ClaimedDelivery, outcome: DeliveryOutcome, next: NextDelivery, now: number): Promise<void>;
  /** Newest first. Throws `CursorError` for a cursor that it did not give out. */
  deliveries(filter: DeliveryFilter): Promise<DeliveryPage>;
  /** Puts dead, disabled or delivered ones back to pending, under the same id. Returns how many. */
  replayDeliveries(filter: DeliveryFilter, now: number): Promise<number>;
}

/** For channels that are kept alive. */
export interface OpenTold {
  /**
   * Incidents that the channel gave a receipt for, as they stand now, and that go on or ended since then; the newest first, `limit`
   * at the most.
   */
  openTold(channel: string, endedSince: number, limit: number): Promise<readonly ToldIncident[]>;
}

export interface ClaimedDelivery {
  readonly delivery: Delivery;
  readonly notice: Notice;
  /** The newest receipt of this incident in this channel, of those made before it; null where there is none. */
  readonly receipt: string | null;
  /** Proof of the claim: the store's own business, handed back by `finishDelivery`. */
  readonly lease?: string;
}

/** What the schedule decided after an attempt. `uncounted`: it was given back while stopping, and was no attempt. */
export type NextDelivery =
  | { readonly status: 'delivered' | 'dead' | 'disabled' }
  | { readonly status: 'pending'; readonly nextAttemptAt: number; readonly uncounted?: boolean };

export interface DeliveryFilter {
  readonly ids?: readonly string[];
  /** Those that tell of it, alone or among others. */
  readonly incidentId?: string;
  readonly statuses?: readonly DeliveryStatus[];
  readonly channel?: string;
  readonly kind?: NoticeKind;
  readonly from?: number;
  readonly to?: number;
  /** Those of incidents that lie whole in it, since notices tell of all of them; left out, all. */
  readonly scope?: Scope;
  readonly limit: number;
  readonly cursor?: string;
}

export interface DeliveryPage {
  readonly items: readonly Delivery[];
  readonly nextCursor: string | null;
}

/** What deciding about notices remembers. */
export interface NoticeBook {
  /**
   * In one transaction. Decisions, deliveries, held notices and jobs that are known stay as they are. Throws `ConflictError`, and does
   * nothing, where one of `releases` was released before.
   */
  record(entry: NoticeEntry): Promise<void>;
  /** Of an incident, the newest first. */
  decisions(incidentId: string, limit: number): Promise<readonly NoticeDecision[]>;
  /** Of `held` decisions with this `by`, the newest of each incident, while the incident is not resolved or merged. */
  heldBy(by: string, limit: number): Promise<readonly NoticeDecision[]>;
  /** Decisions of a route, since then, that something is told: so many, whatever the channel. */
  toldCount(route: string, since: number): Promise<number>;
  /** When a rule last spoke about any of the incidents of this condition and root; null where it never did. */
  ruleSpoke(
    rule: string,
    incident: Pick<Incident, 'cluster' | 'condition' | 'root'>,
    since: number,
  ): Promise<number | null>;
  /** Of a group, what waits, the oldest first. */
  waiting(group: string, limit: number): Promise<readonly Held[]>;
  /** When something of a group was last released; null where nothing was. */
  lastReleased(group: string): Promise<number | null>;
}

export interface NoticeEntry {
  /** Null where nobody is told. */
  readonly notice: Notice | null;
  /** Names of the channels that are told. */
  readonly to: readonly string[];
  readonly status: Extract<DeliveryStatus, 'pending' | 'suppressed'>;
  readonly decisions: readonly NoticeDecision[];
  readonly held: readonly Held[];
  /** What was held in a group and is told, or let go, with this: ids of its notices. */
  readonly releases: { readonly group: string; readonly noticeIds: readonly string[] } | null;
  readonly jobs: readonly NewJob[];
  readonly at: number;
}

export interface SilenceStore {
  /** With its audit entry (`silence.create`). */
  addSilence(silence: Silence, by: string): Promise<void>;
  /** With its audit entry (`silence.expire`). Null where there is none, the silence as it was before where it had ended already. */
  expireSilence(id: string, by: string, at: number): Promise<Silence | null>;
  /** By state at `now`; those that end last come first. All where `states` is left out. */
  silences(now: number, states?: readonly SilenceState[], limit?: number): Promise<readonly Silence[]>;
  silence(id: string): Promise<Silence | null>;
}

/** Channels that people added at run time, shared by every replica. What is secret in them is sealed. */
export interface ChannelStore {
  /** By name. */
  channels(): Promise<readonly StoredChannel[]>;
  /** With its audit entry. False where there is one of this name. */
  addChannel(channel: StoredChannel, act: ChannelAct): Promise<boolean>;
  /** In place of `seen`, with its audit entry. False where that is not what is stored any more. */
  changeChannel(seen: StoredChannel, channel: StoredChannel, act: ChannelAct): Promise<boolean>;
  /** With its audit entry. False where `seen` is not what is stored any more. */
  removeChannel(seen: StoredChannel, act: ChannelAct): Promise<boolean>;
  /** Calls back on every change by any replica, within a second; returns the function that stops it. */
  onChannelsChange(listener: () => void): () => void;
}

/** Settings that change at run time, shared by every replica. */
export interface SettingsStore {
  loadSettings(): Promise<Readonly<Record<string, unknown>>>;
  /**
   * All of them or none, in one transaction with their audit entries (`settings.change`, with the value before and after). With
   * `seen`, what `loadSettings` gave: throws `ConflictError` where something was saved since.
   */
  saveSettings(
    changes: Readonly<Record<string, unknown>>,
    by: string,
    at: number,
    seen?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Calls back on every change by any replica, within a second; returns the function that stops it. */
  onSettingsChange(listener: () => void): () => void;
}

/** Tokens and sessions, shared by every replica. */
export interface AccessStore {
  /** Newest first, the revoked and expired ones, too. */
  tokens(): Promise<readonly TokenRecord[]>;
  token(id: string): Promise<TokenRecord | null>;
  /** With its audit entry (`token.create`). */
  addToken(token: TokenRecord): Promise<void>;
  /** With its audit entry (`token.revoke`). False where there is none, or it was revoked before. */
  revokeToken(id: string, by: string, at: number): Promise<boolean>;
  /** Kept to the minute: a later call within one changes nothing. */
  tokenUsed(id: string, at: number): Promise<void>;
  /** With its audit entry (`session.open`). */
  openSession(session: Session): Promise<void>;
  /** Null where there is none, or it is past its end. */
  session(digest: string, now: number): Promise<Session | null>;
  /** With its audit entry (`session.close`), where there was one. */
  closeSession(digest: string, at: number): Promise<void>;
}

export interface AuditLog {
  /** In order, in one transaction. */
  record(entries: readonly NewAuditEntry[]): Promise<void>;
  /** Throws `CursorError` for a cursor that it did not give out. */
  entries(filter: AuditFilter): Promise<AuditPage>;
  /** Reads the whole chain. */
  verify(): Promise<AuditVerdict>;
}

/** Answers to writes that carried an Idempotency-Key, kept for a day. */
export interface IdempotencyStore {
  /** `key` and `request` are digests: of who, where and the key; of what was sent. */
  begin(key: string, request: string, now: number): Promise<IdempotencyClaim>;
  finish(key: string, answer: StoredAnswer): Promise<void>;
  /** The request failed in a way that a retry may mend: the key is free again. */
  abandon(key: string): Promise<void>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type IdempotencyClaim =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** Another request with this key is under way; one that a crash left behind counts for a minute. */
  | { readonly kind: 'under-way' }
  /** The key was used for another request. */
  | { readonly kind: 'misused' };

/**
 * What changed, in an order that every replica and every restart agrees on. Nothing is told before a crash of the store could not
 * take it back.
 */
export interface Feed {
  /** Where it ends now. */
  end(): Promise<FeedPosition>;
  /** What comes after `position`, oldest first, `limit` entries at the most. Null where that is not kept any more, or was never given out. */
  after(position: FeedPosition, limit: number): Promise<readonly FeedEntry[] | null>;
}

/** Opaque text without blanks: 1 to 100 of letters, digits, `.`, `-`, `_`. */
export type FeedPosition = string;

export interface FeedEntry {
  readonly position: FeedPosition;
  readonly at: number;
  /** New, or happened again; as they are stored when this is read. */
  readonly events: readonly ClusterEvent[];
  /** Incidents of which something changed: head, strands, log, evidence or diagnosis. */
  readonly incidentIds: readonly string[];
  /** What else changed. */
  readonly topics: readonly FeedTopic[];
}

export type FeedTopic = 'settings' | 'deliveries' | 'gaps' | 'silences';
