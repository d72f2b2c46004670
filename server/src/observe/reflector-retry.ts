/** How long the reflector waits before its next try, and when it counts as healthy again. */
import { type BackoffPolicy, backoffDelay } from '../kit/backoff.ts';
import type { Clock } from '../model/ports/process.ts';
import type { Step } from './reflector-policy.ts';

const HEALTHY_AFTER_MS = 120_000;
/** A denial right after an API server's start may pass in seconds, while its roles load: the first ones are retried soon. */
const QUICK_DENIALS = 3;

export class ReflectorRetry {
  readonly #policy: BackoffPolicy;
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #lastFailureAt = 0;
  #denials = 0;
  #listsAtOnce = 0;

  constructor(policy: BackoffPolicy, clock: Clock, random: () => number) {
    this.#policy = policy;
    this.#clock = clock;
    this.#random = random;
  }

  /** The watch delivered something: lists at once are allowed again. */
  worked(): void {
    this.#listsAtOnce = 0;
  }

  async pause(step: Step, signal: AbortSignal): Promise<void> {
    const ms = this.#delay(step);
    if (ms > 0) await this.#clock.sleep(ms, signal);
  }

  #delay(step: Step): number {
    const isDenied = step.health === 'denied';
    this.#denials = isDenied ? this.#denials + 1 : 0;
    if (isDenied && this.#denials <= QUICK_DENIALS) return this.#backOff();
    if (step.wait === 'backoff') return this.#backOff();
    // A server that answers every watch with "expired" gets its first list at once, the next ones spaced.
    if (step.wait === 'none') return step.lost !== null && this.#listsAtOnce++ > 0 ? this.#backOff() : 0;
    return Math.max(step.wait.ms, this.#policy.baseMs / 10) * (1 + 0.1 * this.#random());
  }

  #backOff(): number {
    const now = this.#clock.now();
    if (now - this.#lastFailureAt > HEALTHY_AFTER_MS) this.#failures = 0;
    this.#failures += 1;
    this.#lastFailureAt = now;
    return backoffDelay(this.#policy, this.#failures, this.#random);
  }
}
