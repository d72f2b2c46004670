/** What the reader of the list saw, held while answers come and go. */
import type { WireIncident } from '@tattle/contract';
import { untrack } from 'svelte';
import { steady } from './steady.ts';

interface Answered {
  /** Another question begins another list. */
  readonly question: string;
  /** The newest first; null while the answer to this question is not here. */
  readonly items: readonly WireIncident[] | null;
  readonly isCut: boolean;
}

export class Rows {
  #kept = $state.raw<readonly WireIncident[]>([]);
  #question = '';
  readonly #answered: () => Answered;
  readonly #list = $derived.by(() => {
    const { items, isCut } = this.#answered();
    // Until the answer is here, that to the question before stays.
    return items === null ? steady([], this.#kept, false) : steady(this.#kept, items, isCut);
  });

  /** Call it while a component begins. */
  constructor(answered: () => Answered) {
    this.#answered = answered;
    $effect.pre(() => {
      const { question, items } = answered();
      if (items === null) return;
      untrack(() => {
        const isOther = question !== this.#question;
        this.#question = question;
        // With nothing on screen nothing can jump.
        this.#kept = isOther || this.#kept.length === 0 ? items : this.#list.rows.map(({ incident }) => incident);
      });
    });
  }

  get all() {
    return this.#list.rows;
  }

  get arrived(): number {
    return this.#list.arrived;
  }

  get gone(): number {
    return this.#list.rows.filter(({ isGone }) => isGone).length;
  }

  /** Shows what there is now. */
  refresh(): void {
    this.#kept = this.#answered().items ?? [];
  }
}
