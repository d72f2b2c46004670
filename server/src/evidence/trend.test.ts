import { expect, it } from 'vitest';
import { trendOf } from './trend.ts';

const minutes = (...values: readonly number[]) => ({
  labels: {},
  samples: values.map((value, index) => ({ at: index * 60_000, value })),
});

it('says how fast a series rises, and its peak', () => {
  const rising = trendOf([minutes(...Array.from({ length: 60 }, (_, index) => 100 + index * 10))]);
  expect(rising).toMatchObject({ last: 690, peak: 690 });
  expect(rising.perHour).toBeCloseTo(600, 6);
  expect(rising.samples).toHaveLength(60);
});

it('says that a spike does not rise', () => {
  const spike = trendOf([minutes(...Array.from({ length: 61 }, (_, index) => (index === 30 ? 900 : 100)))]);
  expect(spike.peak).toBe(900);
  expect(Math.abs(spike.perHour ?? Number.NaN)).toBeLessThan(20);
});

it('takes the larger of two series of one thing', () => {
  expect(trendOf([minutes(1, 5), minutes(3, 2)]).samples).toEqual([3, 5]);
});

it('says nothing about few samples, or none', () => {
  expect(trendOf([minutes(1, 2, 3)])).toMatchObject({ last: 3, perHour: null });
  expect(trendOf([])).toEqual({ last: null, peak: null, perHour: null, samples: [] });
});
