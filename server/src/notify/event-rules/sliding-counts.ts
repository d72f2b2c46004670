/** How much happened within the last stretch of time, for each of many things: a byte a slice where that is enough to decide by. */

/** Slices of the window: a count is exact to one of them. */
const SLICES = 60;

type Counters = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/**
 * Counts of the slots 0, 1, 2 …, each in sixty slices of the window: what is within it and older than 59 of them may be left out, what
 * is out of it never counts. A slice holds no more than it takes to answer whether `enough` happened: that answer is right always, and a
 * sum of what `isCapped` is a lower bound.
 */
export class SlidingCounts {
  readonly #sliceMs: number;
  readonly #most: number;
  #counts: Counters;
  /** Number of each slot's newest slice, counted from the epoch. */
  #newest: Float64Array<ArrayBuffer>;

  /** Milliseconds; `enough` is what sums are compared with. */
  constructor(windowMs: number, enough: number, slots: number) {
    this.#sliceMs = Math.max(1, Math.ceil(windowMs / SLICES));
    const Held = enough <= 0xff ? Uint8Array : enough <= 0xffff ? Uint16Array : Uint32Array;
    this.#most = 2 ** (8 * Held.BYTES_PER_ELEMENT) - 1;
    this.#counts = new Held(slots * SLICES);
    this.#newest = new Float64Array(slots);
  }

  get slots(): number {
    return this.#newest.length;
  }

  /** What is counted stays. */
  grow(slots: number): void {
    const Held = this.#counts.constructor as new (length: number) => Counters;
    const [counts, newest] = [new Held(slots * SLICES), new Float64Array(slots)];
    counts.set(this.#counts);
    newest.set(this.#newest);
    this.#counts = counts;
    this.#newest = newest;
  }

  clear(slot: number): void {
    this.#counts.fill(0, slot * SLICES, (slot + 1) * SLICES);
    this.#newest[slot] = 0;
  }

  /** What happened at `at`, in whatever order it is heard of. False where that is out of the window. */
  add(slot: number, at: number, by: number, now: number): boolean {
    const current = this.#sliceOf(now);
    this.#holdBefore(slot, current);
    const slice = Math.min(this.#sliceOf(at), current);
    const newest = this.#newest[slot] ?? 0;
    if (slice <= current - SLICES) return false;
    const begin = slot * SLICES;
    for (let passed = Math.max(newest + 1, slice - SLICES + 1); passed <= slice; passed += 1) {
      this.#counts[begin + (passed % SLICES)] = 0;
    }
    if (slice > newest) this.#newest[slot] = slice;
    const index = begin + (slice % SLICES);
    this.#counts[index] = Math.min(this.#most, (this.#counts[index] ?? 0) + by);
    return true;
  }

  sum(slot: number, now: number): number {
    let sum = 0;
    this.#eachWithin(slot, now, (count) => {
      sum += count;
    });
    return sum;
  }

  isCapped(slot: number, now: number): boolean {
    let capped = false;
    this.#eachWithin(slot, now, (count) => {
      capped ||= count === this.#most;
    });
    return capped;
  }

  /** Whether nothing of it is within the window any more. */
  isQuiet(slot: number, now: number): boolean {
    return (this.#newest[slot] ?? 0) <= this.#sliceOf(now) - SLICES;
  }

  /** Orders slots by what they saw last. */
  newest(slot: number): number {
    return this.#newest[slot] ?? 0;
  }

  #sliceOf(time: number): number {
    return Math.floor(time / this.#sliceMs);
  }

  #eachWithin(slot: number, now: number, visit: (count: number) => void): void {
    const current = this.#sliceOf(now);
    this.#holdBefore(slot, current);
    const newest = this.#newest[slot] ?? 0;
    for (let slice = current - SLICES + 1; slice <= newest; slice += 1) {
      visit(this.#counts[slot * SLICES + (slice % SLICES)] ?? 0);
    }
  }

  /** The clock was set back: what was counted on it until then counts as now. */
  #holdBefore(slot: number, current: number): void {
    const newest = this.#newest[slot] ?? 0;
    if (newest <= current) return;
    const begin = slot * SLICES;
    const held = this.#counts.subarray(begin, begin + SLICES);
    let sum = 0;
    for (const count of held) sum += count;
    held.fill(0);
    this.#newest[slot] = current;
    this.#counts[begin + (current % SLICES)] = Math.min(this.#most, sum);
  }
}
