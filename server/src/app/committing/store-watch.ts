/** Whether the store takes what it is given, as a person is told: told once when it goes away, and once when it is back. */
import type { Clock, Logger, Metrics } from '../../model/ports/process.ts';
import type { StoreUnavailable } from '../../model/ports/store.ts';

export type StoreHealth = { readonly up: true } | { readonly up: false; readonly since: number; readonly why: string };

export interface StoreWatchParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export const RETRY_MS = 1000;
/** A store that keeps one waiting for longer is told as down: nothing is lost, but nothing is stored either. */
const UNANSWERED_MS = 5000;

export class StoreWatch {
  readonly #parts: StoreWatchParts;
  #health: StoreHealth = { up: true };
  #askedAt: number | null = null;
  #nextTry = 0;
  /** Told once an outage. */
  #spoolRefuses = false;

  constructor(parts: StoreWatchParts) {
    this.#parts = parts;
  }

  /** Of its last answer. */
  get isUp(): boolean {
    return this.#health.up;
  }

  /** While it is down, it is asked once in a while. */
  get isWorthATry(): boolean {
    return this.#health.up || this.#parts.clock.now() >= this.#nextTry;
  }

  get health(): StoreHealth {
    const since = this.#askedAt;
    const waited = since === null ? 0 : this.#parts.clock.now() - since;
    if (!this.#health.up || since === null || waited < UNANSWERED_MS) return this.#health;
    return { up: false, since, why: `the store has not answered for ${Math.round(waited / 1000)} s` };
  }

  /** A question is on its way, or, with false, nobody waits for an answer any more. */
  asked(isWaiting: boolean): void {
    this.#askedAt = isWaiting ? this.#parts.clock.now() : null;
  }

  answered(): void {
    const { logger } = this.#parts;
    if (!this.#health.up) logger.info({}, 'the store is back, and nothing that was acknowledged is missing');
    this.#health = { up: true };
    this.#spoolRefuses = false;
  }

  refused(error: StoreUnavailable): void {
    const { clock, logger, metrics } = this.#parts;
    if (this.#health.up) {
      logger.error({ err: error }, 'the store cannot take writes: new events wait on disk until it can');
    }
    // More may be known of it by now: that it is gone comes first, and later why it does not come back.
    this.#health = { up: false, since: this.#health.up ? clock.now() : this.#health.since, why: error.message };
    this.#nextTry = clock.now() + RETRY_MS;
    metrics.count('tattle_batch_retries_total', { cause: 'store-unavailable' });
  }

  /** What cannot be stored waits on disk. */
  spooled(): void {
    this.#spoolRefuses = false;
  }

  /** It cannot wait there either. */
  notSpooled(why: string): void {
    if (this.#spoolRefuses) return;
    this.#spoolRefuses = true;
    this.#parts.logger.error({ why }, 'nothing more can wait on disk: watches pause until the store is back');
  }
}
