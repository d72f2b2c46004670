/** The settings in force: defaults, over them what people saved, over that what configuration owns. */
import type { LiveSettings, LockedSetting, SettingsChange, SettingsView } from '../api/ports.ts';
import type { SettingProblem } from '../api/setting-problem.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import { ConflictError } from '../model/ports/store.ts';
import type { SettingsStore } from '../model/ports/access.ts';
import {
  DEFAULT_FILTER,
  DEFAULT_RETENTION_DAYS,
  type FilterSettings,
  type RetentionDays,
  type SettingsPatch,
} from '../model/settings.ts';
import type { Configured } from './configure.ts';
import { followStored } from '../kit/follow-stored.ts';
import { Turns } from '../kit/turns.ts';
import { type FilterProblem, parseFilter } from '../triage/filter-settings.ts';
import { nameMatcher } from '../triage/name-pattern.ts';

const CONFLICT_TRIES = 5;

export interface SettingsParts {
  readonly store: SettingsStore;
  /** What configuration owns, and the variable or file that each path is owned by. */
  readonly owned: SettingsPatch;
  readonly owners: ReadonlyMap<string, string>;
  /** In place of the general defaults: a simulated cluster chooses its own namespaces. */
  readonly defaults?: SettingsPatch;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface InForce {
  readonly filter: FilterSettings;
  readonly retention: RetentionDays;
}

export class Settings implements LiveSettings {
  readonly #parts: SettingsParts;
  readonly #base: InForce;
  readonly #locked: readonly LockedSetting[];
  readonly #listeners = new Set<(filter: FilterSettings) => void>();
  readonly #turns = new Turns();
  #inForce: InForce;
  #monitors: (namespace: string) => boolean;

  constructor(parts: SettingsParts) {
    const { owned, owners, defaults } = parts;
    this.#parts = parts;
    this.#base = {
      filter: { ...DEFAULT_FILTER, ...defaults?.filter },
      retention: { ...DEFAULT_RETENTION_DAYS, ...defaults?.retention },
    };
    this.#inForce = this.#withOwned(this.#base);
    this.#monitors = monitorsOf(this.filter);
    this.#locked = Object.keys(flat(owned)).map((path) => ({ path, by: owners.get(path) ?? 'configuration' }));
  }

  get filter(): FilterSettings {
    return this.#inForce.filter;
  }

  get retention(): RetentionDays {
    return this.#inForce.retention;
  }

  view(): SettingsView {
    return { ...this.#inForce, locked: this.#locked, notices: noticesAbout(this.filter) };
  }

  monitors(namespace: string): boolean {
    return this.#monitors(namespace);
  }

  /** Called after every change of the filter that made a difference; returns what ends it. */
  onChange(listener: (filter: FilterSettings) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads what is saved. Throws `StoreUnavailable`. */
  load(): Promise<void> {
    return this.#turns.run(async () => {
      this.#adopt(this.#readable(await this.#parts.store.loadSettings()));
    });
  }

