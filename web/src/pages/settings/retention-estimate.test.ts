import { describe, expect, it } from 'vitest';
import { daysOf, expectedBytes, expectedTotal } from './retention-estimate.ts';

const ESTIMATE = {
  bytesPerEvent: 900,
  byRetention: [
    { class: 'short' as const, days: 7, eventsPerDay: 100, expectedBytes: 630_000 },
    { class: 'normal' as const, days: 30, eventsPerDay: 1000, expectedBytes: 27_000_000 },
    { class: 'long' as const, days: 365, eventsPerDay: 0, expectedBytes: 0 },
  ],
};
const DAYS = { short: 7, normal: 30, long: 365 };

describe('the estimate of disk', () => {
  it('is that of the server for the days in force', () => {
    for (const { class: name, days, expectedBytes: told } of ESTIMATE.byRetention) {
      expect(expectedBytes(ESTIMATE, name, days)).toBe(told);
    }
    expect(expectedTotal(ESTIMATE, DAYS)).toBe(27_630_000);
  });

  it('follows the days that are tried', () => {
    expect(expectedTotal(ESTIMATE, { ...DAYS, normal: 60 })).toBe(54_630_000);
  });

  it('is unknown where a part is, never 0', () => {
    expect(expectedTotal({ ...ESTIMATE, bytesPerEvent: null }, DAYS)).toBeNull();
    expect(expectedTotal({ ...ESTIMATE, byRetention: ESTIMATE.byRetention.slice(1) }, DAYS)).toBeNull();
  });
});

describe('days as people write them', () => {
  it.each([
    ['30', 30],
    [' 7 ', 7],
    ['36500', 36_500],
    ['36501', null],
    ['0', null],
    ['-1', null],
    ['1.5', null],
    ['1e3', null],
    ['', null],
  ])('%j is %j', (text, days) => {
    expect(daysOf(text)).toBe(days);
  });
});
