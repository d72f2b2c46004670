/** What a batch changes in the rollups, folded before it is written: one upsert for all levels. */
import type { Dims } from './dims.ts';
import type { Statement } from './statements.ts';
import { plainArray } from './text.ts';

/** Bucket lengths by level. */
export const ROLLUP_MS = [300_000, 3_600_000, 86_400_000] as const;
const HOURS_OF_5M = ROLLUP_MS[1] / ROLLUP_MS[0];
const DAYS_OF_5M = ROLLUP_MS[2] / ROLLUP_MS[0];
/** Above any number of dimensions; bucket and dimension together stay a safe integer for the next thousands of years. */
const DIMS_SPAN = 2 ** 28;

interface Cell {
  born: number;
  last: number;
  occurrences: number;
}

export class RollupChanges {
  readonly #cells = new Map<number, Cell>();

  /** What happened to events of these dimensions at this time: their views count it, too. */
  count(at: number, dims: Dims, born: number, last: number, occurrences: number): void {
    this.#add(at, dims.id, born, last, occurrences);
    if (dims.wideId !== null) this.#add(at, dims.wideId, born, last, occurrences);
    if (dims.placeId !== null) this.#add(at, dims.placeId, born, last, occurrences);
  }

  statement(): Statement | null {
    if (this.#cells.size === 0) return null;
    const columns: number[][] = [[], [], [], [], [], []];
    [1, HOURS_OF_5M, DAYS_OF_5M].forEach((span, level) => {
      // Sorted, so that two writers take the rows' locks in the same order.
      for (const [key, cell] of [...this.#coarsened(span)].sort((a, b) => a[0] - b[0])) {
        if (cell.born === 0 && cell.last === 0 && cell.occurrences === 0) continue;
        const bucket = Math.floor(key / DIMS_SPAN);
        [level, bucket, key - bucket * DIMS_SPAN, cell.born, cell.last, cell.occurrences].forEach((value, at) =>
          columns[at]?.push(value),
        );
      }
    });
    if (columns[0]?.length === 0) return null;
    return {
      kind: 'query',
      name: 'rollups',
      text: `INSERT INTO rollups AS r (level, bucket, dims_id, born, last, occurrences)
        SELECT * FROM unnest($1::smallint[], $2::int[], $3::int[], $4::int[], $5::int[], $6::bigint[])
        ON CONFLICT (level, bucket, dims_id) DO UPDATE
        SET born = r.born + excluded.born, last = r.last + excluded.last, occurrences = r.occurrences + excluded.occurrences`,
      values: columns.map(plainArray),
    };
  }

  #add(at: number, dimsId: number, born: number, last: number, occurrences: number): void {
    const key = Math.floor(at / ROLLUP_MS[0]) * DIMS_SPAN + dimsId;
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, { born, last, occurrences });
    else {
      cell.born += born;
      cell.last += last;
      cell.occurrences += occurrences;
    }
  }

  #coarsened(span: number): Map<number, Cell> {
    if (span === 1) return this.#cells;
    const coarse = new Map<number, Cell>();
    for (const [key, cell] of this.#cells) {
      const bucket = Math.floor(key / DIMS_SPAN);
      const coarseKey = Math.floor(bucket / span) * DIMS_SPAN + (key - bucket * DIMS_SPAN);
      const known = coarse.get(coarseKey);
      if (known === undefined) coarse.set(coarseKey, { ...cell });
      else {
        known.born += cell.born;
        known.last += cell.last;
        known.occurrences += cell.occurrences;
      }
    }
    return coarse;
  }
}
