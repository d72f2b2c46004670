/** Counts what came since the list was read, at most once a second, never two questions at a time, and never while nobody looks. */
import { call } from '../../api/client.ts';
import type { EventQuery } from '../../filter/terms.ts';
import { after, type Head, MOST_NEW, newSince } from './arrivals.ts';

const PAUSE_MS = 1000;
/** Of clusters, by which the answer counts. */
const MOST_CLUSTERS = 1000;

export class Arrivals {
  #count = $state(0);
  #asked: { readonly query: EventQuery; readonly head: Head } | null = null;
  #isAsking = false;
  #waiting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = new AbortController();

  get count(): number {
    return this.#count;
  }

  /** The list was read anew. */
  since(query: EventQuery, head: Head): void {
    this.stop();
    this.#asked = { query, head };
  }

  /** Until the list is read anew. */
  stop(): void {
    this.#stopped.abort();
    this.#stopped = new AbortController();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = null;
    this.#isAsking = false;
    this.#waiting = false;
    this.#count = 0;
  }

  /** Events were stored: looks now, or once it may. */
  look(): void {
    if (this.#asked === null || this.#count >= MOST_NEW || document.hidden) return;
    if (this.#isAsking || this.#timer !== undefined) this.#waiting = true;
    else void this.#ask();
  }

  async #ask(): Promise<void> {
    const { signal } = this.#stopped;
    if (this.#asked === null) return;
    const { query, head } = this.#asked;
    this.#waiting = false;
    this.#isAsking = true;
    try {
      const counted = { ...after(query, head), by: ['cluster' as const], limit: MOST_CLUSTERS };
      const answer = await call('eventAggregate', { query: counted }, { signal });
      if (!signal.aborted) this.#count = newSince(head, answer);
    } catch {
      // The bar above says when the server does not answer; the next arrival asks again.
    }
    if (signal.aborted) return;
    this.#isAsking = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting) this.look();
    }, PAUSE_MS);
  }
}
