import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClaimedJob, NewJob, Outcome } from '../model/incident.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import { ManualClock, systemClock } from './clock.ts';
import { createJobRunner, type JobHandler } from './job-runner.ts';
import { MemoryJobQueue } from './testing/memory-job-queue.ts';
import { quiet } from './testing/quiet.ts';

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

const job = (key: string, more: Partial<NewJob> = {}): NewJob => ({
  kind: 'evidence',
  incidentId: 'inc',
  key,
  runAt: 0,
  payload: {},
  ...more,
});

function setUp(handle: JobHandler['handle'], more: Partial<JobHandler> = {}, live = false) {
  const clock = new ManualClock(0);
  const queue = new MemoryJobQueue();
  const heard = quiet();
  const defaults = { kind: 'evidence', concurrency: 4, timeoutMs: 5000, maxAttempts: 3 } as const;
  const handler: JobHandler = { ...defaults, backoff: { baseMs: 1000, capMs: 4000 }, handle, ...more };
  const runner = createJobRunner({
    queue,
    clock: live ? systemClock : clock,
    ...heard,
    handlers: [handler],
    random: () => 1,
    pollMs: 60_000,
    stopGraceMs: 200,
  });
  const stop = new AbortController();
  stops.push(stop);
  return { clock, queue, runner, stop, ...heard };
}

const done = async (): Promise<Outcome> => ({ kind: 'done' });
const never = new AbortController().signal;

describe('draining', () => {
  it('runs every due job once, also those that jobs made, and leaves what is not due', async () => {
    const ran: string[] = [];
    const { queue, runner } = setUp(async ({ key }) => {
      ran.push(key);
      if (key === 'a') await queue.enqueue([job('made by a'), job('later', { runAt: 500 })]);
      return { kind: 'done' };
    });
    await queue.enqueue([job('a'), job('b')]);
    await runner.drain(never);
    expect(ran.sort()).toEqual(['a', 'b', 'made by a']);
    expect(await queue.pending()).toBe(1);
  });

  it('ends when all that it began had ended while it was still claiming', async () => {
    const { queue, runner, clock } = setUp(done, { concurrency: 2, laneOf: () => 'one' });
    const finish = queue.finish.bind(queue);
    queue.finish = async (claimed, outcome, now) => {
      if (outcome.kind === 'retry') await sleep(20);
      return finish(claimed, outcome, now);
    };
    await queue.enqueue([job('a'), job('b')]);
    await runner.drain(never);
    expect(await queue.pending()).toBe(1);
    clock.advanceTo(1000);
    await runner.drain(never);
    expect(await queue.pending()).toBe(0);
  });

  it('tries again later and later with jitter, and fails for good after its attempts', async () => {
    const { queue, runner, clock } = setUp(async () => ({ kind: 'retry', error: 'busy' }));
    await queue.enqueue([job('a')]);
    const dues: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await runner.drain(never);
      dues.push(queue.rows.get('a')?.job.runAt);
      clock.advanceTo(queue.rows.get('a')?.job.runAt ?? 0);
    }
    expect(dues).toEqual([1000, 3000, 3000]);
    expect(queue.rows.get('a')).toMatchObject({ ended: 'failed', lastError: 'busy (given up after 3 attempts)' });
  });

  it('waits whole milliseconds, which is what stores can keep', async () => {
    const { queue, runner } = setUp(async () => ({ kind: 'retry', error: '', retryAfterMs: 1234.5678 }));
    await queue.enqueue([job('a')]);
    await runner.drain(never);
    expect(queue.rows.get('a')?.job.runAt).toBe(1235);
  });

  it('honours a Retry-After, but none beyond a day', async () => {
    const waits = [7000, 1e12];
    const { queue, runner, clock } = setUp(async () => ({
      kind: 'retry',
      error: '',
      retryAfterMs: waits.shift() ?? 0,
    }));
    await queue.enqueue([job('a')]);
    await runner.drain(never);
    expect(queue.rows.get('a')?.job.runAt).toBe(7000);
    clock.advanceTo(7000);
    await runner.drain(never);
    expect(queue.rows.get('a')?.job.runAt).toBe(7000 + 86_400_000);
  });

  it('contains an exception: the job is retried, the others go on', async () => {
    const { queue, runner } = setUp(async ({ key }) => {
      if (key === 'bad') throw new TypeError('a bug');
      return { kind: 'done' };
    });
    await queue.enqueue([job('bad'), job('good')]);
    await runner.drain(never);
    expect(queue.rows.get('bad')).toMatchObject({ ended: null, lastError: 'TypeError: a bug' });
    expect(queue.rows.get('good')?.ended).toBe('done');
  });

  it('waiting for something uses up no attempt', async () => {
    let left = 10;
    const { queue, runner, clock } = setUp(async () =>
      left-- > 0 ? { kind: 'retry', error: 'not yet', retryAfterMs: 10, uncounted: true } : { kind: 'done' },
    );
    await queue.enqueue([job('a')]);
    for (let turn = 0; turn <= 10; turn += 1) {
      await runner.drain(never);
      clock.advanceTo(clock.now() + 10);
    }
    expect(queue.rows.get('a')).toMatchObject({ ended: 'done', job: { attempts: 0 } });
  });

  it('gives no job up because the store takes no writes, however long, and says so ever more seldom', async () => {
    let isFull = true;
    const { queue, runner, clock, lines } = setUp(async () => {
      if (isFull) throw new StoreUnavailable('the disk of the store is full: make room');
      return { kind: 'done' };
    });
    await queue.enqueue([job('a')]);
    for (let i = 0; i < 50; i += 1) {
      await runner.drain(never);
      clock.advanceTo(clock.now() + 10_000);
    }
    expect(queue.rows.get('a')).toMatchObject({ ended: null, job: { attempts: 0 } });
    expect(lines.map((line) => Number(/"times":(\d+)/.exec(line)?.[1]))).toEqual([8, 16, 32]);
    isFull = false;
    await runner.drain(never);
    expect(queue.rows.get('a')?.ended).toBe('done');
  });

  it('never runs two jobs of one lane at once', async () => {
    let running = 0;
    let most = 0;
    const handle = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return { kind: 'done' } as const;
    };
    const { queue, runner, clock } = setUp(handle, { laneOf: (claimed: ClaimedJob) => claimed.incidentId });
    await queue.enqueue([job('a'), job('b'), job('c')]);
    while ((await queue.pending()) > 0) {
      await runner.drain(never);
      clock.advanceTo(clock.now() + 1000);
    }
    expect(most).toBe(1);
  });

  it('cuts an attempt that takes too long, and tries again', async () => {
    const handle: JobHandler['handle'] = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut'))));
    const { queue, runner } = setUp(handle, { timeoutMs: 20 });
    await queue.enqueue([job('a')]);
    await runner.drain(never);
    expect(queue.rows.get('a')).toMatchObject({ lastError: 'took longer than 20 ms', job: { attempts: 1 } });
  });

  it('says when the queue cannot be asked', async () => {
    const { queue, runner } = setUp(done);
    queue.claim = async () => {
      throw new Error('store down');
    };
    await expect(runner.drain(never)).rejects.toThrow('store down');
  });
});

