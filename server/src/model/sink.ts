/** Sinks: where every stored occurrence and every incident is streamed to, and how far each one has come. */
import type { Category, ClusterEvent, Severity } from './cluster-event.ts';
import type { IncidentState } from './incident.ts';
import type { ClusterRef, ObjectRef } from './object-ref.ts';
import type { FeedEntry, FeedPosition } from './ports/feed.ts';

/** One increment of an event's count, as a sink writes it. Times are RFC 3339 in UTC. docs/SINKS.md has its JSON schema. */
export interface EventDocument {
  readonly schema: 'tattle.event/v1';
  /** Cluster uid, event uid and count: the same however often it is sent. */
  readonly id: string;
  /** When this occurrence happened. */
  readonly time: string;
  readonly cluster: ClusterRef;
  readonly event_uid: string;
  readonly origin: ClusterEvent['origin'];
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** After this occurrence, and by how much it grew. */
  readonly count: number;
  readonly delta: number;
  readonly severity: Severity;
  readonly category: Category;
  readonly condition: string | null;
  readonly incident_id: string | null;
  readonly object: ObjectRef;
  readonly root_owner: ObjectRef;
  readonly node: string;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly correlation_id: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly ingested_at: string;
}

/** An incident as it was when it was sent. */
export interface IncidentDocument {
  readonly schema: 'tattle.incident/v1';
  /** Incident id and a digest of all that follows: another state is another id, the same state never is. */
  readonly id: string;
  readonly time: string;
  readonly cluster: ClusterRef;
  readonly incident_id: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly category: Category;
  readonly condition: string;
  readonly title: string;
  readonly root: ObjectRef;
  readonly subject: ObjectRef;
  readonly event_count: number;
  readonly regressions: number;
  readonly opened_at: string;
  readonly last_seen: string;
  readonly cleared_at: string | null;
  readonly resolved_at: string | null;
  readonly resolved_by: string | null;
  readonly resolution: string | null;
  readonly merged_into: string | null;
  readonly diagnosis: {
    readonly cause: string;
    readonly confidence: number;
    readonly explanation: string;
  } | null;
}

interface RecordBase {
  /** What is sent in one order: the object of an event (`cluster/namespace/kind/name`), the id of an incident. */
  readonly key: string;
  /** When it happened, milliseconds. */
  readonly at: number;
  /** The document on one line. */
  readonly json: string;
}

export type EventRecord = RecordBase & { readonly kind: 'event'; readonly document: EventDocument };
export type IncidentRecord = RecordBase & { readonly kind: 'incident'; readonly document: IncidentDocument };
export type SinkRecord = EventRecord | IncidentRecord;

/** A record that the other side will never take. */
export interface Refusal {
  readonly record: SinkRecord;
  /** Without any part of the settings. */
  readonly reason: string;
}

/** How one attempt at a batch ended. Whatever is not named in it was taken. */
export type SinkOutcome =
  | {
      readonly kind: 'taken';
      readonly refused?: readonly Refusal[];
      /** Records that it refused without saying which. */
      readonly uncounted?: { readonly count: number; readonly reason: string };
    }
  | {
      readonly kind: 'retry';
      readonly error: string;
      readonly retryAfterMs?: number;
      /** What is still to be sent, in its order; left out, all of it. */
      readonly left?: readonly SinkRecord[];
      readonly refused?: readonly Refusal[];
    }
  /** None of it was taken, because of what it holds. `certain`: the other side said so in a way that no misconfiguration does. */
  | { readonly kind: 'refused'; readonly error: string; readonly certain?: boolean };

/** A sink tries once; the runner alone retries. It never throws for an expected answer. */
export interface Sink {
  readonly name: string;
  readonly type: string;
  /** Resolves once the other side has acknowledged. Records of one key keep their order. */
  send(batch: readonly SinkRecord[], signal: AbortSignal): Promise<SinkOutcome>;
  /** Ends its connections, where it keeps any. */
  close(): Promise<void>;
}

/** One increment of an event's count. */
export interface EventOccurrence {
  /** As it is stored when this is read; its count may have grown further. */
  readonly event: ClusterEvent;
  /** When it happened, by its reporter's clock as far as that is known, and not after it was stored. */
  readonly at: number;
  readonly count: number;
  readonly delta: number;
}

export interface SinkFeedEntry extends FeedEntry {
  readonly occurrences: readonly EventOccurrence[];
}

/** How far a sink has come. */
export interface SinkProgress {
  /** All of the feed up to here was taken, except what `catchUp` is about to bring. */
  readonly position: FeedPosition;
  /** When what was taken last was stored, milliseconds. */
  readonly at: number;
  /** Set while it reads stored history, because it was away for longer than the feed is kept. */
  readonly catchUp: CatchUp | null;
}

