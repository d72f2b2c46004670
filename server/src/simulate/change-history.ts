/** The recent changes of one collection, which watches resume from: bounded by number, size and age. */
import type { StoredObject } from './stored-object.ts';

export interface Change {
  readonly version: number;
  /** The clock's time of the change. */
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
  readonly before: StoredObject | null;
}

const MOST_CHANGES = 20_000;
const MOST_CHARACTERS = 64 * 1024 * 1024;
/** An API server's etcd forgets what is older than five minutes. */
const LONGEST_MS = 300_000;

export class ChangeHistory {
  #changes: Change[] = [];
  /** How many changes before `#changes[0]` there have been: positions stay true when the oldest are dropped. */
  #dropped = 0;
  #characters = 0;
  /** Versions below this one have expired. */
  #oldest: number;
  readonly #listeners = new Set<() => void>();

  constructor(version: number) {
    this.#oldest = version;
  }

  get oldestVersion(): number {
    return this.#oldest;
  }

  /** The position after the newest change. */
  get end(): number {
    return this.#dropped + this.#changes.length;
  }

  add(change: Change): void {
    this.#changes.push(change);
    this.#characters += change.object.json.length;
    while (this.#isTooMuch(change.at)) this.#dropOldest();
    this.#announce();
  }

  /** The position from which changes after this version come; null where that version has expired. */
  positionAfter(version: number): number | null {
    if (version < this.#oldest) return null;
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#changes[middle]?.version ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return this.#dropped + low;
  }

  since(version: number): Change[] | null {
    const position = this.positionAfter(version);
    return position === null ? null : this.#changes.slice(position - this.#dropped);
  }

  /** The change at a position: undefined where there is none yet, null where it has been dropped. */
  at(position: number): Change | undefined | null {
    return position < this.#dropped ? null : this.#changes[position - this.#dropped];
  }

  clear(version: number): void {
    this.#dropped += this.#changes.length;
    this.#changes = [];
    this.#characters = 0;
    this.#oldest = version;
    this.#announce();
  }

  /** Calls back after every change; returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #isTooMuch(now: number): boolean {
    const [first] = this.#changes;
    if (first === undefined || this.#changes.length < 2) return false;
    return this.#changes.length > MOST_CHANGES || this.#characters > MOST_CHARACTERS || first.at < now - LONGEST_MS;
  }

  #dropOldest(): void {
    const dropped = this.#changes.shift();
    if (dropped === undefined) return;
    this.#dropped += 1;
    this.#characters -= dropped.object.json.length;
    this.#oldest = dropped.version;
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
