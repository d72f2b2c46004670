/** Looked up at most once a second, and remembered for a while where the store does not answer. */
import type { Clock } from '../../model/ports/process.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { isWithin } from '../within.ts';

/** What another replica revoked must be refused within a second. */
const FRESH_MS = 1000;
/** While the store is away nothing can be revoked either, and people need to see what is wrong. */
const TRUSTED_MS = 15 * 60_000;
const MOST = 10_000;

interface Answered<Value> {
  readonly at: number;
  readonly value: Value | null;
}

interface Asked<Value> {
  readonly at: number;
  /** Of the store, or what stands in for it. */
  readonly answer: Promise<Value | null>;
  /** The newest that the store itself gave. */
  last: Answered<Value> | undefined;
}

export class Recalled<Value> {
  readonly #lookUp: (key: string) => Promise<Value | null>;
  readonly #clock: Clock;
  readonly #known = new Map<string, Asked<Value>>();

  constructor(lookUp: (key: string) => Promise<Value | null>, clock: Clock) {
    this.#lookUp = lookUp;
    this.#clock = clock;
  }

  /** Throws `StoreUnavailable` where nothing is remembered either. */
  get(key: string): Promise<Value | null> {
    const now = this.#clock.now();
    const known = this.#known.get(key);
    if (known !== undefined && isWithin(now, known.at, FRESH_MS)) return known.answer;
    const { promise: answer, resolve } = Promise.withResolvers<Value | null>();
    const asked: Asked<Value> = { at: now, answer, last: known?.last };
    this.#remember(key, asked);
    resolve(this.#ask(key, asked));
    return answer;
  }

  forget(key: string): void {
    this.#known.delete(key);
  }

  async #ask(key: string, asked: Asked<Value>): Promise<Value | null> {
    try {
      const value = await this.#lookUp(key);
      asked.last = { at: asked.at, value };
      return value;
    } catch (error) {
      const { at, last } = asked;
      if (last !== undefined && error instanceof StoreUnavailable && isWithin(at, last.at, TRUSTED_MS))
        return last.value;
      // Not what was asked, or forgotten, meanwhile.
      if (this.#known.get(key) === asked) this.#known.delete(key);
      throw error;
    }
  }

  /** The one that was looked up longest ago goes first. */
  #remember(key: string, asked: Asked<Value>): void {
    this.#known.delete(key);
    if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(key, asked);
  }
}
