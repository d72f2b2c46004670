import { expect, it } from 'vitest';
import { hidingFields } from './without-filter.ts';

const facet = (field: 'namespace' | 'reason' | 'kind', ...events: number[]) => ({
  field,
  values: events.map((count, index) => ({ value: `${index}`, events: count, occurrences: count })),
});
const term = (field: string) => ({ field, value: 'x', negated: false });

it('names the filters without which there would be something, the one that hides most first', () => {
  const facets = { facets: [facet('namespace', 2), facet('reason', 30, 12), facet('kind', 9)] };
  expect(hidingFields([term('namespace'), term('reason'), term('node')], facets)).toEqual([
    { field: 'reason', events: 42 },
    { field: 'namespace', events: 2 },
  ]);
});

it('names none where more than one of them hides everything', () => {
  expect(hidingFields([term('namespace'), term('reason')], { facets: [facet('namespace'), facet('reason')] })).toEqual(
    [],
  );
});
