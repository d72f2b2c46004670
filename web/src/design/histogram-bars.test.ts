import { expect, it } from 'vitest';
import { bucketAt, sharesOf, sharesWords, stacked, stretchOf, stretchWords, timeWords } from './histogram-bars.ts';

const bucket = (start: string, occurrences: Record<string, number>) => ({
  start,
  occurrences,
  total: Object.values(occurrences).reduce((sum, count) => sum + count, 0),
});
const first = bucket('2026-11-26T23:58:00.000Z', { critical: 1, info: 4 });
const second = bucket('2026-11-26T23:59:00.000Z', { high: 2 });
const histogram = {
  from: first.start,
  to: '2026-11-27T00:00:00.000Z',
  bucketMs: 60_000,
  buckets: [first, second],
  partial: false,
};

it('stacks severities with the worst on the ground', () => {
  const [starts, info, low, medium, high, critical] = stacked(histogram.buckets);
  expect(starts).toEqual([Date.parse(first.start) / 1000, Date.parse(second.start) / 1000]);
  expect([info, low, medium, high, critical]).toEqual([
    [5, 2],
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 0],
  ]);
});

it('says what occurred, the worst first', () => {
  expect(sharesWords(sharesOf(histogram.buckets))).toBe('7 events: 1 critical, 2 high, 4 info');
  expect(sharesWords(sharesOf([bucket(first.start, {})]))).toBe('No events');
  expect(sharesWords(sharesOf([bucket(first.start, { low: 1 })]))).toBe('1 event: 1 low');
});

it('finds the bucket at a place, and the nearest one beyond the edges', () => {
  expect([-1, 0, 0.49, 0.5, 1, 7].map((place) => bucketAt(place, 2))).toEqual([0, 0, 0, 1, 1, 1]);
});

it('makes a stretch of two buckets, in whichever order', () => {
  const both = { from: first.start, to: '2026-11-27T00:00:00.000Z' };
  expect(stretchOf(histogram, 1, 0)).toEqual(both);
  expect(stretchOf(histogram, 0, 0)).toEqual({ from: first.start, to: second.start });
  expect(stretchOf(histogram, 0, 9)).toBeNull();
  expect(stretchWords(both, 'utc')).toBe('2026-11-26 23:58:00 to 2026-11-27 00:00:00');
  expect(stretchWords({ from: first.start, to: second.start }, 'utc')).toBe('2026-11-26 23:58:00 to 23:59:00');
});

it('marks time by the day where one begins, and by seconds where those matter', () => {
  const at = Date.parse(first.start) / 1000;
  expect(timeWords(at, 60, 'utc')).toBe('23:58');
  expect(timeWords(at, 10, 'utc')).toBe('23:58:00');
  expect(timeWords(at + 120, 60, 'utc')).toBe('Nov 27');
  expect(timeWords(at, 86_400, 'utc')).toBe('Nov 26');
});
