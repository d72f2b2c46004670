import { describe, expect, it } from 'vitest';
import type { Arrival } from '../model/observation.ts';
import { IntakeQueue } from './intake-queue.ts';

const cluster = { uid: 'c', name: 'c' };
const arrivals = (count: number): Arrival[] =>
  Array.from({ length: count }, () => ({ kind: 'dropped', cluster, reason: 'ttl-expired' }));
const observed = (items: number) => ({ observed: { cluster: 'c', items } });

describe('the intake queue', () => {
  it('makes an offer wait while it is full, and lets it go when there is room', async () => {
    const queue = new IntakeQueue(3);
    await queue.offer(arrivals(2));
    let accepted = false;
    const second = queue.offer(arrivals(2)).then(() => {
      accepted = true;
    });
    await Promise.resolve();
    expect(accepted).toBe(false);
    expect(queue.full).toBe(true);
    const taken = await queue.take(2);
    expect(taken).toHaveLength(1);
    await second;
    expect(queue.size).toBe(2);
  });

  it('keeps order and takes whole entries up to the limit', async () => {
    const queue = new IntakeQueue(100);
    await queue.offer(arrivals(2), observed(1));
    await queue.offer(arrivals(2), observed(2));
    await queue.offer(arrivals(2), observed(3));
    const first = await queue.take(3);
    expect(first?.map((entry) => entry.progress.observed?.items)).toEqual([1, 2]);
    const second = await queue.take(3);
    expect(second?.map((entry) => entry.progress.observed?.items)).toEqual([3]);
  });

  it('delivers progress that has no arrivals', async () => {
    const queue = new IntakeQueue(2);
    const waiting = queue.take(10);
    await queue.offer([], observed(7));
    expect((await waiting)?.[0]?.progress.observed?.items).toBe(7);
  });

  it('hands out what is left after closing, then ends, and refuses new offers', async () => {
    const queue = new IntakeQueue(2);
    await queue.offer(arrivals(1));
    queue.close();
    expect(await queue.take(10)).toHaveLength(1);
    expect(await queue.take(10)).toBeNull();
    await expect(queue.offer(arrivals(1))).rejects.toThrow('closed');
  });
});
