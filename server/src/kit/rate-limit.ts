/** A token bucket: so many calls at once, so many a second after that. */
import type { Clock } from '../model/ports/process.ts';

export interface RatePolicy {
  /** Calls a second that are sustained. */
  readonly perSecond: number;
  /** Calls that may be made at once after a quiet time. */
  readonly burst: number;
}

export class RateLimit {
  readonly #policy: RatePolicy;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt: number;

  constructor(policy: RatePolicy, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
    this.#tokens = policy.burst;
    this.#filledAt = clock.now();
  }

  /** Whole calls that may be made now; negative while callers wait in line. */
  available(): number {
    this.#fill();
    return Math.floor(this.#tokens);
  }

  /** When the next call may be made, on the clock. */
  nextAt(): number {
    this.#fill();
    return this.#filledAt + Math.max(0, ((1 - this.#tokens) / this.#policy.perSecond) * 1000);
  }

  /** Takes one if there is one. */
  take(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes one, waiting in line for it. Rejects with the signal's reason when aborted; its place is then lost to none. */
  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#fill();
    this.#tokens -= 1;
    if (this.#tokens >= 0) return;
    try {
      await this.#clock.sleep((-this.#tokens / this.#policy.perSecond) * 1000, signal);
    } catch (error) {
      this.#tokens += 1;
      throw error;
    }
  }

  #fill(): void {
    const now = this.#clock.now();
    // A clock that was set back starts a new count; it takes no tokens away.
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(this.#policy.burst, this.#tokens + (elapsed / 1000) * this.#policy.perSecond);
  }
}
