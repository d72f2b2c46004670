/** Asks the store about a batch while the batch before it commits, and asks again about what that commit touched. */
import type { ChangeSet, KnownEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { EventKey, Store } from '../model/ports.ts';

type Known = readonly (KnownEvent | null)[];

export interface LookUp {
  /** Commits that were done when it was asked. */
  readonly commits: number;
  /** Null where the store could not answer: it is asked again when the batch's turn comes. */
  readonly answer: Promise<Known | null>;
}

export class LookingUp {
  readonly #store: Pick<Store, 'identify'>;
  #commits = 0;
  #touched: ReadonlySet<string> = new Set();

  constructor(store: Pick<Store, 'identify'>) {
    this.#store = store;
  }

  begin(kept: readonly TriagedEvent[]): LookUp {
    const answer = this.#store.identify(kept.map(keyOf)).catch(() => null);
    return { commits: this.#commits, answer };
  }

  /** After each commit, adopted or not: answers from before it are no longer the whole truth. */
  committed({ created, repeated }: Pick<ChangeSet, 'created' | 'repeated'>): void {
    this.#commits += 1;
    this.#touched = new Set([...created, ...repeated].map(({ event }) => textOf(keyOf(event))));
  }

  /** What is known of each event now. The caller's turn: no commit is under way. */
  async finish(kept: readonly TriagedEvent[], lookUp: LookUp | null): Promise<Known> {
    const keys = kept.map(keyOf);
    const since = lookUp === null ? Infinity : this.#commits - lookUp.commits;
    const early = lookUp === null || since > 1 ? null : await lookUp.answer;
    if (early === null) return this.#store.identify(keys);
    if (since === 0) return early;
    const again = keys.filter((key) => this.#touched.has(textOf(key)));
    const now = again.length === 0 ? [] : await this.#store.identify(again);
    let next = 0;
    return keys.map((key, i) => (this.#touched.has(textOf(key)) ? (now[next++] ?? null) : (early[i] ?? null)));
  }
}

function keyOf({ observation }: TriagedEvent): EventKey {
  return { clusterUid: observation.cluster.uid, uid: observation.uid };
}

function textOf({ clusterUid, uid }: EventKey): string {
  return `${clusterUid} ${uid}`;
}
