/** What repeats, as rows: sorted, told apart, and how often in words. */
import type { WireAggregate } from '@tattle/contract';

export type Repeat = WireAggregate['rows'][number];
export type Order = 'count' | 'rise';

export function readOrder(text: string | null): Order {
  return text === 'rise' ? 'rise' : 'count';
}

export function isNew({ before }: Pick<Repeat, 'before'>): boolean {
  return before === 0;
}

/** By rise: by how many more there are than before; what was not compared comes last. */
export function sorted(rows: readonly Repeat[], order: Order): readonly Repeat[] {
  const by = order === 'count' ? ({ occurrences }: Repeat) => occurrences : riseOf;
  return [...rows].sort((a, b) => by(b) - by(a) || b.occurrences - a.occurrences);
}

function riseOf({ occurrences, before }: Repeat): number {
  return before === null ? Number.NEGATIVE_INFINITY : occurrences - before;
}

export function rowKey({ key }: Pick<Repeat, 'key'>): string {
  return Object.values(key).join('\n');
}

/** `12 a minute`, `3 an hour`, `2 a day`: in the unit in which it is at least one, where there is one. */
export function rateWords(perMinute: number): string {
  const units = [
    [1, 'a minute'],
    [60, 'an hour'],
    [1440, 'a day'],
  ] as const;
  const [factor, words] = units.find(([each]) => perMinute * each >= 1) ?? units[2];
  const rate = perMinute * factor;
  if (rate < 1) return 'less than 1 a day';
  return `${new Intl.NumberFormat('en').format(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate))} ${words}`;
}
