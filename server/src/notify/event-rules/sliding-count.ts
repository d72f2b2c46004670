/** How much happened within the last stretch of time, in constant memory. */

/** Slices of the window: the count is exact to one of them. */
const SLICES = 60;

/** Counts in sixty slices of its window: what left the window by a slice at the most may still be counted. */
export class SlidingCount {
  readonly #sliceMs: number;
  readonly #counts = new Float64Array(SLICES);
  /** Number of the newest slice, counted from the epoch. */
  #newest = 0;

  constructor(windowMs: number) {
    this.#sliceMs = Math.max(1, Math.ceil(windowMs / SLICES));
  }

  add(at: number, by: number): void {
    this.#moveTo(at);
    const slice = Math.floor(at / this.#sliceMs);
    // On a clock that was set back it counts as now.
    const index = Math.max(slice, this.#newest) % SLICES;
    this.#counts[index] = (this.#counts[index] ?? 0) + by;
  }

  sum(now: number): number {
    this.#moveTo(now);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #moveTo(now: number): void {
    const slice = Math.floor(now / this.#sliceMs);
    const passed = Math.min(SLICES, slice - this.#newest);
    for (let step = 1; step <= passed; step += 1) this.#counts[(slice - passed + step) % SLICES] = 0;
    if (slice > this.#newest) this.#newest = slice;
  }
}
