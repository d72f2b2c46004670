import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from './clock.ts';

describe('the manual clock', () => {
  it('wakes sleepers in the order of their deadlines, at their time', async () => {
    const clock = new ManualClock(1000);
    const woken: [string, number][] = [];
    const late = clock.sleep(50).then(() => woken.push(['late', clock.now()]));
    const early = clock.sleep(10).then(() => woken.push(['early', clock.now()]));
    clock.advanceTo(1100);
    await Promise.all([late, early]);
    expect(woken.map(([name]) => name)).toEqual(['early', 'late']);
    expect(clock.now()).toBe(1100);
  });

  it('never goes backwards', () => {
    const clock = new ManualClock(1000);
    clock.advanceTo(900);
    expect(clock.now()).toBe(1000);
  });

  it('forgets a sleeper that was aborted', async () => {
    const clock = new ManualClock(0);
    const stop = new AbortController();
    const sleeping = clock.sleep(10, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    clock.advanceTo(20);
  });
});

describe('the system clock', () => {
  it('stops sleeping when aborted', async () => {
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort();
    await expect(sleeping).rejects.toThrow();
  });
});
