/** The newest entries of the feed, without a hole between them, held once for all clients. */
import type { FeedEntry, FeedPosition } from '../../model/ports/feed.ts';

/** Whatever comes first; the newest entry stays, whatever its size. Some ten megabytes. */
const MOST_ENTRIES = 1_000;
const MOST_EVENTS = 5_000;

export class FeedRing {
  /** What lies before the first entry. */
  #start: FeedPosition;
  #entries: FeedEntry[] = [];
  #events = 0;
  /** How many entries were let go. */
  #gone = 0;
  /** Position of an entry → how many were added before it. */
  readonly #numbers = new Map<FeedPosition, number>();

  constructor(start: FeedPosition) {
    this.#start = start;
  }

  get end(): FeedPosition {
    return this.#entries.at(-1)?.position ?? this.#start;
  }

  /** What comes after its end, in order. */
  add(entries: readonly FeedEntry[]): void {
    for (const entry of entries) {
      this.#numbers.set(entry.position, this.#gone + this.#entries.length);
      this.#entries.push(entry);
      this.#events += entry.events.length;
    }
    let excess = 0;
    while (this.#isOver(this.#entries.length - excess)) {
      const oldest = this.#entries[excess++];
      if (oldest === undefined) break;
      this.#events -= oldest.events.length;
      this.#numbers.delete(oldest.position);
      this.#start = oldest.position;
    }
    this.#entries = this.#entries.slice(excess);
    this.#gone += excess;
  }

  /** The entry after a position; null at the end, undefined where the position is not one of its own (any more). */
  next(position: FeedPosition): FeedEntry | null | undefined {
    const number = position === this.#start ? this.#gone - 1 : this.#numbers.get(position);
    return number === undefined ? undefined : (this.#entries[number + 1 - this.#gone] ?? null);
  }

  #isOver(entries: number): boolean {
    return entries > MOST_ENTRIES || (this.#events > MOST_EVENTS && entries > 1);
  }
}
