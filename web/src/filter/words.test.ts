import { expect, it } from 'vitest';
import { groupsOf, valueWords } from './words.ts';

it('says what a field is and is not, in a group each', () => {
  const groups = groupsOf([
    { field: 'namespace', value: 'a', negated: false },
    { field: 'reason', value: 'Pulled', negated: true },
    { field: 'namespace', value: 'b', negated: false },
    { field: 'source', value: 'kubelet', negated: false },
  ]);
  expect(
    groups.map(({ lead, joint, terms }) => `${lead} ${terms.map(({ value }) => value).join(` ${joint} `)}`),
  ).toEqual(['namespace is a or b', 'reason is not Pulled', 'reporter is kubelet']);
});

it('says that all labels must be there', () => {
  const label = (value: string) => ({ field: 'label', value, negated: false });
  expect(groupsOf([label('a=b'), label('c=d')])[0]?.joint).toBe('and');
});

it('has words for an empty value, and names for ids', () => {
  expect(valueWords('namespace', '')).toBe('none (cluster-scoped)');
  expect(valueWords('cluster', 'a775', new Map([['a775', 'production']]))).toBe('production');
});
