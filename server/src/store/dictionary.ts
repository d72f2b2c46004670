/** Short numbers for long values (clusters, incidents, dimensions): asked once, kept in a bounded cache, made where missing. */
import { createHash } from 'node:crypto';
import type { Queryable } from './connections.ts';
import { Recent } from './recent.ts';
import { storable, textArray } from './text.ts';

/** A table of (number, text), unique over md5(text). Its rows never change, so a cached answer never grows stale. */
export class TextDictionary {
  readonly #known: Recent<string, number>;
  readonly #find: string;
  readonly #add: string;

  constructor(table: { name: string; number: string; text: string; bound: number }) {
    this.#known = new Recent(table.bound);
    this.#find = `SELECT ${table.number} AS no, ${table.text} AS text FROM ${table.name}
      WHERE md5(${table.text}) = ANY (SELECT md5(t) FROM unnest($1::text[]) t)`;
    this.#add = `INSERT INTO ${table.name} (${table.text}) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`;
  }

  get(text: string): number | undefined {
    return this.#known.get(text);
  }

  /** Numbers of all `texts`, in a map of its own: the cache may forget, the answer does not. */
  async resolve(queryable: Queryable, texts: Iterable<string>, make: boolean): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    const missing: string[] = [];
    for (const text of new Set(texts)) {
      const no = this.#known.get(text);
      if (no !== undefined) found.set(text, no);
      else missing.push(text);
    }
    if (missing.length === 0) return found;
    await this.#ask(queryable, missing, found);
    const unknown = missing.filter((text) => !found.has(text));
    if (!make || unknown.length === 0) return found;
    await queryable.query(this.#add, [textArray(unknown)]);
    await this.#ask(queryable, unknown, found);
    return found;
  }

  async #ask(queryable: Queryable, texts: readonly string[], found: Map<string, number>): Promise<void> {
    const rows = await queryable.query<{ no: number; text: string }>(this.#find, [textArray(texts)]);
    const numbers = new Map(rows.map((row) => [row.text, row.no]));
    for (const text of texts) {
      const no = numbers.get(storable(text));
      if (no === undefined) continue;
      found.set(text, no);
      this.#known.set(text, no);
    }
  }
}

/** 128 bits over length-prefixed parts, as a uuid: no two lists of parts collide. */
export function digestOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${String(part.length)}:${part}`);
  return asUuid(hash.digest('hex'));
}

export function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
