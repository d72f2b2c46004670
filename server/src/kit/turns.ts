/** One at a time, in the order of asking: what decides over shared memory must not overlap. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything asked for earlier has ended, however it ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
