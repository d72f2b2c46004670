import { describe, expect, it } from 'vitest';
import { parseTime } from './rfc3339.ts';

describe('RFC 3339 times', () => {
  it.each([
    '2026-11-20T23:43:35Z',
    '2026-11-20T23:43:35.156Z',
    '2024-02-29T00:00:00Z',
    '2000-03-01T12:00:00+05:30',
    '1969-12-31T23:59:59-01:00',
    '2100-02-28T23:59:59.999Z',
    '9999-12-31T23:59:59Z',
  ])('reads %s as the platform does', (text) => {
    expect(parseTime(text)).toBe(Date.parse(text));
  });

  it('cuts micro- and nanoseconds to milliseconds', () => {
    expect(parseTime('2026-11-20T23:43:35.156839Z')).toBe(Date.parse('2026-11-20T23:43:35.156Z'));
    expect(parseTime('2026-11-20T23:43:35.999999999Z')).toBe(Date.parse('2026-11-20T23:43:35.999Z'));
  });

  it('takes Go’s zero time as unset', () => {
    expect(parseTime('0001-01-01T00:00:00Z')).toBeUndefined();
    expect(parseTime('0000-00-00T00:00:00Z')).toBeUndefined();
  });

  it('ends at the year 9999', () => {
    const end = Date.parse('9999-12-31T23:59:59.999Z');
    expect(parseTime('12026-11-20T23:43:35Z')).toBe(end);
    expect(parseTime('+012026-11-20T23:43:35Z')).toBe(end);
  });

  it.each([
    null,
    12,
    {},
    '',
    'yesterday',
    '2026-13-01T00:00:00Z',
    '2026-11-20T23:43:35',
    '2026-11-20 23:43:35 UTC',
    '2026-11-20T23:4x:35Z',
    '2026-11-20T23:43:35.1Zz',
    '99999999999-11-20T23:43:35Z',
  ])('finds no time in %j', (value) => {
    expect(parseTime(value)).toBeUndefined();
  });
});
