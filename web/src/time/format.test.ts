import { expect, it } from 'vitest';
import { clockTime, duration, exact, longDuration, relative } from './format.ts';

const NOW = Date.UTC(2026, 10, 26, 3, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [0, 'just now'],
  [1_900, 'just now'],
  [12_000, '12 s ago'],
  [59_999, '59 s ago'],
  [4 * MINUTE, '4 min ago'],
  [3 * HOUR + 59 * MINUTE, '3 h ago'],
  [47 * HOUR, '47 h ago'],
  [2 * DAY, '2 d ago'],
  [-4 * MINUTE, 'in 4 min'],
])('says of %i ms before now: %s', (ago, words) => {
  expect(relative(NOW - ago, NOW)).toBe(words);
});

it.each([
  [-5, '0 s'],
  [90_000, '1 min'],
])('measures %i ms as %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

it.each([
  [90_000, '1 min'],
  [HOUR + 12 * MINUTE, '1 h 12 min'],
  [2 * HOUR, '2 h'],
  [DAY + 5 * HOUR, '1 d 5 h'],
])('measures %i ms in two units as %s', (ms, words) => {
  expect(longDuration(ms)).toBe(words);
});

it('writes the exact moment in UTC, and in the zone of the device', () => {
  expect(exact(NOW + 123, 'utc')).toBe('2026-11-26 03:00:00');
  expect(exact(NOW + 123, 'utc', true)).toBe('2026-11-26 03:00:00.123');
  const local = new Date(NOW);
  expect(exact(NOW, 'local').slice(11, 13)).toBe(String(local.getHours()).padStart(2, '0'));
});

it('names the day only where it is not today', () => {
  expect(clockTime(NOW - HOUR, NOW, 'utc')).toBe('02:00');
  expect(clockTime(NOW - DAY, NOW, 'utc')).toBe('Nov 25, 03:00');
});
