import { expect, it } from 'vitest';
import { beginOf, readItems } from './items.ts';
import { drawLane, fold, roomsOf } from './marks.ts';
import { moment, START, MINUTE, wireItem } from './testing/items.ts';

/** Ten pixels a minute. */
const pixelOf = (at: number) => ((at - START) / MINUTE) * 10;
const drawing = { pixelOf, width: 1000, now: START + 100 * MINUTE, near: 24 };
const events = (...minutes: number[]) =>
  readItems(minutes.map((minute) => wireItem('event', minute, { uid: `u${minute}` })));

it('folds what is nearer than it may be, and nothing else', () => {
  expect(fold(events(1, 2, 3, 3.4, 9), pixelOf, 24).map(({ items }) => items.length)).toEqual([3, 1, 1]);
});

it('leaves folded marks far enough from each other', () => {
  const marks = fold(events(...Array.from({ length: 300 }, (_, index) => index / 10)), pixelOf, 24);
  const gaps = marks.slice(1).map(({ x }, index) => x - (marks[index]?.x ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(24);
});

it('loses nothing when it folds a thousand', () => {
  const marks = fold(events(...Array.from({ length: 1000 }, (_, index) => index / 50)), pixelOf, 24);
  expect(marks.flatMap(({ items }) => items)).toHaveLength(1000);
});

it('folds the same ones when the view is moved', () => {
  const items = events(1, 2, 3, 3.4, 9, 10);
  const moved = fold(items, (at) => pixelOf(at) - 777.3, 24);
  expect(moved.map(({ key }) => key)).toEqual(fold(items, pixelOf, 24).map(({ key }) => key));
});

it('unfolds when the view is nearer', () => {
  expect(fold(events(1, 2, 3), (at) => pixelOf(at) * 3, 24)).toHaveLength(3);
});

it('draws an incident from its beginning to its end, and one that goes on up to now', () => {
  const items = readItems([
    wireItem('incident', 10, { until: moment(20) }),
    wireItem('resolved', 20, { incidentId: 'i10' }),
    wireItem('incident', 50),
  ]);
  const { bars } = drawLane(items, drawing);
  expect(bars.map(({ x, width, isOpen }) => [x, width, isOpen])).toEqual([
    [100, 100, false],
    [500, 500, true],
  ]);
});

it('draws an incident of which only the end is told', () => {
  const { bars } = drawLane(readItems([wireItem('resolved', 20, { since: moment(10) })]), drawing);
  expect(bars.map(({ x, width }) => [x, width])).toEqual([[100, 100]]);
});

it('gives overlapping incidents rows of their own, and makes marks of those without room', () => {
  const items = readItems(
    [1, 2, 3, 4, 5].map((minute) => wireItem('incident', minute, { severity: minute === 5 ? 'critical' : 'low' })),
  );
  const { bars, barRows, events: marks } = drawLane(items, drawing);
  expect(barRows).toBe(3);
  expect(bars.find(({ item }) => item.severity === 'critical')?.row).toBe(0);
  expect(marks.flatMap((mark) => mark.items)).toHaveLength(2);
});

it('leaves out what lies out of sight', () => {
  const items = readItems([
    wireItem('event', -100),
    wireItem('event', 500),
    wireItem('incident', -50, { until: moment(-40) }),
  ]);
  expect(drawLane(items, drawing)).toMatchObject({ bars: [], events: [] });
});

it('says how much room is beside a mark', () => {
  expect(roomsOf(fold(events(10, 20), pixelOf, 24), 1000)).toEqual([100, 800]);
  expect(events(10).map(beginOf)).toEqual([START + 10 * MINUTE]);
});
