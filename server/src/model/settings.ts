/** What people may change while Tattle runs. */

/** Filters of triage. Empty lists filter nothing, except `namespaces`: until some are chosen, none is monitored. */
export interface FilterSettings {
  /** `all` is an explicit choice. */
  readonly namespaces: 'all' | readonly string[];
  readonly excludedNamespaces: readonly string[];
  /** Whether events of cluster-scoped objects (nodes, volumes) and those without a namespace are kept. */
  readonly clusterScoped: boolean;
  /** `Normal`, `Warning`; both by default. */
  readonly eventTypes: readonly string[];
  /** Reasons or conditions (CrashLoopBackOff matches by meaning). Empty includes all. */
  readonly includeReasons: readonly string[];
  readonly excludeReasons: readonly string[];
  readonly includeKinds: readonly string[];
  readonly excludeKinds: readonly string[];
  readonly includeComponents: readonly string[];
  readonly excludeComponents: readonly string[];
  /** Kubernetes label selectors over the involved object's and the Event's labels; empty matches all. */
  readonly labelSelector: string;
  readonly annotationSelector: string;
  /** Events are kept once they have happened this often. */
  readonly minimumCount: number;
}

export const DEFAULT_FILTER: FilterSettings = {
  namespaces: [],
  excludedNamespaces: [],
  clusterScoped: true,
  eventTypes: [],
  includeReasons: [],
  excludeReasons: [],
  includeKinds: [],
  excludeKinds: [],
  includeComponents: [],
  excludeComponents: [],
  labelSelector: '',
  annotationSelector: '',
  minimumCount: 1,
};

/** Days that events are kept after their last ingest, by class of retention; what is on hold is never dropped. */
export interface RetentionDays {
  readonly short: number;
  readonly normal: number;
  readonly long: number;
}

export const DEFAULT_RETENTION_DAYS: RetentionDays = { short: 7, normal: 30, long: 365 };

/** What is not named stays as it is. */
export interface SettingsPatch {
  readonly filter?: Partial<FilterSettings>;
  readonly retention?: Partial<RetentionDays>;
}
