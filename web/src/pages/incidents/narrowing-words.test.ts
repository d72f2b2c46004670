import { describe, expect, it } from 'vitest';
import { narrowingWords, spokenNarrowing, type Wording } from './narrowing-words.ts';

const wording: Wording = {
  clusters: new Map([['c1', 'prod']]),
  range: ({ from, to }) => `${from} to ${to}`,
};

describe('a filter in words', () => {
  it('names its field, and what is left out', () => {
    expect(narrowingWords({ field: 'cluster', value: 'c1' }, wording)).toEqual({ lead: 'cluster is', value: 'prod' });
    expect(narrowingWords({ field: 'kind', value: '!Pod' }, wording)).toEqual({ lead: 'kind is not', value: 'Pod' });
    expect(narrowingWords({ field: 'cause', value: 'dns-failure' }, wording)).toEqual({
      lead: 'cause is',
      value: 'DNS failure',
    });
  });

  it('leaves a range to whoever knows the clock and the zone', () => {
    expect(narrowingWords({ field: 'range', value: 'now-1h ' }, wording)).toEqual({
      lead: '',
      value: 'now-1h to null',
    });
    expect(narrowingWords({ field: 'range', value: ' now-2d' }, wording)).toEqual({
      lead: '',
      value: 'null to now-2d',
    });
  });

  it('can be said in one', () => {
    expect(spokenNarrowing({ field: 'namespace', value: 'shop' }, wording)).toBe('namespace is shop');
    expect(spokenNarrowing({ field: 'q', value: 'web' }, wording)).toBe('“web”');
  });
});
