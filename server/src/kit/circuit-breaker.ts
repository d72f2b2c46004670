/** Stops calling what keeps failing, and tries it again after a while with a single call. */
import type { Clock } from '../model/ports/process.ts';

export interface BreakerPolicy {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before one trial, milliseconds; doubles with each failed trial up to `capMs`. */
  readonly openMs: number;
  readonly capMs: number;
}

export type BreakerState = 'closed' | 'open' | 'trial';

export class CircuitBreaker {
  readonly #policy: BreakerPolicy;
  readonly #clock: Pick<Clock, 'now'>;
  #failures = 0;
  #openedAt = 0;
  #openMs = 0;
  #trial = false;

  constructor(policy: BreakerPolicy, clock: Pick<Clock, 'now'>) {
    this.#policy = policy;
    this.#clock = clock;
  }

  get state(): BreakerState {
    if (this.#openMs === 0) return 'closed';
    return this.#clock.now() >= this.#openedAt + this.#openMs ? 'trial' : 'open';
  }

  /** When calls may be made again; now or earlier unless it is open. */
  get opensAgainAt(): number {
    return this.#openedAt + this.#openMs;
  }

  /** Whether a call may be made now. In the trial state only the first one after the pause may. */
  mayCall(): boolean {
    const state = this.state;
    return state === 'closed' || (state === 'trial' && !this.#trial);
  }

  /** Says that a call begins; pair it with `succeeded`, `failed` or `abandoned`. */
  begin(): void {
    if (this.state === 'trial') this.#trial = true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openMs = 0;
    this.#trial = false;
  }

  failed(): void {
    this.#failures += 1;
    const { failures, openMs, capMs } = this.#policy;
    if (this.#openMs === 0 && this.#failures < failures) return;
    // Calls that were already on their way when it opened say nothing new.
    if (this.#openMs > 0 && !this.#trial) return;
    this.#openMs = Math.min(capMs, this.#openMs === 0 ? openMs : this.#openMs * 2);
    this.#openedAt = this.#clock.now();
    this.#trial = false;
  }

  /** The call was cancelled and says nothing about the other side. */
  abandoned(): void {
    this.#trial = false;
  }
}
