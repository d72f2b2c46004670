/** Wakes all who wait for something to have changed. */

export class Bell {
  #rings = 0;
  readonly #waiting = new Set<() => void>();

  /** To be asked before looking, so that a ring between looking and waiting is heard. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves with the first ring after that many, and when the signal aborts. */
  wait(since: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#rings !== since) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
