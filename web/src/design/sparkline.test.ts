import { expect, it } from 'vitest';
import { sparklinePath } from './sparkline.ts';

it('draws from the left to the right edge, the highest value at the top and zero on the ground', () => {
  expect(sparklinePath([0, 5, 10], 100, 20)).toBe('M0,20L50,10L100,0');
});

it('draws a level for one value, and nothing for none', () => {
  expect(sparklinePath([3], 100, 20)).toBe('M0,0L100,0');
  expect(sparklinePath([], 100, 20)).toBe('');
});

it('leaves a quiet trend on the ground', () => {
  expect(sparklinePath([0, 0], 100, 20)).toBe('M0,20L100,20');
});
