import { describe, expect, it } from 'vitest';
import { backoffDelay } from './backoff.ts';

describe('backoff', () => {
  const policy = { baseMs: 800, capMs: 30_000 };

  it('doubles from the base up to the cap', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoffDelay(policy, failures, () => 1));
    expect(ceilings).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });

  it('spreads tries over the whole stretch but never to nothing', () => {
    expect(backoffDelay(policy, 3, () => 0.5)).toBe(1600);
    expect(backoffDelay(policy, 3, () => 0)).toBe(80);
  });
});
