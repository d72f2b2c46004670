import { describe, expect, it } from 'vitest';
import type { TriagedEvent } from '../model/cluster-event.ts';
import { Deduplicator } from './deduplicate.ts';
import { event } from './testing/observations.ts';

function seen(fingerprint: string, lastSeen: number): TriagedEvent {
  const observation = event({ lastSeen });
  const { object } = observation;
  return {
    observation,
    category: 'Other',
    severity: 'low',
    condition: null,
    rootOwner: object,
    fingerprint,
    correlationId: '',
    node: '',
  };
}
const minute = 60_000;

describe('deduplication', () => {
  it('calls a fingerprint fresh once within the window, which slides with every repeat', () => {
    const window = new Deduplicator();
    expect(window.isFresh(seen('a', 0), 0)).toBe(true);
    window.adopt([seen('a', 0)], 0);
    expect(window.isFresh(seen('a', 4 * minute), 4 * minute)).toBe(false);
    window.adopt([seen('a', 4 * minute)], 4 * minute);
    expect(window.isFresh(seen('a', 9 * minute), 9 * minute)).toBe(false);
    expect(window.isFresh(seen('a', 9 * minute + 1), 9 * minute + 1)).toBe(true);
    expect(window.isFresh(seen('b', 0), 0)).toBe(true);
  });

  it('remembers only what was adopted: a commit that failed leaves no trace', () => {
    const window = new Deduplicator();
    expect([window.isFresh(seen('a', 0), 0), window.isFresh(seen('a', 0), 0)]).toEqual([true, true]);
  });

  it('knows after a restart what the store knew', () => {
    const window = new Deduplicator();
    window.adopt([seen('gone', 0)], 0);
    window.recover([
      ['a', 2 * minute],
      ['b', minute],
    ]);
    expect(window.isFresh(seen('a', 3 * minute), 3 * minute)).toBe(false);
    expect(window.isFresh(seen('b', 7 * minute), 7 * minute)).toBe(true);
    expect(window.isFresh(seen('gone', minute), minute)).toBe(true);
  });

  it('survives clocks that lag, run ahead, or tell of the past', () => {
    const window = new Deduplicator();
    const hour = 60 * minute;
    window.adopt([seen('slow', 0)], hour);
    window.adopt([seen('other', hour)], hour + minute);
    expect(window.isFresh(seen('slow', minute), hour + minute)).toBe(false);
    window.adopt([seen('ahead', 9 * hour)], hour + minute);
    expect(window.isFresh(seen('ahead', 9 * hour), hour + 2 * minute)).toBe(false);
    expect(window.isFresh(seen('ahead', 9 * hour), hour + 7 * minute)).toBe(true);
    expect(window.isFresh(seen('other', -9 * hour), hour + minute)).toBe(false);
  });

  it('forgets the quietest at its bound, says how many, and calls them fresh when they come back', () => {
    const window = new Deduplicator({ limit: 2 });
    window.adopt([seen('a', 0), seen('b', 0), seen('a', 1), seen('c', 2)], 2);
    expect([window.size, window.forgotten]).toEqual([2, 1]);
    expect([window.isFresh(seen('b', 3), 3), window.isFresh(seen('a', 3), 3), window.isFresh(seen('c', 3), 3)]).toEqual(
      [true, false, false],
    );
  });

  it('does not grow with what is long over', () => {
    const window = new Deduplicator();
    for (let i = 0; i < 5000; i++) window.adopt([seen(`f${i}`, i * 1000)], i * 1000);
    expect(window.size).toBeLessThanOrEqual(301);
    expect(window.forgotten).toBe(0);
  });
});
