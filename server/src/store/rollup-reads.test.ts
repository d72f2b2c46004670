import { describe, expect, it } from 'vitest';
import { seeded } from './testing/events.ts';
import { segmentsOf } from './rollup-reads.ts';
import { ROLLUP_MS } from './write-rollups.ts';

describe('covering a range by rollups', () => {
  it('covers every moment once, by few buckets', () => {
    const random = seeded(5);
    for (let i = 0; i < 300; i++) {
      const from = Math.floor(random() * 6_000) * ROLLUP_MS[0];
      const to = from + Math.floor(random() ** 3 * 6_000) * ROLLUP_MS[0];
      const pieces = segmentsOf(from, to)
        .map(({ level, from: first, to: end }) => ({
          from: first * (ROLLUP_MS[level] ?? 0),
          to: end * (ROLLUP_MS[level] ?? 0),
        }))
        .sort((a, b) => a.from - b.from);
      let covered = from;
      for (const piece of pieces) {
        expect(piece.from).toBe(covered);
        covered = piece.to;
      }
      expect(covered).toBe(Math.max(from, to));
      const buckets = segmentsOf(from, to).reduce((sum, each) => sum + each.to - each.from, 0);
      expect(buckets).toBeLessThan(22 + 46 + 21 + 12);
    }
  });

  it('reaches from the beginning of time to its end', () => {
    expect(segmentsOf(-Infinity, Infinity)).toEqual([{ level: 2, from: -Infinity, to: Infinity }]);
    expect(segmentsOf(ROLLUP_MS[2] + ROLLUP_MS[0], Infinity).map(({ level }) => level)).toEqual([0, 1, 2]);
  });
});
