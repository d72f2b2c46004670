import { describe, expect, it } from 'vitest';
import { seenItems, typesChoice, typesOf } from './seen-choices.ts';

const facets = [
  {
    field: 'reason' as const,
    values: [
      { value: 'BackOff', events: 40, occurrences: 400 },
      { value: 'FailedMount', events: 4, occurrences: 4 },
      { value: '', events: 1, occurrences: 1 },
    ],
  },
];
const listed = (chosen: readonly string[], before: readonly string[] = []) =>
  seenItems({ facets, field: 'reason', chosen, before });

describe('the reasons one can choose', () => {
  it('are those of stored events, with how many there are and where they are', () => {
    expect(listed([])).toEqual([
      { value: 'BackOff', counts: [{ value: 40, to: ['/events', { reason: 'BackOff' }] }] },
      { value: 'FailedMount', counts: [{ value: 4, to: ['/events', { reason: 'FailedMount' }] }] },
    ]);
  });

  it('hold what was written by hand, also what was just unticked', () => {
    expect(listed(['failed*'], ['OOMKilled']).slice(0, 2)).toEqual([
      { value: 'OOMKilled', note: 'in no stored event', counts: [null] },
      { value: 'failed*', note: 'pattern, matches 1 of those stored', counts: [null] },
    ]);
  });

  it('name what chose them, whatever the case', () => {
    expect(listed(['failed*', 'backoff']).map(({ value, by }) => [value, by])).toEqual([
      ['failed*', undefined],
      ['backoff', undefined],
      ['BackOff', 'backoff'],
      ['FailedMount', 'failed*'],
    ]);
  });
});

describe('types', () => {
  it('are every one where none is named, and where both are', () => {
    expect([[], ['Normal', 'Warning'], ['Warning'], ['Normal']].map(typesChoice)).toEqual([
      'every',
      'every',
      'Warning',
      'Normal',
    ]);
    expect((['every', 'Warning', 'Normal'] as const).map(typesOf)).toEqual([[], ['Warning'], ['Normal']]);
  });
});
