import { expect, it } from 'vitest';
import { gapColumns } from './gaps.ts';
import { readItems } from './items.ts';
import { moment, MINUTE, START, wireItem } from './testing/items.ts';

const drawing = {
  pixelOf: (at: number) => ((at - START) / MINUTE) * 10,
  width: 1000,
  now: START + 90 * MINUTE,
  near: 28,
};
const gap = (from: number, to: number | null, text = 'events') =>
  wireItem('gap', from, { until: to === null ? null : moment(to), text: `${text} was not watched` });
const columns = (...gaps: ReturnType<typeof gap>[]) =>
  gapColumns(readItems(gaps), drawing).map(({ x, width, gaps: own }) => [x, width, own.length]);

it('makes one column of what overlaps', () => {
  expect(columns(gap(10, 20), gap(15, 30, 'pods'), gap(50, 60))).toEqual([
    [100, 200, 2],
    [500, 100, 1],
  ]);
});

it('lets what goes on reach up to now, and no further than the edge', () => {
  expect(columns(gap(80, null))).toEqual([[800, 100, 1]]);
  expect(columns(gap(-30, 500))).toEqual([[0, 1000, 1]]);
});

it('shows the shortest, and nothing out of sight', () => {
  expect(columns(gap(10, 10))).toEqual([[100, 3, 1]]);
  expect(columns(gap(-30, -20), gap(200, 300))).toEqual([]);
});
