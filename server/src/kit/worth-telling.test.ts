import { expect, it } from 'vitest';
import { isWorthTelling } from './worth-telling.ts';

it('says the first failure, and ever fewer of those that follow', () => {
  const told = Array.from({ length: 100 }, (_, i) => i + 1).filter(isWorthTelling);
  expect(told).toEqual([1, 2, 4, 8, 16, 32, 64]);
});

it('goes on saying so, however long it lasts, and says nothing where nothing failed', () => {
  expect(isWorthTelling(2 ** 40)).toBe(true);
  expect(isWorthTelling(2 ** 40 + 1)).toBe(false);
  expect(isWorthTelling(0)).toBe(false);
});
