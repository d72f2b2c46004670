/** Asks the store about a batch while those before it are decided, and asks again about what they touched. */
import type { ChangeSet, KnownEvent } from '../../model/change-set.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { EventKey, Store } from '../../model/ports/store.ts';

type Known = readonly (KnownEvent | null)[];

/** An answer is of use as long as no more batches than these were decided since it was asked for. */
const CHANGES_KEPT = 4;

export interface LookUp {
  /** Changes that had been decided when it was asked. */
  readonly changes: number;
  /** Null where the store could not answer: it is asked again when the batch's turn comes. */
  readonly answer: Promise<Known | null>;
}

export class LookingUp {
  readonly #store: Pick<Store, 'identify'>;
  #changes = 0;
  /** Of the last changes, the newest first. By uid alone: where two clusters share one, both are asked about again. */
  #touched: readonly ReadonlySet<string>[] = [];

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
    this.#touched = [touched, ...this.#touched.slice(0, CHANGES_KEPT - 1)];
  }

  /** No answer so far is to be used. */
  distrust(): void {
    this.#changes += CHANGES_KEPT + 1;
  }

  /** What is known of each event now; in the caller's turn to decide. */
  async finish(kept: readonly TriagedEvent[], lookUp: LookUp | null): Promise<Known> {
    const keys = kept.map(keyOf);
    const since = lookUp === null ? Infinity : this.#changes - lookUp.changes;
    const early = lookUp === null || since > CHANGES_KEPT ? null : await lookUp.answer;
    if (early === null) return this.#store.identify(keys);
    if (since === 0) return early;
    const touched = this.#touched.slice(0, since);
    const isTouched = keys.map((key) => touched.some((uids) => uids.has(key.uid)));
    const again = keys.filter((_, i) => isTouched[i]);
    const now = again.length === 0 ? [] : await this.#store.identify(again);
    let next = 0;
    return keys.map((_, i) => (isTouched[i] === true ? (now[next++] ?? null) : (early[i] ?? null)));
  }
}

function keyOf({ observation }: TriagedEvent): EventKey {
  return { clusterUid: observation.cluster.uid, uid: observation.uid };
}
