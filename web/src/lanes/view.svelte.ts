/** Which stretch of time is on screen: that of the address, or one that a hand is moving. */
import { address } from '../address/address.svelte.ts';
import { rangeOf } from '../filter/time-range.ts';
import { clock } from '../time/clock.svelte.ts';
import { askedRange, rangeOfWindow, type Window, windowOf } from './window.ts';

/** How long a hand may rest before the address and the API are told. */
const REST_MS = 350;

export class TimelineView {
  /** While a hand moves it; the address follows when it rests. */
  #held = $state.raw<Window | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly range = $derived(rangeOf(address.query));
  /** What the API is asked for. It stays the same while the clock goes on. */
  readonly asked = $derived.by(() => {
    const { from, to } = askedRange(this.range, 0);
    return { from, ...(to === undefined ? {} : { to }) };
  });
  readonly window = $derived(this.#held ?? windowOf(this.range, clock.now));

  /** Follows a hand. */
  hold(window: Window): void {
    this.#held = window;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(window, true), REST_MS);
  }

  /** At once, as something that one can go back from. */
  show(window: Window): void {
    clearTimeout(this.#timer);
    this.#held = window;
    this.#settle(window, false);
  }

  #settle(window: Window, replace: boolean): void {
    this.#held = null;
    address.set({ ...rangeOfWindow(window, clock.now) }, { replace });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
