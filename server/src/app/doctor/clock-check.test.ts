import { expect, it } from 'vitest';
import { clockCheck } from './clock-check.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const checked = (theirs: number, roundTrip = 0) =>
  clockCheck('clock', { date: new Date(theirs).toUTCString(), askedAt: NOON, answeredAt: NOON + roundTrip });

it.each([
  [0, 'ok'],
  [4000, 'ok'],
  [7000, 'warn'],
  [-7000, 'warn'],
  [62_000, 'fail'],
  [-3_600_000, 'fail'],
])('a difference of %i ms is %s', (difference, state) => {
  expect(checked(NOON + difference).state).toBe(state);
});

it('a slow answer is no wrong clock', () => {
  expect(checked(NOON + 4000, 8000).state).toBe('ok');
});

it('says in which direction, and how to mend it', () => {
  expect(checked(NOON + 3_600_000)).toMatchObject({
    detail: '3601 s ahead of this machine’s',
    mend: expect.stringContaining('NTP'),
  });
  expect(checked(NOON - 3_600_000).detail).toContain('behind');
});

it('is not looked at where the server does not say', () => {
  for (const date of ['', 'soon']) {
    expect(clockCheck('clock', { date, askedAt: NOON, answeredAt: NOON }).state).toBe('skipped');
  }
});
