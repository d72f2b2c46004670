/** Exports on their way: a stop waits for them as long as it has time, and cuts the rest. */

export class UnderWay {
  readonly #cut = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  add(work: Promise<unknown>): void {
    const ended = work.finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }

  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  cutAll(): void {
    this.#cut.abort(new Error('stopping'));
  }
}
