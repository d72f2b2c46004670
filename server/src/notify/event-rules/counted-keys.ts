/** The keys that one rule counts by, with their windows: a bounded number of them, those that were quiet for the longest leave first. */
import { SlidingCounts } from './sliding-counts.ts';

const FIRST_SLOTS = 16;
/** Where there is no room, the hundredth part that was quiet the longest goes at once: to find them takes a look at all. */
const LEAVING = 100;
/** To look for what is quiet takes a look at all. */
const LOOK_MS = 30_000;

export interface CountedKeysOptions {
  readonly windowMs: number;
  /** What counts are compared with. */
  readonly enough: number;
  /** Keys at the most. */
  readonly most: number;
  /** A key had to make room while something of it was still within the window. */
  readonly onForgotten: (id: string) => void;
}

export class CountedKeys {
  readonly #options: CountedKeysOptions;
  readonly #counts: SlidingCounts;
  /** Not in the order of use: to keep that by taking keys out and in doubles what the map takes. */
  #slots = new Map<string, number>();
  readonly #free: number[] = [];
  #lookedAt = 0;

  constructor(options: CountedKeysOptions) {
    this.#options = options;
    this.#counts = new SlidingCounts(options.windowMs, options.enough, Math.min(FIRST_SLOTS, options.most));
  }

  get size(): number {
    return this.#slots.size;
  }

  /** What happens now, or not long ago. */
  add(id: string, at: number, by: number, now: number): void {
    let slot = this.#slots.get(id);
    if (slot === undefined) {
      if (this.#slots.size >= this.#options.most) this.#makeRoom(now);
      slot = this.#newSlot(id);
    }
    this.#counts.add(slot, at, by, now);
  }

  /** What is read of the past: for it nothing makes room. False where it is not counted. */
  addOlder(id: string, at: number, by: number, now: number): boolean {
    const known = this.#slots.get(id);
    if (known === undefined && this.#slots.size >= this.#options.most) {
      this.#options.onForgotten(id);
      return false;
    }
    return this.#counts.add(known ?? this.#newSlot(id), at, by, now);
  }

  sum(id: string, now: number): number {
    const slot = this.#slots.get(id);
    return slot === undefined ? 0 : this.#counts.sum(slot, now);
  }

  isCapped(id: string, now: number): boolean {
    const slot = this.#slots.get(id);
    return slot !== undefined && this.#counts.isCapped(slot, now);
  }

  isEnough(id: string, now: number): boolean {
    return this.sum(id, now) >= this.#options.enough;
  }

  /** Of what the window holds nothing any more, nothing is kept; looked at twice a minute at the most. */
  forgetQuiet(now: number): void {
    if (Math.abs(now - this.#lookedAt) < LOOK_MS) return;
    this.#lookedAt = now;
    for (const [id, slot] of this.#slots) if (this.#counts.isQuiet(slot, now)) this.#drop(id, slot);
  }

  #makeRoom(now: number): void {
    const { most, onForgotten } = this.#options;
    const newest = ([, slot]: readonly [string, number]) => this.#counts.newest(slot);
    const oldestFirst = [...this.#slots].sort((a, b) => newest(a) - newest(b));
    const leaving = Math.ceil(most / LEAVING);
    for (const [index, [id, slot]] of oldestFirst.entries()) {
      const isQuiet = this.#counts.isQuiet(slot, now);
      if (!isQuiet && index >= leaving) break;
      this.#drop(id, slot);
      if (!isQuiet) onForgotten(id);
    }
    // Anew, since a map does not give back the room of what was taken out.
    this.#slots = new Map(this.#slots);
  }

  #newSlot(id: string): number {
    const next = this.#slots.size;
    const slot = this.#free.pop() ?? next;
    if (slot === this.#counts.slots) this.#counts.grow(Math.min(this.#options.most, next * 2));
    this.#slots.set(id, slot);
    return slot;
  }

  #drop(id: string, slot: number): void {
    this.#slots.delete(id);
    this.#counts.clear(slot);
    this.#free.push(slot);
  }
}
