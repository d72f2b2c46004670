import { describe, expect, it } from 'vitest';
import { narrowingsOf, queryOf, tabOf, toggled, without, withoutAny } from './filter.ts';

const search = (text: string) => new URLSearchParams(text);

describe('which incidents are wanted', () => {
  it('are those that go on, unless the address says otherwise', () => {
    expect(queryOf(search('')).state).toEqual(['!resolved']);
    expect(queryOf(search('state=all')).state).toEqual([]);
    expect(queryOf(search('state=resolved')).state).toEqual(['resolved']);
    expect(queryOf(search('state=acknowledged&state=regressed')).state).toEqual(['acknowledged', 'regressed']);
  });

  it('are narrowed by what the API knows, and nothing else of the address', () => {
    expect(queryOf(search('severity=high&severity=critical&q=+web+&from=now-1h&watch=open'))).toEqual({
      state: ['!resolved'],
      severity: ['high', 'critical'],
      q: 'web',
      from: 'now-1h',
    });
  });

  it('belong to a tab, or to none', () => {
    expect(tabOf(search('severity=high'))).toBe('open');
    expect(tabOf(search('state=acknowledged'))).toBe('open');
    expect(tabOf(search('state=resolved'))).toBe('resolved');
    expect(tabOf(search('state=all'))).toBe('all');
    expect(tabOf(search('state=resolved&state=open'))).toBeNull();
  });
});

describe('what narrows the list', () => {
  it('is named one by one, with the range as one', () => {
    expect(narrowingsOf(search('q=web&namespace=!shop&from=now-1h&to=now'))).toEqual([
      { field: 'q', value: 'web' },
      { field: 'namespace', value: '!shop' },
      { field: 'range', value: 'now-1h now' },
    ]);
  });

  it('is not the tab itself, but states within it are', () => {
    expect(narrowingsOf(search('state=resolved'))).toEqual([]);
    expect(narrowingsOf(search('state=acknowledged'))).toEqual([{ field: 'state', value: 'acknowledged' }]);
  });

  it('can be taken away one by one', () => {
    expect(without(search('kind=Pod&kind=Node'), { field: 'kind', value: 'Pod' })).toEqual({ kind: ['Node'] });
    expect(without(search('from=now-1h'), { field: 'range', value: 'now-1h ' })).toEqual({ from: null, to: null });
  });

  it('can be taken away as a whole, without leaving the tab', () => {
    expect(withoutAny(search('state=resolved&q=x'))).toMatchObject({
      state: 'resolved',
      q: null,
      from: null,
      kind: null,
    });
    expect(withoutAny(search('state=acknowledged')).state).toBeNull();
  });

  it('is chosen and left again value by value', () => {
    expect(toggled(search('kind=Pod'), 'kind', 'Node')).toEqual({ kind: ['Pod', 'Node'] });
    expect(toggled(search('kind=Pod&kind=Node'), 'kind', 'Pod')).toEqual({ kind: ['Node'] });
    expect(toggled(search('kind=!Pod'), 'kind', 'Node')).toEqual({ kind: ['Node'] });
  });
});
