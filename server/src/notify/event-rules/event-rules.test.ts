import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../policy/policy.ts';
import { notifySettings } from '../policy/settings.ts';
import { anEvent } from '../testing/notices.ts';
import { EventRules } from './event-rules.ts';
import { SlidingCount } from './sliding-count.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 10, 26);

function rulesOf(...rules: object[]) {
  const compiled = compilePolicy(
    notifySettings.parse({ rules: rules.map((rule) => ({ on: 'event', ...rule })) }),
    () => null,
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const faults: string[] = [];
  const watch = new EventRules({ rules: compiled.policy.eventRules, onFault: (rule) => faults.push(rule) });
  const names = (firings: readonly { rule: { name: string }; key: readonly string[] }[]) =>
    firings.map(({ rule, key }) => [rule.name, ...key.slice(1)].join(' '));
  const see = (at: number, delta = 1, more: Parameters<typeof anEvent>[0] = {}) =>
    names(watch.see({ event: anEvent(more), delta }, T0 + at));
  return {
    see,
    ended: (at: number) => names(watch.ended(T0 + at)),
    firing: (at: number) => names(watch.firing(T0 + at)),
    faults,
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
    const { see, faults } = rulesOf({ name: 'odd', when: 'event.labels["team"] == "x"' });
    expect(see(0)).toEqual([]);
    expect(faults).toEqual(['odd']);
  });

  it('keeps a bounded number of keys, the newest', () => {
    const { see, firing } = rulesOf({ name: 'any', when: 'true' });
    for (let n = 0; n < 10_050; n += 1)
      see(n, 1, { rootOwner: { kind: 'Job', namespace: 'a', name: `j${n}`, uid: '' } });
    const names = firing(20_000);
    expect(names).toHaveLength(10_000);
    expect(names.at(-1)).toBe('any Job a j10049');
  });
});

describe('a sliding count', () => {
  it('agrees with counting one by one, to a slice', () => {
    const windowMs = 600_000;
    const slice = windowMs / 60;
    const count = new SlidingCount(windowMs);
    const all: [number, number][] = [];
    let at = T0;
    for (let n = 0; n < 3000; n += 1) {
      at += (n * 7919) % 4000;
      const by = 1 + (n % 3);
      count.add(at, by);
      all.push([at, by]);
      const within = (ms: number) => all.reduce((sum, [time, each]) => sum + (time > at - ms ? each : 0), 0);
      const sum = count.sum(at);
      expect(sum).toBeGreaterThanOrEqual(within(windowMs - slice));
      expect(sum).toBeLessThanOrEqual(within(windowMs));
    }
    expect(count.sum(at + windowMs + slice)).toBe(0);
  });

  it('takes a clock that is set back for now', () => {
    const count = new SlidingCount(60_000);
    count.add(T0, 2);
    count.add(T0 - 3_600_000, 3);
    expect(count.sum(T0)).toBe(5);
  });
});