describe('running', () => {
  it('starts at once when nudged, with no more at a time than allowed', async () => {
    let running = 0;
    let most = 0;
    const all = Promise.withResolvers<undefined>();
    let left = 10;
    const handle = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (--left === 0) all.resolve(undefined);
      return { kind: 'done' } as const;
    };
    const { queue, runner, stop } = setUp(handle, { concurrency: 3 }, true);
    const ended = runner.run(stop.signal);
    await new Promise((resolve) => setImmediate(resolve));
    await queue.enqueue(Array.from({ length: 10 }, (_, index) => job(`job ${index}`)));
    runner.wake('evidence');
    await all.promise;
    stop.abort();
    await ended;
    expect(most).toBe(3);
    expect(await queue.pending()).toBe(0);
  });

  it('says ever more seldom that what it did cannot be written down while the store is away', async () => {
    const { queue, runner, lines, counts } = setUp(done, { concurrency: 1 });
    queue.finish = async () => {
      throw new StoreUnavailable('the disk of the store is full: make room');
    };
    await queue.enqueue(Array.from({ length: 100 }, (_, i) => job(`job ${i}`)));
    await runner.drain(never);
    expect(counts.get('tattle_work_errors_total{"loop":"evidence"}')).toBe(100);
    expect(lines.filter((line) => line.startsWith('work failed to be recorded'))).toHaveLength(7);
  });

  it('outlives a queue that fails for a while', async () => {
    const ran = Promise.withResolvers<undefined>();
    const { queue, runner, stop, counts } = setUp(
      async () => {
        ran.resolve(undefined);
        return { kind: 'done' };
      },
      {},
      true,
    );
    const claim = queue.claim.bind(queue);
    let failures = 2;
    queue.claim = (...wanted) => (failures-- > 0 ? Promise.reject(new Error('store down')) : claim(...wanted));
    await queue.enqueue([job('a')]);
    const ended = runner.run(stop.signal);
    await ran.promise;
    stop.abort();
    await ended;
    expect(counts.get('tattle_claims_failed_total{"loop":"evidence"}')).toBe(2);
  });

  it('on a stop cancels what is in flight and gives it back uncounted', async () => {
    const started = Promise.withResolvers<undefined>();
    const handle: JobHandler['handle'] = (_, signal) => {
      started.resolve(undefined);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut'))));
    };
    const { queue, runner, stop } = setUp(handle, {}, true);
    await queue.enqueue([job('a')]);
    const ended = runner.run(stop.signal);
    await started.promise;
    stop.abort();
    await ended;
    expect(queue.rows.get('a')).toMatchObject({
      ended: null,
      leasedUntil: 0,
      lastError: 'stopped',
      job: { attempts: 0 },
    });
  });

  it('stops within its grace although a handler ignores the signal', async () => {
    const started = Promise.withResolvers<undefined>();
    const handle: JobHandler['handle'] = () => {
      started.resolve(undefined);
      return new Promise(() => undefined);
    };
    const { queue, runner, stop, lines } = setUp(handle, {}, true);
    await queue.enqueue([job('a')]);
    const ended = runner.run(stop.signal);
    await started.promise;
    stop.abort();
    await ended;
    expect(lines.join()).toContain('ignored the stop');
  });
});
