import { describe, expect, it } from 'vitest';
import { copyField, isCanonicalUuid, plainArray, storable, textArray } from './text.ts';
import { json } from './json.ts';

describe('text for PostgreSQL', () => {
  it('escapes what COPY reads as its own, and drops NUL', () => {
    expect(copyField('a\tb\nc\rd\\N\0e')).toBe('a\\tb\\nc\\rd\\\\Ne');
    expect(copyField(null)).toBe('\\N');
    expect(copyField('plain é 😀')).toBe('plain é 😀');
    expect(copyField('lone \ud800 half')).toBe('lone \ufffd half');
  });

  it('quotes every text of an array, so that NULL, commas and braces are text', () => {
    expect(textArray(['NULL', 'a,b', '{}', 'q"\\', null, ''])).toBe('{"NULL","a,b","{}","q\\"\\\\",NULL,""}');
    expect(plainArray([1, null, 3])).toBe('{1,NULL,3}');
    expect(textArray([])).toBe('{}');
  });

  it('mends JSON without touching a backslash that only looks like an escape', () => {
    expect(JSON.parse(json({ a: 'x\0y', b: '\udc00', c: '\\u0000', d: '😀', e: '\\\\ud800' }))).toEqual({
      a: 'xy',
      b: '\ufffd',
      c: '\\u0000',
      d: '😀',
      e: '\\\\ud800',
    });
    expect(json(undefined)).toBe('null');
  });

  it('takes only a canonical lower-case uuid for one', () => {
    expect(isCanonicalUuid('5f6c2f5e-6a53-4f0d-9d5e-0d8f3a1b2c3d')).toBe(true);
    expect(isCanonicalUuid('5F6C2F5E-6A53-4F0D-9D5E-0D8F3A1B2C3D')).toBe(false);
    expect(isCanonicalUuid('{f6c2f5e-6a53-4f0d-9d5e-0d8f3a1b2c3d')).toBe(false);
    expect(storable('a\0b')).toBe('ab');
  });
});
