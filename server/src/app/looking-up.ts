/** Asks the store about a batch while the one before it is decided, and asks again about what that one touched. */
import type { ChangeSet, KnownEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { EventKey, Store } from '../model/ports.ts';

type Known = readonly (KnownEvent | null)[];

export interface LookUp {
  /** Changes that had been decided when it was asked. */
  readonly changes: number;
  /** Null where the store could not answer: it is asked again when the batch's turn comes. */
  readonly answer: Promise<Known | null>;
}

export class LookingUp {
  readonly #store: Pick<Store, 'identify'>;
  #changes = 0;
  /** By uid alone: where two clusters share one, both are asked about again. */
  #touched: ReadonlySet<string> = new Set();

  constructor(store: Pick<Store, 'identify'>) {
    this.#store = store;
  }

  begin(kept: readonly TriagedEvent[]): LookUp {
    const answer = this.#store.identify(kept.map(keyOf)).catch(() => null);
    return { changes: this.#changes, answer };
  }

  /** A batch was decided: the store's memory counts on it, and answers from before it are no longer the whole truth. */
  changed({ created, repeated }: Pick<ChangeSet, 'created' | 'repeated'>): void {
    if (created.length + repeated.length === 0) return;
    this.#changes += 1;
    const touched = new Set<string>();
    for (const { event } of created) touched.add(event.observation.uid);
    for (const { event } of repeated) touched.add(event.observation.uid);
    this.#touched = touched;
  }

  /** No answer so far is to be used. */
  distrust(): void {
    this.#changes += 2;
  }

  /** What is known of each event now; in the caller's turn to decide. */
  async finish(kept: readonly TriagedEvent[], lookUp: LookUp | null): Promise<Known> {
    const keys = kept.map(keyOf);
    const since = lookUp === null ? Infinity : this.#changes - lookUp.changes;
    const early = lookUp === null || since > 1 ? null : await lookUp.answer;
    if (early === null) return this.#store.identify(keys);
    if (since === 0) return early;
    const again = keys.filter((key) => this.#touched.has(key.uid));
    const now = again.length === 0 ? [] : await this.#store.identify(again);
    let next = 0;
    return keys.map((key, i) => (this.#touched.has(key.uid) ? (now[next++] ?? null) : (early[i] ?? null)));
  }
}

function keyOf({ observation }: TriagedEvent): EventKey {
  return { clusterUid: observation.cluster.uid, uid: observation.uid };
}
