import { expect, it } from 'vitest';
import { quantityOf } from './quantity.ts';

it.each([
  ['64Mi', 64 * 1024 * 1024],
  ['250m', 0.25],
  ['1', 1],
  ['1.5Gi', 1.5 * 1024 ** 3],
  ['1e3', 1000],
  ['1E', 1e18],
  ['129e6', 129e6],
  ['12345678n', 0.012345678],
  [2, 2],
])('reads %s', (written, expected) => {
  expect(quantityOf(written)).toBeCloseTo(expected, 9);
});

it.each(['', 'Mi', 'ten', '64mi', '1 Gi', '--1', '9'.repeat(200), null, {}, Number.NaN])('takes %s for none', (odd) => {
  expect(quantityOf(odd)).toBeNull();
});
