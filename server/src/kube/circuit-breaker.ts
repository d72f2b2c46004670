/** Leaves a cluster that keeps failing alone for a moment: after some failures in a row one trial at a time is let through. */

export interface BreakerPolicy {
  readonly failuresToOpen: number;
  readonly openMs: number;
}

export class CircuitBreaker {
  readonly #policy: BreakerPolicy;
  #failures = 0;
  #retryAt = 0;
  #trialRunning = false;

  constructor(policy: BreakerPolicy) {
    this.#policy = policy;
  }

  /** 0 when a request may go (then `succeeded`, `failed` or `abandoned` must follow), else how many milliseconds to wait. */
  admit(now: number): number {
    if (this.#failures < this.#policy.failuresToOpen) return 0;
    if (now < this.#retryAt) return this.#retryAt - now;
    if (this.#trialRunning) return this.#policy.openMs;
    this.#trialRunning = true;
    return 0;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#trialRunning = false;
  }

  failed(now: number): void {
    this.#failures += 1;
    this.#trialRunning = false;
    this.#retryAt = now + this.#policy.openMs;
  }

  /** The caller gave up before the server could answer: it says nothing about the server. */
  abandoned(): void {
    this.#trialRunning = false;
  }
}
