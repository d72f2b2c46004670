import { describe, expect, it } from 'vitest';
import type { Profile, ProfileField } from '../model/query.ts';
import { whatDiffers } from './what-differs.ts';

type Value = readonly [field: ProfileField, value: string, events: number, occurrences?: number];

function profile(events: number, values: readonly Value[], occurrences = events): Profile {
  return {
    events,
    occurrences,
    values: values.map(([field, value, each, times = each]) => ({ field, value, events: each, occurrences: times })),
    oldest: 0,
    partial: false,
  };
}

const names = (selection: Profile, baseline: Profile) =>
  whatDiffers(selection, baseline)?.map(({ value, score }) => `${score > 0 ? '+' : '-'}${value}`);

describe('what differs', () => {
  it('names what there is more of, and what there is less of, the surest first', () => {
    const ours = profile(100, [
      ['node', 'node-3', 90],
      ['node', 'node-1', 5],
      ['reason', 'BackOff', 50],
    ]);
    const theirs = profile(100, [
      ['node', 'node-3', 10],
      ['node', 'node-1', 40],
      ['reason', 'BackOff', 48],
    ]);
    expect(names(ours, theirs)).toEqual(['+node-3', '-node-1']);
    const [first] = whatDiffers(ours, theirs) ?? [];
    expect(first).toMatchObject({ selection: 90, baseline: 10, selectionShare: 0.9, baselineShare: 0.1 });
  });

  it('turns its signs around with its sides', () => {
    const ours = profile(200, [['node', 'a', 150]]);
    const theirs = profile(50, [['node', 'a', 10]]);
    const [one] = whatDiffers(ours, theirs) ?? [];
    const [other] = whatDiffers(theirs, ours) ?? [];
    expect(one?.score).toBeGreaterThan(3);
    expect(other?.score).toBeCloseTo(-(one?.score ?? 0));
  });

  it('compares shares, not numbers: ten times as much of everything is no difference', () => {
    const values = (times: number): readonly Value[] => [
      ['node', 'a', 30 * times],
      ['reason', 'b', 60 * times],
    ];
    expect(names(profile(1_000, values(10)), profile(100, values(1)))).toEqual([]);
  });

  it('names what occurs on one side alone', () => {
    expect(names(profile(50, [['label', 'app=new', 50]]), profile(500, []))).toEqual(['+app=new']);
    expect(names(profile(50, []), profile(50, [['label', 'app=old', 50]]))).toEqual(['-app=old']);
  });

  it('is not sure of one event, however often it repeats', () => {
    const noisy = profile(20, [['owner', 'shop/Deployment/a', 1, 10_000]], 10_019);
    expect(names(noisy, profile(20, []))).toEqual([]);
    expect(names(profile(20, [['owner', 'x', 15, 10_000]], 10_005), profile(20, []))).toEqual(['+x']);
  });

  it('says nothing about fewer than ten events on either side, rather than that nothing differs', () => {
    const many = profile(100, [['node', 'a', 100]]);
    expect(whatDiffers(profile(9, []), many)).toBeNull();
    expect(whatDiffers(many, profile(9, []))).toBeNull();
    expect(whatDiffers(many, many)).toEqual([]);
  });

  it('takes no chance for a difference among hundreds of values that are alike', () => {
    const values = (shift: number): readonly Value[] =>
      Array.from({ length: 300 }, (_, i) => ['node', `n${String(i)}`, 20 + ((i * 7 + shift) % 9)]);
    expect(names(profile(7_200, values(0)), profile(7_200, values(4)))).toEqual([]);
  });

  it('keeps fields apart that have values of one name', () => {
    const ours = profile(60, [
      ['reason', 'x', 60],
      ['node', 'x', 2],
    ]);
    const theirs = profile(60, [
      ['reason', 'x', 2],
      ['node', 'x', 60],
    ]);
    const told = whatDiffers(ours, theirs) ?? [];
    expect(told.map(({ field, score }) => [field, score > 0]).sort()).toEqual([
      ['node', false],
      ['reason', true],
    ]);
  });

  it('makes numbers of everything, also where a value has more occurrences than all together', () => {
    const odd = profile(20, [['node', 'a', 20, 90]], 10);
    for (const { score, selectionShare } of whatDiffers(odd, profile(20, [], 0)) ?? []) {
      expect(Number.isFinite(score)).toBe(true);
      expect(Number.isFinite(selectionShare)).toBe(true);
    }
  });
});
