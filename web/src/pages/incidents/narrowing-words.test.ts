import { describe, expect, it } from 'vitest';
import { narrowingWords } from './narrowing-words.ts';

const clusters = new Map([['c1', 'prod']]);

describe('a filter in words', () => {
  it('names its field, and what is left out', () => {
    expect(narrowingWords({ field: 'cluster', value: 'c1' }, clusters)).toBe('Cluster: prod');
    expect(narrowingWords({ field: 'kind', value: '!Pod' }, clusters)).toBe('Kind: not Pod');
    expect(narrowingWords({ field: 'cause', value: 'dns-failure' }, clusters)).toBe('Cause: DNS failure');
  });

  it('says ranges as the menu does, and others as they are', () => {
    expect(narrowingWords({ field: 'range', value: 'now-1h ' }, clusters)).toBe('Last hour');
    expect(narrowingWords({ field: 'range', value: ' now-2d' }, clusters)).toBe('to now-2d');
  });
});
