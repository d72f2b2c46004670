/** What the API asks of the rest of Tattle. */
import type { Tally } from '../model/change-set.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type {
  AccessStore,
  AuditLog,
  Clock,
  Feed,
  History,
  IdempotencyStore,
  Logger,
  Outbox,
  StreamStatus,
} from '../model/ports.ts';
import type { FilterSettings, RetentionDays, SettingsPatch } from '../model/settings.ts';
import type { Access } from './access/access.ts';
import type { Oidc } from './oidc/oidc.ts';

export interface ApiPorts {
  readonly history: History;
  readonly outbox: Outbox;
  /** Throws `StoreUnavailable` when it cannot be saved. */
  readonly act: (command: Command) => Promise<CommandOutcome>;
  readonly settings: LiveSettings;
  /** Read on every request to /readyz and /api/v1/status: from memory, at once. */
  readonly status: () => ServerStatus;
  /** Jobs not finished yet, by kind. */
  readonly pendingJobs: () => Promise<Readonly<Record<string, number>>>;
  /** Namespaces that the object cache knows, whether or not anything is stored of them. */
  readonly knownNamespaces: () => Iterable<{ readonly cluster: ClusterRef; readonly namespace: string }>;
  /** Those that are watched now. */
  readonly clusters: () => readonly ClusterRef[];
  /** The Prometheus text format. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
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
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
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
  | { readonly kind: 'invalid'; readonly problems: readonly { readonly path: string; readonly message: string }[] };

/** The settings in force. A change holds on every replica within a second. */
export interface LiveSettings {
  view(): SettingsView;
  /** Whether events of objects in this namespace are kept, as far as namespaces decide. */
  monitors(namespace: string): boolean;
  /** `by` names the actor for the audit trail. Throws `StoreUnavailable` when it cannot be saved. */
  change(patch: SettingsPatch, by: string, expected?: (view: SettingsView) => boolean): Promise<SettingsChange>;
}
