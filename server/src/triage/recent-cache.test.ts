import { describe, expect, it } from 'vitest';
import { RecentCache } from './recent-cache.ts';

describe('the recent cache', () => {
  it('keeps what is asked for, forgets what is not, and holds no more than twice its limit', () => {
    const cache = new RecentCache<number>(10);
    cache.set('asked', 1);
    cache.set('left', 2);
    for (let i = 0; i < 40; i++) {
      cache.set(`x${i}`, i);
      expect(cache.get('asked')).toBe(1);
    }
    expect(cache.get('left')).toBeUndefined();
    const held = Array.from({ length: 40 }, (_, i) => `x${i}`).filter((key) => cache.get(key) !== undefined);
    expect(held.length).toBeLessThanOrEqual(20);
  });
});
