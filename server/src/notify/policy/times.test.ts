import { describe, expect, it } from 'vitest';
import { compileTimes, nextAt } from './times.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

describe('times of the day', () => {
  const office = compileTimes({ days: ['mon-fri'], from: '09:00', to: '17:30', timezone: 'Europe/Berlin' });
  const night = compileTimes({ days: ['mon-sun'], from: '22:00', to: '07:00', timezone: 'America/New_York' });
  const fridayNight = compileTimes({ days: ['fri'], from: '22:00', to: '02:00', timezone: 'UTC' });

  it.each([
    ['2026-11-26T07:59:59Z', false],
    ['2026-11-26T08:00:00Z', true],
    ['2026-11-26T16:29:59Z', true],
    ['2026-11-26T16:30:00Z', false],
    ['2026-11-28T10:00:00Z', false],
    ['2026-07-01T07:00:00Z', true],
  ])('contain %s: %s, in their own time zone', (time, wanted) => {
    expect(office.contains(at(time))).toBe(wanted);
  });

  it('go over midnight, and belong to the day on which they begin', () => {
    expect(night.contains(at('2026-11-26T04:00:00Z'))).toBe(true);
    expect(night.contains(at('2026-11-26T12:30:00Z'))).toBe(false);
    expect(fridayNight.contains(at('2026-11-28T01:00:00Z'))).toBe(true);
    expect(fridayNight.contains(at('2026-11-27T01:00:00Z'))).toBe(false);
  });

  it('end when the clock says so, also over a clock change', () => {
    expect(iso(night.endOf(at('2026-11-26T04:00:30Z')))).toBe('2026-11-26T12:00');
    // Clocks go back at 06:00 UTC on 2026-11-01, forward at 07:00 UTC on 2026-03-08.
    expect(iso(night.endOf(at('2026-11-01T03:00:00Z')))).toBe('2026-11-01T12:00');
    expect(iso(night.endOf(at('2026-03-08T04:00:00Z')))).toBe('2026-03-08T11:00');
    expect(night.endOf(at('2026-11-26T13:00:00Z'))).toBe(at('2026-11-26T13:00:00Z'));
  });

  it('end after a time that a clock change leaves out', () => {
    const odd = compileTimes({ days: ['mon-sun'], from: '23:00', to: '02:30', timezone: 'America/New_York' });
    const end = odd.endOf(at('2026-03-08T05:00:00Z'));
    expect(end).toBeGreaterThan(at('2026-03-08T06:59:00Z'));
    expect(end).toBeLessThanOrEqual(at('2026-03-08T08:00:00Z'));
  });

  it('come again on the next of their days', () => {
    const digest = { at: '08:00', days: ['mon-fri'], timezone: 'Europe/Berlin' };
    expect(iso(nextAt(digest, at('2026-11-26T06:00:00Z')))).toBe('2026-11-26T07:00');
    expect(iso(nextAt(digest, at('2026-11-26T07:00:00Z')))).toBe('2026-11-27T07:00');
    expect(iso(nextAt(digest, at('2026-11-27T07:30:00Z')))).toBe('2026-11-30T07:00');
    expect(iso(nextAt({ at: '08:00', days: ['sun-mon'], timezone: 'UTC' }, at('2026-11-27T07:30:00Z')))).toBe(
      '2026-11-29T08:00',
    );
  });

  it('always end later than now, wherever and whenever', () => {
    const zones = ['UTC', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia', 'Europe/London'];
    for (const timezone of zones) {
      const times = compileTimes({ days: ['mon-sun'], from: '20:15', to: '20:15', timezone });
      for (let now = at('2026-01-01T00:00:00Z'); now < at('2027-01-01T00:00:00Z'); now += 7 * 3_600_000 + 12_345) {
        const end = times.endOf(now);
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThanOrEqual(26 * 3_600_000);
      }
    }
  });
});
