/** Lets objects that say the same share memory: replicas have one spec, and the same few words fill every status. */
import { hash } from 'node:crypto';
import { isFields } from '../../kit/fields.ts';

/** Distinct values kept a generation. When one is full the older is forgotten: sharing gets rarer, nothing breaks. */
const VALUES = 16_384;
const WORDS = 65_536;
/** Longer strings are messages: they repeat too rarely to be worth a look-up. */
const LONGEST_WORD = 256;
/** Deeper than any Kubernetes type nests; what lies below is left out. */
const DEPTH = 24;

export class Interner {
  readonly #values = new TwoGenerations<unknown>(VALUES);
  readonly #words = new TwoGenerations<string>(WORDS);

  /** The one copy of this word. */
  word(text: string): string {
    if (text.length > LONGEST_WORD) return text;
    return this.#words.getOr(text, text);
  }

  /** The one copy of this JSON value, its strings shared with all others. Frozen: it may belong to many objects. */
  share<T>(value: T): T {
    if (typeof value === 'string') return this.word(value) as T & string;
    if (typeof value !== 'object' || value === null) return value;
    const copied = this.#copy(value, 0);
    return this.#values.getOr(hash('sha1', JSON.stringify(copied), 'base64'), copied) as T;
  }

  #copy(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.word(value);
    if (depth >= DEPTH) return null;
    if (Array.isArray(value)) return Object.freeze(value.map((item) => this.#copy(item, depth + 1)));
    if (!isFields(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      if (key !== '__proto__') copy[key] = this.#copy(value[key], depth + 1);
    }
    return Object.freeze(copy);
  }
}

class TwoGenerations<T> {
  readonly #limit: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  getOr(key: string, fresh: T): T {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const kept = this.#old.get(key) ?? fresh;
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, kept);
    return kept;
  }
}
