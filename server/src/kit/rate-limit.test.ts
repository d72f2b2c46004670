import { describe, expect, it } from 'vitest';
import { ManualClock } from './clock.ts';
import { RateLimit } from './rate-limit.ts';

describe('a rate limit', () => {
  it('allows a burst, then so many a second', () => {
    const clock = new ManualClock(0);
    const limit = new RateLimit({ perSecond: 2, burst: 3 }, clock);
    expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([true, true, true, false]);
    expect(limit.nextAt()).toBe(500);
    clock.advanceTo(1000);
    expect(limit.available()).toBe(2);
    clock.advanceTo(60_000);
    expect(limit.available()).toBe(3);
  });

  it('lets those who wait through one after the other', async () => {
    const clock = new ManualClock(0);
    const limit = new RateLimit({ perSecond: 10, burst: 1 }, clock);
    const through: number[] = [];
    const waiting = [1, 2, 3].map(async (caller) => {
      await limit.acquire();
      through.push(caller);
    });
    await Promise.resolve();
    clock.advanceTo(100);
    await waiting[1];
    expect(through).toEqual([1, 2]);
    clock.advanceTo(200);
    await Promise.all(waiting);
  });

  it('gives the place of one that stopped waiting to the next', async () => {
    const clock = new ManualClock(0);
    const limit = new RateLimit({ perSecond: 1, burst: 1 }, clock);
    await limit.acquire();
    const stop = new AbortController();
    const gone = limit.acquire(stop.signal);
    stop.abort(new Error('enough'));
    await expect(gone).rejects.toThrow('enough');
    clock.advanceTo(1000);
    expect(limit.take()).toBe(true);
  });
});
