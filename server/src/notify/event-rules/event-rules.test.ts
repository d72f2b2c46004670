import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../policy/policy.ts';
import { notifySettings } from '../policy/settings.ts';
import { anEvent } from '../testing/notices.ts';
import { EventRules } from './event-rules.ts';
import type { Firing, PastFiring } from './firing.ts';
import { seriesOf } from './rule-key.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 10, 26);

function rulesOf(...rules: object[]) {
  return running(rules, false);
}

/** `isWarming`: they are told of the past first. */
function running(rules: readonly object[], isWarming: boolean) {
  const compiled = compilePolicy(
    notifySettings.parse({ rules: rules.map((rule) => ({ on: 'event', ...rule })) }),
    () => null,
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const told: string[] = [];
  const watch = new EventRules({
    rules: compiled.policy.eventRules,
    begun: T0,
    isWarming,
    onFault: (rule) => told.push(`fault ${rule}`),
    onForgotten: (rule) => told.push(`forgotten ${rule}`),
    onTooMany: (rule) => told.push(`too many ${rule}`),
  });
  const names = (firings: readonly Firing[]) => firings.map(({ rule, key }) => [rule.name, ...key.slice(1)].join(' '));
  const seen = (at: number, delta: number, more: Parameters<typeof anEvent>[0]) => ({
    event: anEvent(more),
    delta,
    at: T0 + at,
  });
  return {
    see: (at: number, delta = 1, more: Parameters<typeof anEvent>[0] = {}) =>
      names(watch.see(seen(at, delta, more), T0 + at)),
    /** Heard of `late` milliseconds after it happened. */
    seeLate: (at: number, late: number, delta = 1) => names(watch.see(seen(at, delta, {}), T0 + at + late)),
    older: (at: number, delta = 1, more: Parameters<typeof anEvent>[0] = {}) => {
      for (const watched of watch.warming()) watched.older(seen(at, delta, more), T0);
    },
    remember: (series: string, past: PastFiring) => {
      for (const watched of watch.warming()) watched.remember(series, past);
    },
    settle: (at = 0, countedFrom = at - 3_600_000, endsNothingUntil = at) =>
      names(
        watch.warming().flatMap((watched) =>
          watched.settle({
            now: T0 + at,
            countedFrom: T0 + countedFrom,
            endsNothingUntil: T0 + endsNothingUntil,
          }),
        ),
      ),
    ended: (at: number) => names(watch.ended(T0 + at)),
    firing: (at: number) => names(watch.firing(T0 + at)),
    counts: (at: number) => watch.firing(T0 + at).map(({ count, isAtLeast, since }) => ({ count, isAtLeast, since })),
    isKnowable: (at: number) => watch.isKnowable('many', T0 + at),
    told,
  };
}

const inNamespace = (namespace: string) => ({ object: { kind: 'Pod', namespace, name: 'p', uid: 'u' } });

describe('an event rule', () => {
  const many = {
    name: 'many',
    when: 'event.reason == "BackOff"',
    count: { atLeast: 5, withinSeconds: 600, by: ['namespace'] },
  };

  it('fires once when so much happened in so long, counted apart by key', () => {
    const { see, firing } = rulesOf(many);
    expect(see(0, 3, inNamespace('shop'))).toEqual([]);
    expect(see(MINUTE, 1, inNamespace('web'))).toEqual([]);
    expect(see(2 * MINUTE, 2, inNamespace('shop'))).toEqual(['many shop']);
    expect(see(3 * MINUTE, 9, inNamespace('shop'))).toEqual([]);
    expect(see(3 * MINUTE, 4, { reason: 'Killing' })).toEqual([]);
    expect(firing(3 * MINUTE)).toEqual(['many shop']);
  });

  it('counts what is within the window, and no more', () => {
    const { see } = rulesOf(many);
    expect(see(0, 4)).toEqual([]);
    expect(see(11 * MINUTE, 4)).toEqual([]);
    expect(see(12 * MINUTE, 1)).toEqual(['many shop']);
  });

  it('is over when less happens, and fires again', () => {
    const { see, ended } = rulesOf(many);
    see(0, 5);
    expect(ended(9 * MINUTE)).toEqual([]);
    expect(ended(11 * MINUTE)).toEqual(['many shop']);
    expect(ended(12 * MINUTE)).toEqual([]);
    expect(see(13 * MINUTE, 5)).toEqual(['many shop']);
  });

  it('is silent about the same thing after it spoke', () => {
    const { see, ended } = rulesOf({ ...many, cooldownSeconds: 3600 });
    see(0, 5);
    ended(11 * MINUTE);
    expect(see(20 * MINUTE, 5)).toEqual([]);
    expect(see(20 * MINUTE, 5, inNamespace('web'))).toEqual(['many web']);
    ended(40 * MINUTE);
    expect(see(61 * MINUTE, 5)).toEqual(['many shop']);
  });

  it('without a count fires for each workload, until nothing matches for a while', () => {
    const { see, ended } = rulesOf({ name: 'any', when: 'true' });
    const web = { rootOwner: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'w' } };
    expect(see(0)).toEqual(['any Deployment shop cart']);
    expect(see(1000)).toEqual([]);
    expect(see(2000, 1, web)).toEqual(['any Deployment shop web']);
    expect(see(4 * MINUTE, 1, web)).toEqual([]);
    expect(ended(6 * MINUTE)).toEqual(['any Deployment shop cart']);
  });

  it('that cannot be answered counts as no, and says so', () => {
    const { see, told } = rulesOf({ name: 'odd', when: 'event.labels["team"] == "x"' });
    expect(see(0)).toEqual([]);
    expect(told).toEqual(['fault odd']);
  });

  it('keeps a bounded number of keys, the newest, and says so', () => {
    const job = (n: number) => ({ rootOwner: { kind: 'Job', namespace: 'a', name: `j${n}`, uid: '' } });
    const { see, told } = rulesOf({ ...many, when: 'true', count: { atLeast: 2, withinSeconds: 600, by: ['name'] } });
    for (let n = 0; n < 10_000; n += 1) see(n, 1, job(n));
    expect(told).toEqual([]);
    for (let n = 10_000; n < 10_050; n += 1) see(n, 1, job(n));
    expect(told).toEqual(Array.from({ length: 100 }, () => 'forgotten many'));
    expect(see(20_000, 1, job(10_049))).toEqual(['many j10049']);
    expect(see(20_000, 1, job(100))).toEqual(['many j100']);
    expect(see(20_000, 1, job(99))).toEqual([]);
  });

  it('forgets what is quiet without a word', () => {
    const { see, ended, told } = rulesOf({ name: 'any', when: 'true' });
    for (let n = 0; n < 30; n += 1) {
      for (let each = 0; each < 900; each += 1) {
        see(n * 6 * MINUTE, 1, { rootOwner: { kind: 'Job', namespace: 'a', name: `j${n}-${each}`, uid: '' } });
      }
      ended((n + 1) * 6 * MINUTE - 1);
    }
    expect(told).toEqual([]);
  });

  it('fires for a thousand things at once, says that there are more, and fires for those when there is room', () => {
    const { see, ended, told, firing } = rulesOf({ name: 'any', when: 'true' });
    const job = (n: number) => ({ rootOwner: { kind: 'Job', namespace: 'a', name: `j${n}`, uid: '' } });
    for (let n = 0; n < 1001; n += 1) see(0, 1, job(n));
    expect(firing(0)).toHaveLength(1000);
    expect(told).toEqual(['too many any']);
    ended(6 * MINUTE);
    expect(see(6 * MINUTE, 1, job(1000))).toEqual(['any Job a j1000']);
  });

  it('counts what is heard of late when it happened, and tells without a count however late', () => {
    const counting = rulesOf(many);
    expect(counting.seeLate(0, 11 * MINUTE, 9)).toEqual([]);
    expect(counting.seeLate(2 * MINUTE, 9 * MINUTE, 4)).toEqual([]);
    expect(counting.see(11.5 * MINUTE, 1)).toEqual(['many shop']);
    expect(rulesOf({ name: 'any', when: 'true' }).seeLate(0, 3_600_000)).toEqual(['any Deployment shop cart']);
  });
});

