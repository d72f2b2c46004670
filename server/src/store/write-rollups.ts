/** What a batch changes in the rollups: folded, written as one row, and added up with those of other batches every second. */
import type { Dims } from './dims.ts';
import type { Statement } from './statements.ts';
import { plainArray } from './text.ts';

/** Bucket lengths by level. */
export const ROLLUP_MS = [300_000, 3_600_000, 86_400_000] as const;
/** Above any number of dimensions; bucket and dimension together stay a safe integer for the next thousands of years. */
const DIMS_SPAN = 2 ** 28;
const ADD_UP_EVERY_MS = 1000;

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
    const buckets: number[] = [];
    const dims: number[] = [];
    const cells: Cell[] = [];
    for (const [key, cell] of this.#cells) {
      if (cell.born === 0 && cell.last === 0 && cell.occurrences === 0) continue;
      const bucket = Math.floor(key / DIMS_SPAN);
      buckets.push(bucket);
      dims.push(key - bucket * DIMS_SPAN);
      cells.push(cell);
    }
    if (cells.length === 0) return null;
    const counts = (pick: (cell: Cell) => number) => plainArray(cells.map(pick));
    return {
      kind: 'query',
      name: 'rollup changes',
      text: `INSERT INTO rollup_changes (buckets, dims_ids, born, last, occurrences)
        VALUES ($1::int[], $2::int[], $3::int[], $4::int[], $5::bigint[])`,
      values: [
        plainArray(buckets),
        plainArray(dims),
        counts((cell) => cell.born),
        counts((cell) => cell.last),
        counts((cell) => cell.occurrences),
      ],
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
}

/** When changes are added up: with the first batch after a second, so that those of a quiet cluster never wait. */
export class AddingUp {
  #at: number | null = null;

  /** What is to follow a batch's changes; `at` is its ingest time. */
  statement(at: number): Statement | null {
    if (this.#at !== null && Math.abs(at - this.#at) < ADD_UP_EVERY_MS) return null;
    this.#at = at;
    return {
      kind: 'query',
      name: 'add up',
      // In one order, so that two writers never wait for each other.
      text: `WITH waiting AS (DELETE FROM rollup_changes RETURNING *)
        INSERT INTO rollup_sums AS r (level, bucket, dims_id, born, last, occurrences)
        SELECT l.level, rollup_bucket(c.bucket, l.span), c.dims_id, sum(c.born), sum(c.last), sum(c.occurrences) FROM waiting w
        CROSS JOIN LATERAL unnest(w.buckets, w.dims_ids, w.born, w.last, w.occurrences) AS c (bucket, dims_id, born, last, occurrences)
        CROSS JOIN (VALUES (0::smallint, 1), (1::smallint, 12), (2::smallint, 288)) AS l (level, span)
        GROUP BY 1, 2, 3 HAVING sum(c.born) <> 0 OR sum(c.last) <> 0 OR sum(c.occurrences) <> 0 ORDER BY 1, 2, 3
        ON CONFLICT (level, bucket, dims_id) DO UPDATE
        SET born = r.born + excluded.born, last = r.last + excluded.last, occurrences = r.occurrences + excluded.occurrences`,
      values: [],
    };
  }
}
