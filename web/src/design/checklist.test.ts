import { describe, expect, it } from 'vitest';
import { type ChecklistItem, searched, withAll, withChoice, withoutAll } from './checklist.ts';

const item = (value: string, more: Partial<ChecklistItem> = {}): ChecklistItem => ({ value, counts: [], ...more });
const ITEMS = [
  item('shop'),
  item('shop-staging'),
  item('kube-system', { note: 'system' }),
  item('team-a', { by: 'team-*' }),
];

describe('a searchable checklist', () => {
  it('finds by every word, in names and notes, blind to case', () => {
    expect(searched(ITEMS, 'SHOP stag').map(({ value }) => value)).toEqual(['shop-staging']);
    expect(searched(ITEMS, 'system').map(({ value }) => value)).toEqual(['kube-system']);
    expect(searched(ITEMS, '  ')).toHaveLength(4);
    expect(searched(ITEMS, '.*')).toEqual([]);
  });

  it('ticks and unticks one, once', () => {
    expect(withChoice(['a'], 'b', true)).toEqual(['a', 'b']);
    expect(withChoice(['a'], 'a', true)).toEqual(['a']);
    expect(withChoice(['a', 'b'], 'a', false)).toEqual(['b']);
  });

  it('selects all that are shown, and leaves alone what a pattern chose already', () => {
    expect(withAll(['shop', 'other'], ITEMS)).toEqual(['shop', 'other', 'shop-staging', 'kube-system']);
  });

  it('clears only what is shown', () => {
    expect(withoutAll(['shop', 'other', 'kube-system'], searched(ITEMS, 'shop'))).toEqual(['other', 'kube-system']);
  });
});
