import { expect, test } from 'vitest';
import type { EventObservation } from '../../model/observation.ts';
import { event, ref, state } from '../../triage/testing/observations.ts';
import { SeenLately } from './seen-lately.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 21, 12);

const at = (namespace: string, changes: Partial<EventObservation> = {}) =>
  event({ object: ref('Pod', namespace, 'web-1'), ...changes });
const told = (seen: SeenLately, hours: number, now: number) =>
  seen.read(now - hours * HOUR, now).groups.map(([{ namespace }, arrivals]) => [namespace, arrivals]);
const total = (seen: SeenLately, hours: number, now: number) =>
  seen.read(now - hours * HOUR, now).groups.reduce((sum, [, arrivals]) => sum + arrivals, 0);

test('arrivals are counted by what the filter decides by, whatever the object and the message are', () => {
  const seen = new SeenLately(NOON);
  seen.count(
    [at('shop'), event({ object: ref('Pod', 'shop', 'other'), message: 'else' }), at('shop', { type: 'Warning' })],
    NOON,
  );
  seen.count([at('shop'), at('web'), at('web', { component: 'x' }), at('web', { reason: 'x' })], NOON);
  expect(told(seen, 1, NOON)).toEqual([
    ['shop', 3],
    ['shop', 1],
    ['web', 1],
    ['web', 1],
    ['web', 1],
  ]);
});

test('the condition is part of a group, also where the message alone tells it', () => {
  const seen = new SeenLately(NOON);
  const backOff = (message: string) => at('shop', { reason: 'BackOff', type: 'Warning', message });
  seen.count(
    [
      backOff('Back-off restarting failed container a'),
      backOff('Back-off pulling image "x"'),
      backOff('Back-off restarting failed container b'),
      at('shop', { reason: 'FailedScheduling', type: 'Warning' }),
      at('shop'),
    ],
    NOON,
  );
  expect(seen.read(0, NOON).groups.map(([{ condition }, arrivals]) => [condition, arrivals])).toEqual([
    ['CrashLoopBackOff', 2],
    ['ImagePullBackOff', 1],
    ['FailedScheduling', 1],
    [null, 1],
  ]);
});

test('object state is not counted', () => {
  const seen = new SeenLately(NOON);
  seen.count([state('CrashLoopBackOff', 'raised')], NOON);
  expect(seen.read(0, NOON).groups).toEqual([]);
});

test('a window is of whole hours, and never longer than a day', () => {
  const start = NOON - 100 * HOUR;
  const seen = new SeenLately(start);
  for (let hour = 0; hour <= 100; hour += 1) seen.count([at('shop')], start + hour * HOUR + 1);
  const now = NOON + HOUR / 2;
  expect(total(seen, 1, now)).toBe(2);
  expect(total(seen, 5, now)).toBe(6);
  expect(total(seen, 24, now)).toBe(25);
  expect(total(seen, 168, now)).toBe(25);
  expect(seen.read(now - HOUR, now).since).toBe(NOON - HOUR);
  expect(seen.read(0, now).since).toBe(NOON - 24 * HOUR);
});

test('counts begin with the process', () => {
  const seen = new SeenLately(NOON + 5);
  expect(seen.read(NOON - 24 * HOUR, NOON + 9)).toEqual({ since: NOON + 5, groups: [], ungrouped: 0 });
});

test('what arrived more than a day ago is forgotten, and its room is free again', () => {
  const seen = new SeenLately(NOON, 2);
  seen.count([at('a'), at('b')], NOON);
  seen.count([at('b'), at('c')], NOON + 20 * HOUR);
  expect(seen.read(NOON, NOON + 20 * HOUR)).toMatchObject({ ungrouped: 1 });
  expect(told(seen, 24, NOON + 25 * HOUR)).toEqual([['b', 1]]);
  seen.count([at('c'), at('d')], NOON + 25 * HOUR);
  expect(told(seen, 24, NOON + 25 * HOUR)).toEqual([
    ['b', 1],
    ['c', 1],
  ]);
  expect(seen.read(NOON, NOON + 25 * HOUR).ungrouped).toBe(2);
  expect(seen.read(NOON, NOON + 500 * HOUR)).toMatchObject({ groups: [], ungrouped: 0 });
});

test('a clock that is set back loses no count and mixes no hours', () => {
  const seen = new SeenLately(NOON);
  seen.count([at('shop')], NOON + 3 * HOUR);
  seen.count([at('shop')], NOON);
  expect(told(seen, 1, NOON + 3 * HOUR)).toEqual([['shop', 2]]);
  expect(total(seen, 1, NOON)).toBe(2);
});

test('a clock that was days ahead is not waited for: counting begins anew, and says so', () => {
  const seen = new SeenLately(NOON + 72 * HOUR, 1);
  seen.count([at('early')], NOON + 72 * HOUR);
  seen.count([at('shop')], NOON + 5);
  expect(seen.read(NOON, NOON + 5)).toMatchObject({ since: NOON + 5, ungrouped: 0 });
  expect(told(seen, 1, NOON + 5)).toEqual([['shop', 1]]);
  expect(told(seen, 24, NOON + 30 * HOUR)).toEqual([]);
});

test('names of a hostile length take no room', () => {
  const seen = new SeenLately(NOON);
  seen.count([at('shop', { reason: 'x'.repeat(512), component: 'y'.repeat(512) })], NOON);
  expect(seen.read(0, NOON)).toMatchObject({ groups: [], ungrouped: 1 });
});

test('a day of groups that never come again takes no more memory than one hour of them', () => {
  const seen = new SeenLately(NOON, 50);
  for (let hour = 0; hour < 200; hour += 1) {
    seen.count(
      Array.from({ length: 10 }, (_, i) => at(`ns-${hour}-${i}`)),
      NOON + hour * HOUR,
    );
  }
  const { groups, ungrouped } = seen.read(0, NOON + 199 * HOUR);
  expect(groups.length).toBeLessThanOrEqual(50);
  expect(groups.reduce((sum, [, arrivals]) => sum + arrivals, ungrouped)).toBe(250);
});
