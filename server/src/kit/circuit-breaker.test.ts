import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';
import { ManualClock } from './clock.ts';

describe('a circuit breaker', () => {
  const policy = { failures: 2, openMs: 1000, capMs: 3000 };

  it('opens after failures in a row and lets one trial through after a pause', () => {
    const clock = new ManualClock(0);
    const breaker = new CircuitBreaker(policy, clock);
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    expect(breaker.mayCall()).toBe(true);
    breaker.failed();
    expect(breaker.mayCall()).toBe(false);
    clock.advanceTo(1000);
    expect(breaker.mayCall()).toBe(true);
    breaker.begin();
    expect(breaker.mayCall()).toBe(false);
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
  });

  it('waits twice as long after each failed trial, up to its cap', () => {
    const clock = new ManualClock(0);
    const breaker = new CircuitBreaker(policy, clock);
    breaker.failed();
    breaker.failed();
    const waits: number[] = [];
    for (let trial = 0; trial < 4; trial += 1) {
      waits.push(breaker.opensAgainAt - clock.now());
      clock.advanceTo(breaker.opensAgainAt);
      breaker.begin();
      breaker.failed();
    }
    expect(waits).toEqual([1000, 2000, 3000, 3000]);
  });

  it('is not prolonged by calls that were already on their way', () => {
    const clock = new ManualClock(0);
    const breaker = new CircuitBreaker(policy, clock);
    for (let call = 0; call < 5; call += 1) breaker.failed();
    expect(breaker.opensAgainAt).toBe(1000);
  });

  it('offers the trial again when it was cancelled', () => {
    const clock = new ManualClock(0);
    const breaker = new CircuitBreaker(policy, clock);
    breaker.failed();
    breaker.failed();
    clock.advanceTo(1000);
    breaker.begin();
    breaker.abandoned();
    expect(breaker.mayCall()).toBe(true);
  });
});
