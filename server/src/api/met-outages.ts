/** A store that is away is met by every request: the log has the first of each minute, and how many met it since the last. */
import type { Logger } from '../model/ports/process.ts';

const EVERY_MS = 60_000;

export class MetOutages {
  readonly #logger: Logger;
  readonly #monotonic: () => number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #untold = 0;

  constructor(logger: Logger, monotonic: () => number) {
    this.#logger = logger;
    this.#monotonic = monotonic;
  }

  tell(error: Error, requestId: string): void {
    const now = this.#monotonic();
    if (now - this.#toldAt < EVERY_MS) {
      this.#untold += 1;
      return;
    }
    const others = this.#untold === 0 ? {} : { alsoSinceThen: this.#untold };
    this.#logger.warn({ err: error, requestId, ...others }, 'a request met a store that cannot be reached');
    this.#toldAt = now;
    this.#untold = 0;
  }
}
