import { describe, expect, it } from 'vitest';
import { cut, oneLine, someLines } from './plain-text.ts';

describe('plain text', () => {
  it('is on one line, without what cannot be seen', () => {
    expect(oneLine(' a\r\nb\tc\u2028d\u202ee\u200bf\u0000g ', 100)).toBe('a b c defg');
  });

  it('keeps letters of any script, and emoji', () => {
    expect(oneLine('héllo 日本語 🔥 ก็', 100)).toBe('héllo 日本語 🔥 ก็');
  });

  it('keeps a few marks on a letter, not a tower of them', () => {
    expect(oneLine(`a${'\u0301'.repeat(500)}b`, 1000)).toBe(`a${'\u0301'.repeat(4)}b`);
  });

  it('is cut with a sign, never within a character', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
    expect(cut('a🔥b', 3)).toBe('a…');
    expect(cut('a🔥b', 2)).toBe('a…');
  });

  it('over several lines keeps the first of them', () => {
    expect(someLines('a\r\n\tb\n\n\n\nc', 100, 9)).toBe('a\n  b\n\nc');
    expect(someLines('a\nb\nc', 100, 2)).toBe('a\nb…');
  });
});
