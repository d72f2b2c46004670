/** Row numbers in blocks of the database's cycling sequence: one round trip for 4,096 rows, never the same for two writers. */
import type { Queryable } from './connections.ts';

const BLOCK = 4096;

export class RowNumbers {
  #blocks: { next: number; end: number }[] = [];

  /** After this, `take` can be called `count` times without waiting. */
  async reserve(queryable: Queryable, count: number): Promise<void> {
    const left = this.#blocks.reduce((sum, block) => sum + block.end - block.next, 0);
    const wanted = Math.ceil((count - left) / BLOCK);
    if (wanted <= 0) return;
    const rows = await queryable.query<{ first: number }>(
      `SELECT nextval('row_numbers') AS first FROM generate_series(1, ${String(wanted)})`,
    );
    for (const { first } of rows) this.#blocks.push({ next: first, end: first + BLOCK });
  }

  take(): number {
    const block = this.#blocks[0];
    if (block === undefined) throw new Error('row numbers were not reserved');
    const n = block.next++;
    if (block.next === block.end) this.#blocks.shift();
    return n;
  }
}
