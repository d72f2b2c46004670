import { describe, expect, it } from 'vitest';
import { seeded } from './testing/events.ts';
import { spread } from './spread.ts';

const bucket = (start: number, end: number, occurrences: number) => ({ start, end, occurrences });

describe('sums spread over slices', () => {
  it('stay where they are when buckets and slices are the same', () => {
    expect(spread([bucket(0, 10, 3), bucket(20, 30, 4)], 0, 30, 3)).toEqual([3, 0, 4]);
  });

  it('are shared out by time where a bucket lies in several slices', () => {
    expect(spread([bucket(0, 30, 9)], 0, 30, 3)).toEqual([3, 3, 3]);
    expect(spread([bucket(5, 15, 10)], 0, 20, 2)).toEqual([5, 5]);
  });

  it('count in part where a bucket reaches beyond the range', () => {
    expect(spread([bucket(-10, 10, 8), bucket(10, 30, 6)], 0, 20, 2)).toEqual([4, 3]);
    expect(spread([bucket(-20, -10, 8), bucket(40, 50, 6)], 0, 20, 2)).toEqual([0, 0]);
  });

  it('lose and gain nothing by rounding', () => {
    const random = seeded(4);
    for (let i = 0; i < 200; i++) {
      const buckets = Array.from({ length: 12 }, (_, at) => bucket(at * 5, at * 5 + 5, Math.floor(random() * 9)));
      const slices = spread(buckets, 0, 60, 1 + Math.floor(random() * 60));
      const total = buckets.reduce((sum, { occurrences }) => sum + occurrences, 0);
      expect(slices.reduce((sum, each) => sum + each, 0)).toBe(total);
      expect(slices.every((each) => Number.isInteger(each) && each >= 0)).toBe(true);
    }
  });
});