/** Occurrences first, by the time they happened; then incidents, by id. `since` is a time of storing. */
export type CatchUp =
  | {
      readonly stage: 'events';
      readonly since: number;
      /** Nothing that happened later is read: the feed has it. */
      readonly until: number;
      /** The last occurrence that was taken. */
      readonly at: number;
      readonly seq: number;
    }
  | { readonly stage: 'incidents'; readonly since: number; readonly after: string };

export interface OccurrencePage {
  readonly occurrences: readonly EventOccurrence[];
  /** Where to go on; null at the end. */
  readonly next: { readonly at: number; readonly seq: number } | null;
}

export interface SinkStanding {
  readonly name: string;
  /** Entries of the feed that it has not taken; of a sink that catches up, those that will follow. */
  readonly waiting: number;
  /** Age of the oldest thing that it has not taken, milliseconds; 0 where there is none. */
  readonly lagMs: number;
  readonly catchingUp: boolean;
  /** Who runs it now; null where nobody does. */
  readonly holder: string | null;
  readonly health: SinkHealth;
  /** Refusals that are kept. */
  readonly refused: number;
}

/** How sending goes. Times in milliseconds. */
export interface SinkHealth {
  /** When the other side last took something; null where it never did. */
  readonly takenAt: number | null;
  /** Null where it does not fail. */
  readonly failingSince: number | null;
  /** The newest, also where all is well since. Without any part of the settings. */
  readonly error: { readonly at: number; readonly text: string } | null;
}

/** A refusal as it is kept. */
export interface KeptRefusal {
  readonly id: string;
  /** Id of the record. */
  readonly record: string;
  readonly at: number;
  readonly reason: string;
  /** JSON on one line. */
  readonly document: string;
  /** The document's end is not kept. */
  readonly cut: boolean;
  /** Somebody asked for it to be sent again. */
  readonly replaying: boolean;
}

export interface RefusalPage {
  readonly items: readonly KeptRefusal[];
  readonly nextCursor: string | null;
}

/** What became of refusals that were sent again. */
export interface ReplayOutcome {
  /** Ids of those that are not refused any more. */
  readonly taken: readonly string[];
  /** Those that stay, and why; null where it is as before. */
  readonly kept: readonly { readonly id: string; readonly reason: string | null }[];
}

/**
 * Where sinks stand, shared by every replica: one at a time runs a sink, as long as it holds the claim. Every method throws
 * `StoreUnavailable` while the store is away.
 */
export interface SinkStore {
  /** Makes a sink known where it is not: from now on, or with all that is stored. */
  begin(name: string, from: 'now' | 'beginning', now: number): Promise<void>;
  /** Takes the sink, or takes it for longer. Null while another holds it. */
  claim(name: string, holder: string, leaseMs: number): Promise<SinkProgress | null>;
  /** False where the claim was lost: nothing was saved. */
  save(name: string, holder: string, progress: SinkProgress): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
  /** Keeps the newest thousand of each sink for a person to look at. */
  setAside(name: string, refusals: readonly Refusal[], now: number): Promise<void>;
  /** Newest first. Throws `CursorError`. */
  refusals(name: string, page: { readonly limit: number; readonly cursor?: string }): Promise<RefusalPage>;
  /** Those of the ids, or all, are to be sent again, except what is cut. Resolves to how many of them now wait for that. */
  askReplay(name: string, ids: readonly string[] | null, now: number): Promise<number>;
  /** What waits to be sent again, the oldest first. */
  toReplay(name: string, limit: number): Promise<readonly KeptRefusal[]>;
  endReplay(name: string, outcome: ReplayOutcome): Promise<void>;
  /** Does nothing for whoever does not hold the claim. What began to fail before goes on failing since then. */
  noteHealth(name: string, holder: string, health: SinkHealth): Promise<void>;
  standings(names: readonly string[]): Promise<readonly SinkStanding[]>;
  /** As `Feed.end` and `Feed.after`, on a connection of its own. */
  end(): Promise<FeedPosition>;
  after(position: FeedPosition, limit: number): Promise<readonly SinkFeedEntry[] | null>;
  /** Occurrences of events that were stored or seen again since `since`, those of its day included, by when they happened. */
  occurrencesSince(catchUp: CatchUp & { stage: 'events' }, limit: number): Promise<OccurrencePage>;
  /** Ids of incidents of which something may have changed since `since`, in alphabetical order. */
  incidentsSince(since: number, after: string, limit: number): Promise<readonly string[]>;
}
