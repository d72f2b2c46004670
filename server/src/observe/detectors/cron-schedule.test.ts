import { describe, expect, it } from 'vitest';
import { readSchedule } from './cron-schedule.ts';

const next = (expression: string, from: string, zone = '') => {
  const time = readSchedule(expression, zone)?.next(Date.parse(from));
  return time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);
};

describe('a cron schedule', () => {
  it.each([
    ['*/15 * * * *', '2026-11-20T12:00:00Z', '2026-11-20T12:15'],
    ['0 * * * *', '2026-11-20T12:00:30Z', '2026-11-20T13:00'],
    ['30 2 * * *', '2026-11-20T12:00:00Z', '2026-11-21T02:30'],
    ['0 0 1 * *', '2026-11-20T12:00:00Z', '2026-12-01T00:00'],
    ['0 12 * * mon-fri', '2026-11-20T12:00:00Z', '2026-11-23T12:00'],
    ['0 12 * * 7', '2026-11-20T12:00:00Z', '2026-11-22T12:00'],
    ['0 0 13 * 5', '2026-11-20T12:00:00Z', '2026-11-27T00:00'],
    ['0 0 */2 * 1', '2026-11-20T12:00:00Z', '2026-11-21T00:00'],
    ['5,10-12/2 3 * jan,dec *', '2026-11-20T12:00:00Z', '2026-12-01T03:05'],
    ['10/20 * * * *', '2026-11-20T12:11:00Z', '2026-11-20T12:30'],
    ['0 0 29 2 *', '2026-11-20T12:00:00Z', '2028-02-29T00:00'],
    ['@daily', '2026-11-20T12:00:00Z', '2026-11-21T00:00'],
    ['@hourly', '2026-12-31T23:59:00Z', '2027-01-01T00:00'],
    ['TZ=America/New_York 0 9 * * *', '2026-11-20T12:00:00Z', '2026-11-20T14:00'],
  ])('%s after %s is %s', (expression, from, expected) => {
    expect(next(expression, from)).toBe(expected);
  });

  it('keeps to its zone over a change of clocks', () => {
    expect(next('0 9 * * *', '2026-10-24T12:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T08:00');
    expect(next('0 9 * * *', '2026-10-23T12:00:00Z', 'Europe/Berlin')).toBe('2026-10-24T07:00');
    expect(next('30 9 * * *', '2026-11-20T12:00:00Z', 'Asia/Kolkata')).toBe('2026-11-21T04:00');
  });

  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '* * * * * *',
    '*/0 * * * *',
    '5-1 * * * *',
    'a * * * *',
    '@reboot',
    '1/2/3 * * * *',
  ])('cannot read %j', (expression) => {
    expect(readSchedule(expression, '')).toBeUndefined();
  });

  it('never comes on a day that is not', () => {
    expect(next('0 0 31 2 *', '2026-11-20T12:00:00Z')).toBeUndefined();
  });
});
