import { expect, it } from 'vitest';
import { isNew, rateWords, type Repeat, rowKey, sorted } from './repeats.ts';

function row(reason: string, occurrences: number, before: number | null): Repeat {
  return {
    key: { reason, kind: 'Pod', namespace: 'shop' },
    events: 1,
    occurrences,
    perMinute: 1,
    firstSeen: '2026-11-26T02:00:00.000Z',
    lastSeen: '2026-11-26T03:00:00.000Z',
    distinctObjects: 1,
    trend: [],
    before,
  };
}

const reasons = (rows: readonly Repeat[]) => rows.map(({ key }) => key['reason']);
const rows = [
  row('steady', 100, 99),
  row('risen', 80, 10),
  row('new', 60, 0),
  row('fallen', 10, 500),
  row('uncounted', 90, null),
];

it('sorts by how often it happened', () => {
  expect(reasons(sorted(rows, 'count'))).toEqual(['steady', 'uncounted', 'risen', 'new', 'fallen']);
});

it('sorts by how many more there are than before, and what was not compared last', () => {
  expect(reasons(sorted(rows, 'rise'))).toEqual(['risen', 'new', 'steady', 'fallen', 'uncounted']);
});

it('calls new what was looked for and not found, not what was not compared', () => {
  expect(reasons(rows.filter(isNew))).toEqual(['new']);
});

it('tells rows apart whose values read alike when they are joined', () => {
  expect(rowKey({ key: { a: 'x y', b: 'z' } })).not.toBe(rowKey({ key: { a: 'x', b: 'y z' } }));
});

it.each([
  [12, '12 a minute'],
  [1.25, '1.3 a minute'],
  [0.05, '3 an hour'],
  [0.002, '2.9 a day'],
  [0.0001, 'less than 1 a day'],
  [1500, '1,500 a minute'],
])('says of %f a minute: %s', (perMinute, words) => {
  expect(rateWords(perMinute)).toBe(words);
});
