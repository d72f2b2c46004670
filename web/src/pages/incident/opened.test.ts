import { describe, expect, it } from 'vitest';
import { isOpen, toggled } from './opened.ts';

describe('what is open', () => {
  it('is as usual where the address says nothing', () => {
    const query = new URLSearchParams();
    expect([isOpen(query, 'a', true), isOpen(query, 'a', false)]).toEqual([true, false]);
  });

  it('is turned over, and back', () => {
    expect(toggled(new URLSearchParams('open=b'), 'a', false)).toEqual({ open: ['b', 'a'] });
    expect(toggled(new URLSearchParams('open=b&open=a'), 'a', false)).toEqual({ open: ['b'] });
    expect(toggled(new URLSearchParams(), 'a', true)).toEqual({ shut: ['a'] });
    expect(isOpen(new URLSearchParams('shut=a'), 'a', true)).toBe(false);
    expect(isOpen(new URLSearchParams('open=a'), 'a', false)).toBe(true);
  });
});
