/** How often one cluster's API server is asked: a token bucket, so that a burst is allowed and a storm is not. */
import type { Clock } from '../model/ports.ts';

export interface RateLimit {
  /** Requests a second in the long run. */
  readonly qps: number;
  /** Requests that may go at once after a quiet time. */
  readonly burst: number;
}

export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  /** When the bucket would be empty of debt: each request pushes it one interval on. */
  #due: number;

  constructor(limit: RateLimit, clock: Clock) {
    if (!(limit.qps > 0) || !(limit.burst >= 1)) throw new RangeError('qps must be above 0 and burst at least 1');
    this.#limit = limit;
    this.#clock = clock;
    this.#due = 0;
  }

  /** Resolves when the request may go. Waiting requests go in the order they came; a place once taken is not given back. */
  async take(signal?: AbortSignal): Promise<void> {
    const interval = 1000 / this.#limit.qps;
    const now = this.#clock.now();
    this.#due = Math.max(this.#due, now - interval * (this.#limit.burst - 1)) + interval;
    const wait = this.#due - interval - now;
    if (wait > 0) await this.#clock.sleep(wait, signal);
  }
}
