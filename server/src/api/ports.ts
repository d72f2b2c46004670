/** What the API asks of the rest of Tattle. */
import type { Principal } from '../model/access.ts';
import type { Scope } from '../model/access.ts';
import type { Tally } from '../model/change-set.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { ClusterRef, ObjectRef } from '../model/object-ref.ts';
import type { DropReason } from '../model/observation.ts';
import type { AccessStore, AuditLog, IdempotencyStore } from '../model/ports/access.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import type { Feed } from '../model/ports/feed.ts';
import type { History } from '../model/ports/history.ts';
import type { Outbox } from '../model/ports/telling.ts';
import type { StreamStatus } from '../model/ports/source.ts';
import type { FilterSettings, RetentionDays, SettingsPatch } from '../model/settings.ts';
import type { SlimObject } from '../model/slim-object.ts';
import type { Tracing } from '../model/tracing.ts';
import type { ChatActs } from './chat-acts.ts';
import type { Access } from './access/access.ts';
import type { Oidc } from './oidc/oidc.ts';
import type { SettingProblem } from './setting-problem.ts';
import type { RuntimeChannels } from './runtime-channels.ts';
import type { Sinks } from './sinks.ts';
import type { Telling } from './telling.ts';

export interface ApiPorts {
  readonly history: History;
  readonly outbox: Outbox;
  readonly telling: Telling;
  readonly channels: RuntimeChannels;
  readonly sinks: Sinks;
  /** Throws `StoreUnavailable` when it cannot be saved. */
  readonly act: (command: Command) => Promise<CommandOutcome>;
  readonly settings: LiveSettings;
  /** Read on every request to /readyz and /api/v1/status: from memory, at once. */
  readonly status: () => ServerStatus;
  /** Jobs not finished yet, by kind. */
  readonly pendingJobs: () => Promise<Readonly<Record<string, number>>>;
  /** Namespaces that the object cache knows, whether or not anything is stored of them. */
  readonly knownNamespaces: () => Iterable<{ readonly cluster: ClusterRef; readonly namespace: string }>;
  readonly seen: SeenEvents;
  /** Those that are watched now. */
  readonly clusters: () => readonly ClusterRef[];
  readonly objects: KnownObjects;
  /** Asked as often as people like: it looks at most once in a while, and never waits for a cluster that does not answer. */
  readonly checks: () => Promise<ServerChecks>;
  /** Puts a made-up problem through everything. Throws `StoreUnavailable` when it cannot be taken in. */
  readonly testIncident: (test: TestIncident) => Promise<TestIncidentOutcome>;
  /** Takes in what others hand in, and answers once it is on the disk of the store. Throws `StoreUnavailable`. */
  readonly takeIn: (report: IntakeReport, sender: IntakeSender) => Promise<IntakeOutcome>;
  readonly chatActs: ChatActs;
  /** The Prometheus text format. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Left out, there are no spans. */
  readonly tracing?: Tracing | undefined;
  readonly access: Access;
  readonly accessStore: AccessStore;
  readonly audit: AuditLog;
  readonly idempotency: IdempotencyStore;
  readonly feed: Feed;
  /** Null where no provider is configured. */
  readonly oidc: Oidc | null;
  /** Whether tokens of a watched cluster are taken. */
  readonly kubernetes: boolean;
  readonly requestsPerMinute: number;
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Where people reach it, `/` or as `/tattle`: taken off where a request still has it. */
  readonly basePath: string;
  /** The folder that holds the built web UI; null to serve none. */
  readonly ui: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

/** What is watched of clusters' objects: from memory, at once. No cluster is asked. */
export interface KnownObjects {
  /** By its uid where `ref` has one, else the newest of this name. Never throws: of what is not watched, nothing is known. */
  readonly sight: (clusterUid: string, ref: ObjectRef) => ObjectSighting;
  /** Top of the chain of controllers; `ref` itself where that is not known. */
  readonly rootOwner: (clusterUid: string, ref: ObjectRef) => ObjectRef;
}

export interface ObjectSighting {
  /** `gone` only where its absence means something: unknown is not absent. */
  readonly presence: 'there' | 'gone' | 'unknown';
  /** As it is, or was when it went: texts in it are redacted. Null where it is not remembered. */
  readonly object: SlimObject | null;
  /** Milliseconds; null where no deletion was seen. */
  readonly goneAt: number | null;
  /** The nearest first, up to the root. */
  readonly owners: readonly ObjectRef[];
  /** Those that are there. */
  readonly owned: Iterable<ObjectRef>;
  /** Empty where unknown, or where it runs on none. */
  readonly node: string;
}

export interface ServerStatus {
  readonly startedAt: number;
  readonly stopping: boolean;
  readonly streams: readonly StreamStatus[];
  readonly store: { readonly available: boolean; readonly detail: string };
  /** Arrivals that wait for a batch, and how many may. */
  readonly queue: { readonly arrivals: number; readonly capacity: number };
  readonly tally: Tally;
  /** What a person should know, such as that nothing is monitored yet. */
  readonly notices: readonly string[];
}

export interface ServerChecks {
  /** When this was looked at. */
  readonly at: number;
  /** Whether what is watched is a recording. */
  readonly simulated: boolean;
  /** In the order of what needs what. */
  readonly items: readonly ServerCheck[];
}

/** What was found of one thing. Holds no secret. */
export interface ServerCheck {
  /** Stable: `store`, `cluster NAME clock`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly state: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly detail: string;
  /** When it last worked or happened; null where it never did, or there is no such moment. */
  readonly last: number | null;
  /** Empty where there is nothing to do. */
  readonly mend: string;
  /** YAML ready to apply, where that would mend it. */
  readonly manifest: string | null;
  /** What it tells of; null for the process as a whole. */
  readonly cluster: ClusterRef | null;
}

export interface TestIncident {
  /** One that is watched. */
  readonly cluster: ClusterRef;
  readonly namespace: string;
  readonly by: Pick<Principal, 'id' | 'name'>;
}

export type TestIncidentOutcome =
  | {
      readonly kind: 'begun';
      readonly object: ObjectRef;
      readonly condition: string;
      /** Null where it was not stored in time. */
      readonly incidentId: string | null;
      /** About when it is resolved. */
      readonly resolvesAt: number;
    }
  /** Nothing was made: the filters leave it out. */
  | { readonly kind: 'filtered'; readonly reason: DropReason }
  /** Nothing was made: the last one in this cluster is not long enough ago. */
  | { readonly kind: 'too-soon'; readonly retryAfterMs: number };

/** One thing of many that were handed in; `fault` where it is no JSON, and `value` is its text. */
export interface ReportedItem {
  /** `line 7`, `[2]`. */
  readonly at: string;
  readonly value: unknown;
  readonly fault?: string;
}

/** Parsed, and not read any further. */
export type IntakeReport =
  | { readonly format: 'alertmanager' | 'otlp-logs'; readonly message: unknown }
  | { readonly format: 'cloudevents' | 'events'; readonly items: readonly ReportedItem[] };

export interface IntakeSender {
  /** A principal's. */
  readonly id: string;
  /** What they may report about. */
  readonly scope: Scope;
}

export interface IntakeFault {
  readonly at: string;
  readonly message: string;
}

export type IntakeOutcome =
  | {
      readonly kind: 'taken';
      /** Stored, now or before. */
      readonly taken: number;
      /** Read, and not kept. */
      readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
      readonly faults: readonly IntakeFault[];
      /** What was taken otherwise than it was meant, in words. */
      readonly notes: readonly string[];
    }
  /** Nothing of it can be read. */
  | { readonly kind: 'unreadable'; readonly faults: readonly IntakeFault[] }
  | { readonly kind: 'too-many'; readonly count: number; readonly most: number }
  /** All of it is about places that the scope does not cover. */
  | { readonly kind: 'outside' }
  /** Not all of it is stored for sure: it is to be sent again. */
  | { readonly kind: 'busy'; readonly why: string; readonly retryAfterMs: number };

export interface LockedSetting {
  /** For example `filter.namespaces`. */
  readonly path: string;
  /** The variable or file that owns it. */
  readonly by: string;
}

export interface SettingsView {
  readonly filter: FilterSettings;
  readonly retention: RetentionDays;
  readonly locked: readonly LockedSetting[];
  readonly notices: readonly string[];
}

export type SettingsChange =
  /** Nothing was saved: the settings are not those that were expected. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'saved'; readonly view: SettingsView }
  /** Nothing was saved: configuration owns these. */
  | { readonly kind: 'locked'; readonly locked: readonly LockedSetting[] }
  /** Nothing was saved: these values mean nothing. */
  | { readonly kind: 'invalid'; readonly problems: readonly SettingProblem[] };

/** Arrivals of the event stream, kept or not: from memory, of the last day, since this process started. */
export interface SeenEvents {
  /** Of what lies in no namespace under an empty name. */
  byNamespace(): readonly {
    readonly cluster: ClusterRef;
    readonly namespace: string;
    readonly arrivals: number;
  }[];
  /** What a change of the filter would make of the last hours, as far as the scope covers them. Throws `StoreUnavailable`. */
  preview(patch: Partial<FilterSettings>, hours: number, scope: Scope): Promise<PreviewOutcome>;
}

export type PreviewOutcome =
  | { readonly kind: 'judged'; readonly outlook: FilterOutlook }
  | { readonly kind: 'invalid'; readonly problems: readonly SettingProblem[] };

/** Times in milliseconds; what each number counts, the contract's `ConfigPreview` says. */
export interface FilterOutlook {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly now: Verdicts;
  readonly then: Verdicts;
  readonly byReason: readonly { readonly reason: DropReason; readonly count: number }[];
  readonly byNamespace: readonly NamespaceOutlook[];
  readonly ungrouped: number;
  readonly examples: readonly DroppedExample[];
  readonly onStored: OnStored | null;
  readonly notJudged: readonly 'annotationSelector'[];
  readonly partial: boolean;
}

export interface Verdicts {
  readonly kept: number;
  readonly dropped: number;
}

export interface NamespaceOutlook {
  readonly cluster: ClusterRef;
  readonly namespace: string;
  readonly seen: number;
  readonly keptNow: number;
  readonly keptThen: number;
}

export interface DroppedExample {
  readonly event: ClusterEvent;
  readonly reason: DropReason;
}

/** Rules that need more of an event than is counted of arrivals. */
export type StoredOnlyRule = 'labelSelector' | 'minimumCount';

export interface OnStored {
  readonly rules: readonly StoredOnlyRule[];
  /** Those that pass the other rules. */
  readonly events: number;
  readonly dropped: number;
}

/** The settings in force. A change holds on every replica within a second. */
export interface LiveSettings {
  view(): SettingsView;
  /** Whether events of objects in this namespace are kept, as far as namespaces decide. */
  monitors(namespace: string): boolean;
  /** `by` names the actor for the audit trail. Throws `StoreUnavailable` when it cannot be saved. */
  change(patch: SettingsPatch, by: string, expected?: (view: SettingsView) => boolean): Promise<SettingsChange>;
}
