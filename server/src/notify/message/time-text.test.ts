import { describe, expect, it } from 'vitest';
import { durationText, timeText } from './time-text.ts';

describe('times in messages', () => {
  it('say their zone', () => {
    expect(timeText(Date.UTC(2026, 10, 20, 23, 44))).toBe('2026-11-20 23:44:00 UTC');
    expect(timeText(Number.NaN)).toBe('1970-01-01 00:00:00 UTC');
  });

  it.each([
    [-5, 'a moment'],
    [999, 'a moment'],
    [45_000, '45 s'],
    [11_100_000, '3 h 5 min'],
    [3_600_000, '1 h'],
    [90_061_000, '1 d 1 h'],
  ])('last %i ms: %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
