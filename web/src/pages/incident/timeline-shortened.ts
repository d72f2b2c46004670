/** A long timeline with its middle left out: how it began and how it goes on are what one looks for. */

export interface Shortened<Row> {
  readonly head: readonly Row[];
  /** How many rows are left out. */
  readonly between: number;
  readonly tail: readonly Row[];
}

const HEAD = 20;
const TAIL = 12;
/** Fewer are not worth a press. */
const LEAST = 8;

export function shortened<Row>(rows: readonly Row[]): Shortened<Row> {
  const between = rows.length - HEAD - TAIL;
  if (between < LEAST) return { head: rows, between: 0, tail: [] };
  return { head: rows.slice(0, HEAD), between, tail: rows.slice(-TAIL) };
}