describe('an event rule after a start', () => {
  const many = { name: 'many', when: 'true', count: { atLeast: 50, withinSeconds: 600, by: ['namespace'] } };
  const shop = seriesOf('many', [anEvent().cluster, 'shop']);

  it('goes on counting where it stood, and fires once', () => {
    const { older, see, settle } = running([many], true);
    older(-2 * MINUTE, 30);
    expect(see(0, 19)).toEqual([]);
    older(-8 * MINUTE, 0);
    expect(settle(1000)).toEqual([]);
    expect(see(2000)).toEqual(['many shop']);
    expect(see(3000)).toEqual([]);
  });

  it('fires when it is settled where there was enough meanwhile, and says nothing before', () => {
    const { older, see, settle, ended } = running([many], true);
    expect(see(0, 49)).toEqual([]);
    older(-MINUTE, 1);
    expect(ended(500)).toEqual([]);
    expect(settle(1000)).toEqual(['many shop']);
  });

  it('does not count what is older than its window', () => {
    const { older, see, settle } = running([many], true);
    older(-601_000, 49);
    expect(settle()).toEqual([]);
    expect(see(0)).toEqual([]);
  });

  it('says nothing about what was open and goes on, and ends it when it is over', () => {
    const { older, remember, settle, see, ended, counts } = running([many], true);
    older(-2 * MINUTE, 50);
    remember(shop, { since: T0 - 7_200_000, goesOn: true });
    expect(settle()).toEqual([]);
    expect(counts(0)).toEqual([{ count: 50, isAtLeast: false, since: T0 - 7_200_000 }]);
    expect(see(0)).toEqual([]);
    expect(ended(7.5 * MINUTE)).toEqual([]);
    expect(ended(8.1 * MINUTE)).toEqual(['many shop']);
    expect(see(8.2 * MINUTE, 50)).toEqual(['many shop']);
  });

  it('says nothing about what was open either, when the rest of it is heard of later', () => {
    const { older, remember, settle, see, firing } = running([many], true);
    older(-2 * MINUTE, 49);
    remember(shop, { since: T0 - 60_000, goesOn: true });
    expect(settle(0, -3_600_000, 30_000)).toEqual([]);
    expect(see(1000)).toEqual([]);
    expect(firing(1000)).toEqual(['many shop']);
  });

  it('ends nothing before what happened meanwhile can have been listed', () => {
    const { settle, isKnowable } = running([many], true);
    settle(0, -3_600_000, 30_000);
    expect(isKnowable(29_000)).toBe(false);
    expect(isKnowable(30_000)).toBe(true);
  });

  it('that has read a part of its window ends nothing before the rest of it has passed, and says that it counts a part', () => {
    const { older, settle, isKnowable, ended, counts } = running([many], true);
    older(-2 * MINUTE, 50);
    expect(settle(0, -3 * MINUTE)).toEqual(['many shop']);
    expect(counts(0)).toMatchObject([{ count: 50, isAtLeast: true }]);
    expect(isKnowable(6.9 * MINUTE)).toBe(false);
    expect(ended(7 * MINUTE)).toEqual([]);
    expect(isKnowable(7 * MINUTE)).toBe(true);
    expect(ended(8.1 * MINUTE)).toEqual(['many shop']);
  });

  it('is as silent after it spoke as if nothing had been', () => {
    const { older, remember, settle, see } = running([{ ...many, cooldownSeconds: 3600 }], true);
    older(-MINUTE, 60);
    remember(shop, { since: T0 - 30 * MINUTE, goesOn: false });
    expect(settle()).toEqual([]);
    expect(see(29 * MINUTE, 60)).toEqual([]);
    expect(see(31 * MINUTE, 60)).toEqual(['many shop']);
  });

  it('that spoke of more than it keeps in mind forgets what it spoke of first, in whatever order it is told of it', () => {
    const { remember, settle, see, told } = running([{ ...many, cooldownSeconds: 86_400 }], true);
    const cluster = anEvent().cluster;
    for (let n = 10_000; n > 0; n -= 1) {
      remember(seriesOf('many', [cluster, `n${n}`]), { since: T0 - 3_600_000 + n, goesOn: false });
    }
    settle();
    expect(see(0, 50, inNamespace('shop'))).toEqual(['many shop']);
    expect(told).toEqual(['forgotten many']);
    expect(see(1, 50, inNamespace('n10000'))).toEqual([]);
    expect(see(1, 50, inNamespace('n1'))).toEqual(['many n1']);
  });
});
