/** The settings in force: defaults, over them what people saved, over that what configuration owns. */
import type { LiveSettings, LockedSetting, SettingsChange, SettingsView } from '../api/ports.ts';
import type { Clock, Logger, SettingsStore } from '../model/ports.ts';
import { DEFAULT_FILTER, type FilterSettings } from '../model/settings.ts';
import { Turns } from '../kit/turns.ts';
import { type FilterProblem, parseFilter } from '../triage/filter-settings.ts';
import { nameMatcher } from '../triage/name-pattern.ts';

/** Also without a notification: a missed one costs half a minute at the most. */
const REFRESH_MS = 30_000;

export interface SettingsParts {
  readonly store: SettingsStore;
  /** What configuration owns, and the variable or file that each key is owned by. */
  readonly owned: Partial<FilterSettings>;
  readonly owners: ReadonlyMap<string, string>;
  /** In place of the general defaults: a simulated cluster chooses its own namespaces. */
  readonly defaults?: Partial<FilterSettings>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Settings implements LiveSettings {
  readonly #parts: SettingsParts;
  readonly #base: FilterSettings;
  readonly #locked: readonly LockedSetting[];
  readonly #listeners = new Set<(filter: FilterSettings) => void>();
  readonly #turns = new Turns();
  #filter: FilterSettings;
  #monitors: (namespace: string) => boolean;

  constructor(parts: SettingsParts) {
    this.#parts = parts;
    this.#base = { ...DEFAULT_FILTER, ...parts.defaults };
    this.#filter = { ...this.#base, ...parts.owned };
    this.#monitors = monitorsOf(this.#filter);
    this.#locked = Object.keys(parts.owned).map((key) => ({
      path: settingKey(key),
      by: parts.owners.get(settingKey(key)) ?? 'configuration',
    }));
  }

  get filter(): FilterSettings {
    return this.#filter;
  }

  view(): SettingsView {
    return { filter: this.#filter, locked: this.#locked, notices: noticesAbout(this.#filter) };
  }

  monitors(namespace: string): boolean {
    return this.#monitors(namespace);
  }

  /** Called after every change that made a difference; returns what ends it. */
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
  async follow(signal: AbortSignal): Promise<void> {
    const { store, clock, logger } = this.#parts;
    let changed = false;
    let pause = new AbortController();
    const wake = () => {
      changed = true;
      pause.abort();
    };
    const stop = store.onSettingsChange(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        // A change that came while the last one was read must not wait for the next refresh.
        if (!changed) await clock.sleep(REFRESH_MS, pause.signal).catch(() => undefined);
        changed = false;
        pause = new AbortController();
        if (signal.aborted) return;
        await this.load().catch((error: unknown) => {
          logger.warn({ err: error }, 'the settings could not be refreshed; those in force stay');
        });
      }
    } finally {
      signal.removeEventListener('abort', wake);
      stop();
    }
  }

  change(patch: Partial<FilterSettings>, by: string): Promise<SettingsChange> {
    return this.#turns.run(async () => {
      const changed = Object.entries(patch).filter(
        ([key, value]) => !same(value, this.#filter[key as keyof FilterSettings]),
      );
      const refused = this.#locked.filter(({ path }) => changed.some(([key]) => settingKey(key) === path));
      if (refused.length > 0) return { kind: 'locked', locked: refused };
      const next = parseFilter(patch, this.#filter);
      if (!next.ok) return { kind: 'invalid', problems: next.problems.map(problemOf) };
      const at = this.#parts.clock.now();
      for (const [key, value] of changed) await this.#parts.store.saveSetting(settingKey(key), value, by, at);
      this.#parts.logger.info({ by, changed: changed.map(([key]) => key) }, 'settings changed');
      this.#adopt(next.settings);
      return { kind: 'saved', view: this.view() };
    });
  }

  /** What is saved may be of another version, or edited by hand: what cannot be used is left out, and said. */
  #readable(saved: Readonly<Record<string, unknown>>): FilterSettings {
    let filter = this.#base;
    for (const key of Object.keys(DEFAULT_FILTER)) {
      const value = saved[settingKey(key)];
      if (value === undefined) continue;
      const parsed = parseFilter({ [key]: value }, filter);
      if (parsed.ok) filter = parsed.settings;
      else
        this.#parts.logger.warn(
          { key: settingKey(key) },
          'a saved setting cannot be used; its default holds until it is saved anew',
        );
    }
    return { ...filter, ...this.#parts.owned };
  }

  #adopt(filter: FilterSettings): void {
    if (same(filter, this.#filter)) return;
    this.#filter = filter;
    this.#monitors = monitorsOf(filter);
    for (const listener of this.#listeners) listener(filter);
  }
}

function monitorsOf({ namespaces, excludedNamespaces }: FilterSettings): (namespace: string) => boolean {
  const included = namespaces === 'all' ? () => true : nameMatcher(namespaces);
  const excluded = nameMatcher(excludedNamespaces);
  return (namespace) => included(namespace) && !excluded(namespace);
}

function problemOf({ field, problem, mend }: FilterProblem): { path: string; message: string } {
  return { path: settingKey(field), message: `${problem}; ${mend}` };
}

function settingKey(key: string): string {
  return `filter.${key}`;
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
