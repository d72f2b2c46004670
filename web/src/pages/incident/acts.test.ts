import { describe, expect, it } from 'vitest';
import { actsFor, buttonsOf } from './acts.ts';

const standing = { state: 'open', mergedInto: null, resolution: null, together: [1, 2] } as const;

describe('what one may do', () => {
  it('begins with acknowledging what nobody looks at, came back or not', () => {
    expect(actsFor(standing)[0]).toBe('acknowledge');
    expect(actsFor({ ...standing, state: 'regressed' })[0]).toBe('acknowledge');
  });

  it('is resolving once somebody looks at it', () => {
    expect(actsFor({ ...standing, state: 'acknowledged' })).toEqual(['resolve', 'silence', 'note', 'merge', 'split']);
  });

  it('is saying what fixed it once it is over', () => {
    expect(actsFor({ ...standing, state: 'resolved' })[0]).toBe('fixed');
    expect(actsFor({ ...standing, state: 'resolved', resolution: 'x' })[0]).toBe('note');
  });

  it('is taking the merge back where it lives on in another', () => {
    expect(actsFor({ ...standing, mergedInto: 'b' })).toEqual(['unmerge', 'note']);
  });

  it('is no splitting where there is one problem alone', () => {
    expect(actsFor({ ...standing, together: [1] })).not.toContain('split');
  });

  it('has a button for silencing what goes on, and none for what is over', () => {
    expect(buttonsOf(actsFor(standing))).toEqual(['acknowledge', 'resolve', 'silence']);
    expect(buttonsOf(actsFor({ ...standing, state: 'acknowledged' }))).toEqual(['resolve', 'silence']);
    expect(actsFor({ ...standing, state: 'resolved' })).not.toContain('silence');
    expect(actsFor({ ...standing, mergedInto: 'b' })).not.toContain('silence');
  });
});
