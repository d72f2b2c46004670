import { describe, expect, it } from 'vitest';
import { truncateBytes } from './truncate.ts';

describe('truncating', () => {
  it('leaves what fits as it is', () => {
    expect(truncateBytes('äöü', 6, 'end')).toEqual({ text: 'äöü', truncated: false });
  });

  it('never splits a character', () => {
    expect(truncateBytes('äöü', 5, 'start')).toEqual({ text: 'äö', truncated: true });
    expect(truncateBytes('äöü', 5, 'end')).toEqual({ text: 'öü', truncated: true });
    expect(truncateBytes('😀😀', 7, 'end')).toEqual({ text: '😀', truncated: true });
    expect(truncateBytes('😀', 0, 'end')).toEqual({ text: '', truncated: true });
  });

  it('opens a cut log at the start of a line, unless that would lose most of it', () => {
    expect(truncateBytes('first line\nsecond line\nthird', 20, 'end').text).toBe('second line\nthird');
    expect(truncateBytes(`${'x'.repeat(100)}\ny`, 50, 'end').text).toHaveLength(50);
  });
});
