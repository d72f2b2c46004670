/** Sums of buckets that do not fit a range's slices, spread over these by how much of the time they share. */

export interface Bucket {
  /** Half-open, milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly occurrences: number;
}

/**
 * Whole numbers for `slices` equal slices of [from, to): a bucket that reaches beyond the range, or over the border of two slices,
 * counts in proportion. What is left of rounding goes to the next slice, so that the sum is right.
 */
export function spread(buckets: Iterable<Bucket>, from: number, to: number, slices: number): readonly number[] {
  const exact = new Float64Array(slices);
  const length = (to - from) / slices;
  for (const { start, end, occurrences } of buckets) {
    const last = Math.min(slices - 1, Math.ceil((Math.min(end, to) - from) / length) - 1);
    for (let i = Math.max(0, Math.floor((start - from) / length)); i <= last; i++) {
      const shared = Math.min(end, from + (i + 1) * length) - Math.max(start, from + i * length);
      if (shared > 0) exact[i] = (exact[i] ?? 0) + (occurrences * shared) / (end - start);
    }
  }
  let sum = 0;
  let told = 0;
  return Array.from(exact, (value) => {
    sum += value;
    const whole = Math.round(sum) - told;
    told += whole;
    return whole;
  });
}
