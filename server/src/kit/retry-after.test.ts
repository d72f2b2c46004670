import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 21, 13);

it.each([
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['9999999999', 9_999_999_999_000],
  ['Sat, 21 Nov 2026 13:00:30 GMT', 30_000],
  ['Saturday, 21-Nov-26 13:01:00 GMT', 60_000],
  ['Sat Nov 21 13:00:05 2026 GMT', 5000],
  ['Sat, 21 Nov 2026 12:00:00 GMT', 0],
])('reads %j as a wait', (header, wait) => {
  expect(retryAfterMs(header, NOW)).toBe(wait);
});

it.each([
  undefined,
  '',
  ' ',
  'soon',
  '-5',
  '1.5',
  '1e3',
  '12345678901',
  '2026-11-21',
  'Nov 21 2026',
  'Sat, tomorrow',
  `Sat, ${'2'.repeat(100)}`,
])('takes %j for no wish', (header) => {
  expect(retryAfterMs(header, NOW)).toBeNull();
});
