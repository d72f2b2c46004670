/** What is remembered of tokens and sessions: for how long, whatever the store and the clock do. */
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { Recalled } from './recalled.ts';

const MINUTE_MS = 60_000;

/** A store whose answers come when the test lets them, and a clock that goes both ways. */
function recalling() {
  let now = 1_000_000_000;
  const waiting: PromiseWithResolvers<string | null>[] = [];
  const lookUp = () => {
    const answer = Promise.withResolvers<string | null>();
    waiting.push(answer);
    return answer.promise;
  };
  const recalled = new Recalled(lookUp, { now: () => now, sleep: async () => undefined });
  const next = (): PromiseWithResolvers<string | null> => {
    const answer = waiting.shift();
    if (answer === undefined) throw new Error('the store was not asked');
    return answer;
  };
  return {
    recalled,
    asked: () => waiting.length,
    answers: (value: string | null) => next().resolve(value),
    fails: (error: Error = new StoreUnavailable('away')) => next().reject(error),
    passes: (ms: number) => {
      now += ms;
    },
  };
}

async function knowing() {
  const world = recalling();
  const first = world.recalled.get('a');
  world.answers('good');
  expect(await first).toBe('good');
  return world;
}

test('is asked of the store once a second at the most', async () => {
  const { recalled, asked, answers, passes } = await knowing();
  passes(999);
  expect(await recalled.get('a')).toBe('good');
  expect(asked()).toBe(0);
  passes(1);
  const again = recalled.get('a');
  answers(null);
  expect(await again).toBe(null);
});

test('a clock that was set back by an hour does not keep what was revoked good for an hour', async () => {
  const { recalled, answers, passes } = await knowing();
  passes(-60 * MINUTE_MS);
  const again = recalled.get('a');
  answers(null);
  expect(await again).toBe(null);
});

test('while the store does not answer, all who ask are told what it said last, however long it takes to fail', async () => {
  const { recalled, fails, passes } = await knowing();
  for (let round = 0; round < 3; round += 1) {
    passes(5000);
    const one = recalled.get('a');
    passes(500);
    const beside = recalled.get('a');
    passes(1500);
    const other = recalled.get('a');
    fails();
    fails();
    expect(await Promise.all([one, beside, other])).toEqual(['good', 'good', 'good']);
  }
});

test('what the store said last stands in for a quarter of an hour, and no longer', async () => {
  const { recalled, fails, passes } = await knowing();
  passes(14 * MINUTE_MS);
  const late = recalled.get('a');
  fails();
  expect(await late).toBe('good');
  passes(2 * MINUTE_MS);
  const tooLate = recalled.get('a');
  fails();
  await expect(tooLate).rejects.toThrow(StoreUnavailable);
});

test('what was forgotten while the store was asked does not come back when it fails', async () => {
  const { recalled, fails, passes } = await knowing();
  passes(2000);
  const pending = recalled.get('a');
  recalled.forget('a');
  fails();
  await pending;
  const after = recalled.get('a');
  fails();
  await expect(after).rejects.toThrow(StoreUnavailable);
});

test('a fault that is no outage is told, and asked about again at once', async () => {
  const { recalled, answers, fails, passes } = await knowing();
  passes(2000);
  const broken = recalled.get('a');
  fails(new TypeError('a fault of ours'));
  await expect(broken).rejects.toThrow(TypeError);
  const again = recalled.get('a');
  answers('good');
  expect(await again).toBe('good');
});