  /** Follows changes of other replicas until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    const { store, clock, logger } = this.#parts;
    const onUnread = (error: unknown) =>
      logger.warn({ err: error }, 'the settings could not be refreshed; those in force stay');
    const onChange = (wake: () => void) => store.onSettingsChange(wake);
    return followStored({ onChange, load: () => this.load(), onUnread, clock }, signal);
  }

  change(patch: SettingsPatch, by: string, expected?: (view: SettingsView) => boolean): Promise<SettingsChange> {
    return this.#turns.run(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#tryChange(patch, by, expected);
        } catch (error) {
          if (!(error instanceof ConflictError) || attempt === CONFLICT_TRIES) throw error;
        }
      }
    });
  }

  /** Throws `ConflictError` where another replica saved something between the look and the change. */
  async #tryChange(
    patch: SettingsPatch,
    by: string,
    expected: (view: SettingsView) => boolean = () => true,
  ): Promise<SettingsChange> {
    const { store, clock, logger } = this.#parts;
    // What another replica saved in this moment is not to be taken for what was there before.
    const seen = await store.loadSettings();
    this.#adopt(this.#readable(seen));
    if (!expected(this.view())) return { kind: 'stale' };
    const before = flat(this.#inForce);
    const changed = Object.entries(flat(patch)).filter(([path, value]) => !same(value, before[path]));
    const refused = this.#locked.filter((locked) => changed.some(([path]) => locked.path === path));
    if (refused.length > 0) return { kind: 'locked', locked: refused };
    const filter = parseFilter(patch.filter ?? {}, this.filter);
    if (!filter.ok) return { kind: 'invalid', problems: filter.problems.map(problemOf) };
    await store.saveSettings(Object.fromEntries(changed), by, clock.now(), seen);
    logger.info({ by, changed: changed.map(([path]) => path) }, 'settings changed');
    this.#adopt({ filter: filter.settings, retention: { ...this.retention, ...patch.retention } });
    return { kind: 'saved', view: this.view() };
  }

  /** What is saved may be of another version, or edited by hand: what cannot be used is left out, and said. */
  #readable(saved: Readonly<Record<string, unknown>>): InForce {
    let { filter, retention } = this.#base;
    const unusable = (path: string) =>
      this.#parts.logger.warn(
        { key: path },
        'a saved setting cannot be used; its default holds until it is saved anew',
      );
    for (const key of Object.keys(DEFAULT_FILTER)) {
      const value = saved[`filter.${key}`];
      const parsed = value === undefined ? null : parseFilter({ [key]: value }, filter);
      if (parsed?.ok === true) filter = parsed.settings;
      else if (parsed !== null) unusable(`filter.${key}`);
    }
    for (const key of Object.keys(DEFAULT_RETENTION_DAYS)) {
      const value = saved[`retention.days.${key}`];
      if (isDays(value)) retention = { ...retention, [key]: value };
      else if (value !== undefined) unusable(`retention.days.${key}`);
    }
    return this.#withOwned({ filter, retention });
  }

  #withOwned({ filter, retention }: InForce): InForce {
    const { owned } = this.#parts;
    return { filter: { ...filter, ...owned.filter }, retention: { ...retention, ...owned.retention } };
  }

  #adopt(settings: InForce): void {
    const filtered = !same(settings.filter, this.filter);
    this.#inForce = settings;
    if (!filtered) return;
    this.#monitors = monitorsOf(settings.filter);
    for (const listener of this.#listeners) listener(settings.filter);
  }
}

/** By the path that configuration, the store and the audit trail know each setting by. */
function flat({ filter = {}, retention = {} }: SettingsPatch): Readonly<Record<string, unknown>> {
  const named = (prefix: string, members: object) =>
    Object.entries(members).map(([key, value]) => [`${prefix}.${key}`, value] as const);
  return Object.fromEntries([...named('filter', filter), ...named('retention.days', retention)]);
}

/** As the contract bounds them. */
function isDays(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 36_500;
}

function monitorsOf({ namespaces, excludedNamespaces }: FilterSettings): (namespace: string) => boolean {
  const included = namespaces === 'all' ? () => true : nameMatcher(namespaces);
  const excluded = nameMatcher(excludedNamespaces);
  return (namespace) => included(namespace) && !excluded(namespace);
}

export function problemOf({ field, problem, mend }: FilterProblem): SettingProblem {
  return { path: `filter.${field}`, message: `${problem}; ${mend}` };
}

/** Settings are plain values with their members in a fixed order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function noticesAbout({ namespaces }: FilterSettings): readonly string[] {
  if (namespaces === 'all' || namespaces.length > 0) return [];
  return [
    'No namespace is monitored yet, so events of namespaced objects are not kept. Choose some with PUT /api/v1/config/namespaces or TATTLE_NAMESPACES=shop,web; TATTLE_NAMESPACES=all takes every one.',
  ];
}

/** What a configuration owns of the settings: its filter, and those days of retention that somebody named. */
export function ownedOf({ configuration, owners }: Pick<Configured, 'configuration' | 'owners'>): SettingsPatch {
  const days = Object.entries(configuration.retention.days);
  return {
    filter: configuration.filter,
    retention: Object.fromEntries(days.filter(([name]) => owners.has(`retention.days.${name}`))),
  };
}
