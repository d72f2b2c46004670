/** Keeps what is shown up to date: live messages make answers old, and what is on screen is asked for again. */
import type { QueryClient } from '@tanstack/svelte-query';
import { addressOf } from '../api/client.ts';
import { clock } from '../time/clock.svelte.ts';
import { type FeedState, followFeed } from './feed.ts';
import { NOTHING_OUTDATED, type Outdated, outdatedBy } from './what-changed.ts';

/** How long messages are gathered, at the least: 500 events a second must not become 500 questions. */
const GATHER_MS = 1000;

/** One answer that hangs must not hold back all others. */
const LONGEST_MS = 10_000;

/** What the page of an incident asks, by its id. */
const OF_ONE_INCIDENT: ReadonlySet<string> = new Set(['getIncident', 'listNoticeDecisions']);

class Live {
  #state = $state<FeedState>('connecting');
  /** Since when it is so, milliseconds. */
  #since = $state(Date.now());
  #arrivals = $state(0);
  #outdated: Outdated = NOTHING_OUTDATED;
  #onRefused: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether answers to what was made old before are on their way: asked for anew each second, slow ones would never arrive. */
  #isAsking = false;

  get state(): FeedState {
    return this.#state;
  }

  get since(): number {
    return this.#since;
  }

  /** Grows, at most once a second, whenever events were stored: an effect that reads it looks for new ones. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** `onRefused` is told when whoever is signed in may not follow any more. Answers how to stop. */
  start(queries: QueryClient, onRefused: () => void): () => void {
    this.#onRefused = onRefused;
    const stop = followFeed({
      url: addressOf('stream'),
      onMessage: (message) => {
        if (message.kind === 'state') this.#become(message.state);
        else if (message.kind === 'reset') {
          void queries.invalidateQueries();
          this.#arrivals += 1;
        } else if (message.kind === 'change') {
          this.#outdated = outdatedBy(message.change, this.#outdated);
          this.#plan(queries);
        }
      },
    });
    const look = () => this.#plan(queries);
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#outdated = NOTHING_OUTDATED;
      stop();
    };
  }

  #become(state: FeedState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = clock.now;
    if (state === 'refused') this.#onRefused();
  }

  /** What nobody looks at need not be asked for: a tab in the background catches up when it is looked at. */
  #plan(queries: QueryClient): void {
    if (this.#outdated === NOTHING_OUTDATED || this.#isAsking || document.hidden) return;
    this.#timer ??= setTimeout(() => void this.#askAgain(queries), GATHER_MS);
  }

  async #askAgain(queries: QueryClient): Promise<void> {
    const { names, incidents, events } = this.#outdated;
    this.#outdated = NOTHING_OUTDATED;
    this.#timer = undefined;
    if (events) this.#arrivals += 1;
    this.#isAsking = true;
    // What fails says so where it is shown.
    const answered = queries.invalidateQueries({
      predicate: ({ queryKey: [name, input] }) =>
        names.has(String(name)) || (OF_ONE_INCIDENT.has(String(name)) && incidents.has(idIn(input))),
    });
    await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, LONGEST_MS))]);
    this.#isAsking = false;
    this.#plan(queries);
  }
}

function idIn(input: unknown): string {
  return (input as { readonly params?: { readonly id?: string } } | undefined)?.params?.id ?? '';
}

export const live = new Live();
