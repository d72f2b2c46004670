/** How often a failure that goes on is said again in the log: the first time, and ever fewer of those that follow. */

/** `failures` in a row, this one included: true for 1, 2, 4, 8, … */
export function isWorthTelling(failures: number): boolean {
  return failures > 0 && 2 ** Math.round(Math.log2(failures)) === failures;
}
