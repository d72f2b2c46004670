/** The bounded queue between sources and the pipeline: a full queue makes sources wait, which pauses their reads. */
import type { Intake, Progress } from '../model/ports/source.ts';
import type { Arrival } from '../model/observation.ts';

/** What one offer brought; its progress holds once its arrivals are committed. */
export interface IntakeEntry {
  readonly arrivals: readonly Arrival[];
  readonly progress: Progress;
}

interface Waiter {
  resolve(): void;
}

export class IntakeQueue implements Intake {
  readonly #bound: number;
  #entries: IntakeEntry[] = [];
  #size = 0;
  #offered = 0;
  #offering: Waiter[] = [];
  #taking: Waiter | null = null;
  #closed = false;

  /** `bound`: arrivals held before offers wait. One offer may overshoot it by its own length. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Arrivals waiting. */
  get size(): number {
    return this.#size;
  }

  /** Entries ever offered. */
  get offered(): number {
    return this.#offered;
  }

  get full(): boolean {
    return this.#size >= this.#bound;
  }

  async offer(arrivals: readonly Arrival[], progress: Progress = {}): Promise<void> {
    if (this.#closed) throw new Error('the intake is closed: sources stop before the pipeline does');
    this.#entries.push({ arrivals, progress });
    this.#offered += 1;
    this.#size += arrivals.length;
    this.#taking?.resolve();
    if (this.full) await new Promise<void>((resolve) => this.#offering.push({ resolve }));
  }

  /** Whole entries up to about `limit` arrivals, oldest first; waits for one. Null once closed and empty. */
  async take(limit: number): Promise<readonly IntakeEntry[] | null> {
    while (this.#entries.length === 0) {
      if (this.#closed) return null;
      await new Promise<void>((resolve) => {
        this.#taking = { resolve };
      });
      this.#taking = null;
    }
    let count = 0;
    let arrivals = 0;
    while (count < this.#entries.length && (count === 0 || arrivals < limit)) {
      arrivals += this.#entries[count]?.arrivals.length ?? 0;
      count += 1;
    }
    const taken = this.#entries.splice(0, count);
    this.#size -= arrivals;
    if (!this.full) this.#releaseOfferers();
    return taken;
  }

  /** No more offers; what is queued can still be taken. */
  close(): void {
    this.#closed = true;
    this.#taking?.resolve();
    this.#releaseOfferers();
  }

  #releaseOfferers(): void {
    const waiting = this.#offering;
    this.#offering = [];
    for (const waiter of waiting) waiter.resolve();
  }
}
