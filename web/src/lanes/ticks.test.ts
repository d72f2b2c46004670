import { expect, it } from 'vitest';
import { axisTicks, type OffsetAt } from './ticks.ts';

const HOUR = 3_600_000;
const utc: OffsetAt = () => 0;
const zone = (timeZone: string): OffsetAt => {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  };
};
const labels = (from: number, hours: number, width: number, offsetAt: OffsetAt) =>
  axisTicks({ from, to: from + hours * HOUR }, width, offsetAt).map(({ label }) => label);

it('puts ticks on round times', () => {
  expect(labels(Date.UTC(2026, 10, 26, 2, 20), 6, 800, utc)).toEqual([
    '03:00',
    '04:00',
    '05:00',
    '06:00',
    '07:00',
    '08:00',
  ]);
});

it('names the day where one begins', () => {
  expect(labels(Date.UTC(2026, 10, 25, 20), 24, 450, utc)).toEqual(['Nov 26', '06:00', '12:00', '18:00']);
});

it('tells seconds where it is that near', () => {
  expect(labels(Date.UTC(2026, 10, 26, 2, 0, 7), 30 / 3600, 700, utc)).toEqual([
    '02:00:10',
    '02:00:15',
    '02:00:20',
    '02:00:25',
    '02:00:30',
    '02:00:35',
  ]);
});

it('stays on round times in zones of half hours', () => {
  expect(labels(Date.UTC(2026, 10, 26, 2, 0), 3, 300, zone('Asia/Kolkata'))).toEqual(['08:00', '09:00', '10:00']);
});

it('skips the hour that the clock skips', () => {
  // In Berlin the clock goes from 02:00 to 03:00 on March 29, 2026, 01:00 UTC.
  expect(labels(Date.UTC(2026, 2, 28, 23, 30), 4, 400, zone('Europe/Berlin'))).toEqual([
    '01:00',
    '03:00',
    '04:00',
    '05:00',
  ]);
});

it('shows the hour twice that comes twice', () => {
  expect(labels(Date.UTC(2026, 9, 24, 22, 30), 4, 400, zone('Europe/Berlin'))).toEqual([
    '01:00',
    '02:00',
    '02:00',
    '03:00',
  ]);
});

it.each([
  ['put forward', Date.UTC(2026, 2, 28, 22, 59), ['Mar 29', '06:00', '12:00', '18:00']],
  ['put back', Date.UTC(2026, 9, 24, 21, 59), ['Oct 25', '06:00', '12:00', '18:00']],
])('stays on quarters of a day where the clock is %s', (_, from, expected) => {
  expect(labels(from, 22, 400, zone('Europe/Berlin'))).toEqual(expected);
});

it('stays on midnights over a change of the clock', () => {
  const days = labels(Date.UTC(2026, 9, 23, 12), 24 * 5, 480, zone('Europe/Berlin'));
  expect(days).toEqual(['Oct 24', 'Oct 25', 'Oct 26', 'Oct 27', 'Oct 28']);
});

it('is never crowded, and answers nothing for no range or no room', () => {
  for (const hours of [0.01, 1, 5, 30, 24 * 9, 24 * 400, 24 * 4000]) {
    const from = Date.UTC(2026, 0, 1);
    const ticks = axisTicks({ from, to: from + hours * HOUR }, 900, zone('Australia/Lord_Howe'));
    expect(ticks.length).toBeLessThanOrEqual(11);
  }
  expect(axisTicks({ from: 5, to: 5 }, 900, utc)).toEqual([]);
  expect(axisTicks({ from: 5, to: 9 }, 0, utc)).toEqual([]);
});
