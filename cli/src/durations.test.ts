import { expect, test } from 'vitest';
import { shortDuration } from './durations.ts';

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

test.each([
  [-5 * s, '0s'],
  [999, '0s'],
  [119 * s, '119s'],
  [2 * m, '2m'],
  [5 * m + 30 * s, '5m30s'],
  [10 * m + 59 * s, '10m'],
  [3 * h - s, '179m'],
  [3 * h + 20 * m, '3h20m'],
  [8 * h + 59 * m, '8h'],
  [47 * h, '47h'],
  [2 * d, '2d'],
  [3 * d + 4 * h, '3d4h'],
  [8 * d + 23 * h, '8d'],
  [729 * d, '729d'],
  [735 * d, '2y5d'],
  [3000 * d, '8y'],
])('%i ms is %s', (ms, text) => {
  expect(shortDuration(ms)).toBe(text);
});
