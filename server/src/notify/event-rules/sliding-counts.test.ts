import { describe, expect, it } from 'vitest';
import { SlidingCounts } from './sliding-counts.ts';

const T0 = Date.UTC(2026, 10, 26);
const WINDOW = 600_000;
const SLICE = WINDOW / 60;

describe('sliding counts', () => {
  it('agree with counting one by one, to a slice, in whatever order it is heard of', () => {
    const counts = new SlidingCounts(WINDOW, 70_000, 2);
    const all: [number, number][] = [];
    let now = T0;
    for (let n = 0; n < 3000; n += 1) {
      now += (n * 7919) % 4000;
      const at = now - ((n * 104_729) % 700_000);
      const by = 1 + (n % 3);
      counts.add(1, at, by, now);
      all.push([at, by]);
      const within = (ms: number) => all.reduce((sum, [time, each]) => sum + (time > now - ms ? each : 0), 0);
      const sum = counts.sum(1, now);
      expect(sum).toBeGreaterThanOrEqual(within(WINDOW - SLICE));
      expect(sum).toBeLessThanOrEqual(within(WINDOW));
    }
    expect(counts.sum(0, now)).toBe(0);
    expect(counts.isQuiet(1, now)).toBe(false);
    expect(counts.sum(1, now + WINDOW + SLICE)).toBe(0);
    expect(counts.isQuiet(1, now + WINDOW + SLICE)).toBe(true);
  });

  it.each([2, 255, 256, 65_535, 65_536, 1_000_000])(
    'know whether %i happened, however much happens at once',
    (enough) => {
      const counts = new SlidingCounts(WINDOW, enough, 1);
      counts.add(0, T0, enough - 1, T0);
      expect(counts.sum(0, T0)).toBe(enough - 1);
      expect(counts.isCapped(0, T0)).toBe(false);
      counts.add(0, T0 + SLICE, 1, T0 + SLICE);
      expect(counts.sum(0, T0 + SLICE)).toBe(enough);
      counts.add(0, T0 + 2 * SLICE, 2 ** 33, T0 + 2 * SLICE);
      expect(counts.sum(0, T0 + WINDOW + SLICE)).toBeGreaterThanOrEqual(enough);
      expect(counts.isCapped(0, T0 + WINDOW + SLICE)).toBe(true);
      expect(counts.sum(0, T0 + WINDOW + 2 * SLICE)).toBe(0);
    },
  );

  it('take a clock that is set back for now', () => {
    const counts = new SlidingCounts(60_000, 10, 1);
    counts.add(0, T0, 2, T0);
    counts.add(0, T0 - 3_600_000, 3, T0 - 3_600_000);
    expect(counts.sum(0, T0 - 3_600_000)).toBe(5);
    expect(counts.sum(0, T0 - 3_600_000 + 61_000)).toBe(0);
  });

  it('take what is said to happen later for now', () => {
    const counts = new SlidingCounts(60_000, 10, 1);
    counts.add(0, T0 + 3_600_000, 2, T0);
    expect(counts.sum(0, T0)).toBe(2);
  });

  it('keep what they hold as they grow, and nothing of a slot that is cleared', () => {
    const counts = new SlidingCounts(60_000, 300, 1);
    counts.add(0, T0, 299, T0);
    counts.grow(4);
    expect(counts.slots).toBe(4);
    expect([0, 1, 2, 3].map((slot) => counts.sum(slot, T0))).toEqual([299, 0, 0, 0]);
    counts.clear(0);
    expect(counts.sum(0, T0)).toBe(0);
  });
});
