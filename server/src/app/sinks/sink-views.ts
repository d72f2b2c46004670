/** Sinks as people see them: what is configured, and what the store knows of how each stands. */
import type { Sinks, SinkState, SinkView } from '../../api/sinks.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { SinkStanding, SinkStore } from '../../model/sink.ts';
import type { AboutSink } from '../../sinks/run-options.ts';

/** So far behind, something is wrong: docs/SINKS.md has an alert on it. */
const BEHIND_MS = 600_000;

export interface SinkViewParts {
  readonly configured: readonly AboutSink[];
  readonly store: Pick<SinkStore, 'standings' | 'refusals' | 'askReplay'>;
  /** By which name this process claims sinks. */
  readonly holder: string;
  readonly clock: Clock;
}

export class SinkViews implements Sinks {
  readonly #parts: SinkViewParts;
  readonly #names: ReadonlySet<string>;
  #last: readonly SinkView[] = [];

  constructor(parts: SinkViewParts) {
    this.#parts = parts;
    this.#names = new Set(parts.configured.map(({ name }) => name));
  }

  async list(): Promise<readonly SinkView[]> {
    const { configured, store, holder } = this.#parts;
    if (configured.length === 0) return [];
    const standings = new Map((await store.standings([...this.#names])).map((each) => [each.name, each]));
    this.#last = configured.map((about) => viewOf(about, standings.get(about.name) ?? unknown(about.name), holder));
    return this.#last;
  }

  now(): readonly Pick<SinkView, 'name' | 'state'>[] {
    return this.#last.map(({ name, state }) => ({ name, state }));
  }

  async refusals(name: string, page: Parameters<Sinks['refusals']>[1]) {
    return this.#names.has(name) ? this.#parts.store.refusals(name, page) : null;
  }

  async replay(name: string, ids: readonly string[] | null): Promise<number | null> {
    const { store, clock } = this.#parts;
    return this.#names.has(name) ? store.askReplay(name, ids, clock.now()) : null;
  }
}

function viewOf({ name, type, target, takes }: AboutSink, standing: SinkStanding, holder: string): SinkView {
  const { include, minimumSeverity, namespaces = null } = takes;
  return {
    ...{ name, type, target, standing },
    takes: { include, minimumSeverity, namespaces },
    state: stateOf(standing),
    runBy: standing.holder === null ? 'nobody' : standing.holder === holder ? 'this' : 'another',
  };
}

function stateOf({ holder, health, lagMs }: SinkStanding): SinkState {
  if (holder === null) return 'stopped';
  if (health.failingSince !== null) return 'failing';
  return lagMs > BEHIND_MS ? 'behind' : 'well';
}

/** Not begun yet. */
function unknown(name: string): SinkStanding {
  const health = { takenAt: null, failingSince: null, error: null };
  return { name, waiting: 0, lagMs: 0, catchingUp: false, holder: null, refused: 0, health };
}
