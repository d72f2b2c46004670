/** A bounded memo: what was asked for lately stays, the rest goes, without the price of exact least-recently-used order. */

/**
 * Two generations of `limit` entries each. When the young one is full it becomes the old one, and what was old and not asked
 * for meanwhile is forgotten: at most 2 × `limit` entries, one Map operation a hit. Only for what can be computed again.
 */
export class RecentCache<Value> {
  readonly #limit: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
