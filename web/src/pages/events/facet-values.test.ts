import { expect, it } from 'vitest';
import { facetValues, matching } from './facet-values.ts';

const counted = [
  { value: 'a', events: 9, occurrences: 9 },
  { value: 'b', events: 5, occurrences: 5 },
  { value: 'c', events: 2, occurrences: 2 },
];
const term = (value: string, negated = false, field = 'namespace') => ({ field, value, negated });

it('lists the chosen first, then the left out, then the most frequent', () => {
  const values = facetValues('namespace', counted, [term('c'), term('b', true), term('a', false, 'reason')]);
  expect(values.map(({ value, state }) => `${value} ${state}`)).toEqual(['c chosen', 'b excluded', 'a free']);
});

it('lists what is filtered by even where nothing has it', () => {
  expect(facetValues('namespace', counted, [term('gone')])[0]).toEqual({ value: 'gone', events: 0, state: 'chosen' });
});

it('leaves severities in their order, whichever is chosen', () => {
  const severities = ['info', 'critical', 'low'].map((value) => ({ value, events: 1, occurrences: 1 }));
  const values = facetValues('severity', severities, [term('info', false, 'severity')]);
  expect(values.map(({ value }) => value)).toEqual(['critical', 'low', 'info']);
});

it('finds values by what is typed, in whatever case, as they are shown', () => {
  const values = facetValues('namespace', [{ value: '', events: 1, occurrences: 1 }, ...counted], []);
  const words = (value: string) => (value === '' ? 'none' : value);
  expect(matching(values, ' NO', words).map(({ value }) => value)).toEqual(['']);
  expect(matching(values, ' ', words)).toHaveLength(4);
});
