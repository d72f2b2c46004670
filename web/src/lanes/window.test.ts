import { expect, it } from 'vitest';
import { askedRange, brushed, panned, rangeOfWindow, windowOf, zoomed } from './window.ts';

const NOW = Date.UTC(2026, 10, 26, 3, 0, 0);
const HOUR = 3_600_000;

it('shows six hours up to now where nothing is said', () => {
  expect(windowOf({ from: null, to: null }, NOW)).toEqual({ from: NOW - 6 * HOUR, to: NOW });
  expect(askedRange({ from: null, to: null }, NOW)).toEqual({ from: 'now-6h' });
});

it('shows the day before an end without a beginning', () => {
  const to = new Date(NOW - HOUR).toISOString();
  expect(windowOf({ from: null, to }, NOW)).toEqual({ from: NOW - 25 * HOUR, to: NOW - HOUR });
});

it('shows something sensible of a range that is none', () => {
  expect(windowOf({ from: 'rubbish', to: null }, NOW)).toEqual({ from: NOW - 6 * HOUR, to: NOW });
  expect(windowOf({ from: 'now', to: 'now-1h' }, NOW)).toEqual({ from: NOW - 7 * HOUR, to: NOW - HOUR });
});

it('holds the moment under the pointer while it zooms', () => {
  const window = { from: NOW - 4 * HOUR, to: NOW };
  expect(zoomed(window, 0.5, NOW - 3 * HOUR, NOW)).toEqual({ from: NOW - 3.5 * HOUR, to: NOW - 1.5 * HOUR });
});

it('does not look ahead, nor nearer than ten seconds', () => {
  const window = { from: NOW - 4 * HOUR, to: NOW };
  expect(zoomed(window, 2, NOW - 4 * HOUR, NOW)).toEqual({ from: NOW - 8 * HOUR, to: NOW });
  expect(panned(window, 3 * HOUR, NOW)).toEqual(window);
  const near = zoomed(window, 1e-9, NOW - HOUR, NOW);
  expect(near.to - near.from).toBe(10_000);
});

it('goes on with the clock where it ends now, in the words of the API', () => {
  expect(rangeOfWindow({ from: NOW - 1.5 * HOUR, to: NOW }, NOW)).toEqual({ from: 'now-1h30m', to: null });
  expect(rangeOfWindow({ from: NOW - 26 * HOUR, to: NOW }, NOW)).toEqual({ from: 'now-1d2h', to: null });
  expect(rangeOfWindow({ from: NOW - 10_400, to: NOW }, NOW)).toEqual({ from: 'now-10s', to: null });
});

it('stands still where it ends before', () => {
  const range = rangeOfWindow({ from: NOW - 2 * HOUR, to: NOW - HOUR }, NOW);
  expect(windowOf(range, NOW + 99 * HOUR)).toEqual({ from: NOW - 2 * HOUR, to: NOW - HOUR });
});

it('reads a stretch that was drawn from right to left', () => {
  expect(brushed(NOW - HOUR, NOW - 2 * HOUR, NOW)).toEqual({ from: NOW - 2 * HOUR, to: NOW - HOUR });
});
