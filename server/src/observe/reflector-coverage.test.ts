import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { Coverage } from './reflector-coverage.ts';

const MINUTE = 60_000;

describe('coverage of a watch', () => {
  it('counts a list after a short break as no gap, and after a long one as a gap with its cause', () => {
    const clock = new ManualClock(0);
    const coverage = Coverage.ofWatch(clock, null);
    expect(coverage.listed()).toBeNull();
    coverage.flowing(0);
    clock.advanceTo(MINUTE);
    coverage.lose('expired');
    expect(coverage.listed()).toBeNull();
    coverage.troubled('unreachable');
    clock.advanceTo(11 * MINUTE);
    coverage.lose('expired');
    expect(coverage.listed()).toMatchObject({ reason: 'unreachable', from: MINUTE, to: 11 * MINUTE });
  });

  it('is a gap from the start when the server stayed away or denied access at first', () => {
    const clock = new ManualClock(1000);
    const coverage = Coverage.ofWatch(clock, null);
    coverage.troubled('denied');
    clock.advanceTo(1000 + 5 * MINUTE);
    expect(coverage.listed()).toMatchObject({ reason: 'denied', from: 1000 });
  });

  it('is a gap, however short, when a saved position had to be given up', () => {
    const clock = new ManualClock(5000);
    const expired = Coverage.ofWatch(clock, 4000);
    expired.lose('expired');
    expect(expired.listed()).toMatchObject({ reason: 'expired', from: 4000, to: 5000 });
    const refused = Coverage.ofWatch(clock, 4000);
    refused.lose('not-resumable');
    expect(refused.listed()).toMatchObject({ reason: 'not-running', from: 4000 });
  });

  it('is no gap any more once the saved position was resumed from', () => {
    const clock = new ManualClock(5000);
    const coverage = Coverage.ofWatch(clock, 4000);
    coverage.flowing(5000);
    coverage.lose('expired');
    expect(coverage.listed()).toBeNull();
  });

  it('calls a restored cluster by its name, whatever else went wrong', () => {
    const clock = new ManualClock(5000);
    const coverage = Coverage.ofWatch(clock, null);
    coverage.lose('restored');
    coverage.troubled('unreachable');
    coverage.lose('expired');
    expect(coverage.listed()).toMatchObject({ reason: 'restored' });
    expect(coverage.listed()).toBeNull();
  });
});

describe('coverage by lists', () => {
  it('tolerates a missed list or two', () => {
    const clock = new ManualClock(0);
    const coverage = Coverage.ofLists(clock, null, 5 * MINUTE);
    clock.advanceTo(10 * MINUTE);
    expect(coverage.listed()).toBeNull();
    clock.advanceTo(30 * MINUTE);
    expect(coverage.listed()).toMatchObject({ from: 10 * MINUTE, to: 30 * MINUTE });
  });
});
