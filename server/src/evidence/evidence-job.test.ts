import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '../kit/clock.ts';
import { createJobRunner } from '../kit/job-runner.ts';
import { RateLimit } from '../kit/rate-limit.ts';
import { MemoryJobQueue } from '../kit/testing/memory-job-queue.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { Evidence, Incident } from '../model/incident.ts';
import type { ClusterReader } from '../model/ports/cluster.ts';
import { createEvidenceHandler } from './evidence-job.ts';
import { incidentAt } from './testing/incident-at.ts';
import { cachedObject, EMPTY_READER, MemoryCache } from './testing/recorded-cluster.ts';

const never = new AbortController().signal;
const pod = { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'web-uid' };
const incident = incidentAt(pod);

function setUp(podLog: ClusterReader['podLog'], state: () => Incident = () => incident) {
  const clock = new ManualClock(1000);
  const queue = new MemoryJobQueue();
  const saved: Evidence[] = [];
  const captured: string[] = [];
  const cache = new MemoryCache();
  const containerStatuses = [{ name: 'app', restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } }];
  const metadata = { namespace: 'shop', name: 'web', uid: 'web-uid' };
  cache.put(cachedObject('Pod', { metadata, spec: {}, status: { phase: 'Running', containerStatuses } }));
  const handler = createEvidenceHandler({
    history: { incident: async () => state(), evidence: async () => saved },
    store: { saveEvidence: async (evidence) => void saved.push(...evidence) },
    queue,
    clock,
    cache,
    readerOf: () => ({ ...EMPTY_READER, podLog }),
    relatedEvents: async () => [],
    recentChanges: async () => [],
    redaction: { text: (text) => text, structure: (value) => value },
    limit: new RateLimit({ perSecond: 1000, burst: 1000 }, systemClock),
    onCaptured: (id) => captured.push(id),
  });
  const runner = createJobRunner({ queue, clock, ...quiet(), handlers: [handler], stopGraceMs: 2000 });
  const enqueue = (key: string) =>
    queue.enqueue([{ kind: 'evidence', incidentId: 'inc_1', key, runAt: 1000, payload: {} }]);
  const rounds = () => new Set(saved.map(({ capturedAt }) => capturedAt)).size;
  return { clock, queue, saved, captured, runner, enqueue, rounds };
}

describe('an evidence job', () => {
  it('captures once when everything could be had, and says so', async () => {
    const { queue, saved, captured, runner, enqueue } = setUp(async () => ({ kind: 'log', text: 'boom' }));
    await enqueue('evidence:1');
    await runner.drain(never);
    expect(saved.map(({ kind }) => kind).sort()).toEqual(['events', 'log', 'previous-log', 'spec', 'status']);
    expect(captured).toEqual(['inc_1']);
    expect(await queue.pending('evidence')).toBe(0);
    expect(await queue.pending('diagnosis')).toBe(1);
  });

  it('captures again while a log that must exist is missing, five times at the most', async () => {
    const { clock, queue, saved, runner, enqueue, rounds } = setUp(async () => ({ kind: 'error', error: 'not found' }));
    await enqueue('evidence:1');
    const times: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const before = rounds();
      await runner.drain(never);
      if (rounds() > before) times.push(clock.now());
      clock.advanceTo(Math.max(...[...queue.rows.values()].map(({ job }) => job.runAt)));
    }
    expect(times).toEqual([1000, 6000, 36_000, 156_000, 756_000]);
    expect(new Set(saved.map(({ id }) => id)).size).toBe(saved.length);
    expect(await queue.pending('evidence')).toBe(0);
  });

  it('ends early when the log comes', async () => {
    let calls = 0;
    const podLog: ClusterReader['podLog'] = async () =>
      ++calls > 2 ? { kind: 'log', text: 'boom' } : { kind: 'error', error: 'not found' };
    const { clock, queue, runner, enqueue, rounds } = setUp(podLog);
    await enqueue('evidence:1');
    await runner.drain(never);
    clock.advanceTo(6000);
    await runner.drain(never);
    expect(rounds()).toBe(2);
    expect(await queue.pending('evidence')).toBe(0);
  });

  it('does not capture again what is over by then', async () => {
    let now = incident;
    const { clock, runner, enqueue, rounds } = setUp(
      async () => ({ kind: 'error', error: 'not found' }),
      () => now,
    );
    await enqueue('evidence:1');
    await runner.drain(never);
    now = { ...incident, state: 'resolved' };
    clock.advanceTo(6000);
    await runner.drain(never);
    expect(rounds()).toBe(1);
  });

  it('never captures one incident twice at once', async () => {
    let running = 0;
    let most = 0;
    const { clock, queue, runner, enqueue } = setUp(async ({ previous }) => {
      if (previous) most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      if (previous) running -= 1;
      return { kind: 'log', text: 'boom' };
    });
    await enqueue('evidence:1');
    await enqueue('evidence:2');
    while ((await queue.pending('evidence')) > 0) {
      await runner.drain(never);
      clock.advanceTo(clock.now() + 1000);
    }
    expect(most).toBe(1);
  });

  it('that is stopped keeps nothing and is given back', async () => {
    const stop = new AbortController();
    const { queue, saved, runner, enqueue } = setUp((_, signal) => {
      stop.abort(new Error('stopping'));
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut'))));
    });
    await enqueue('evidence:1');
    await expect(runner.drain(stop.signal)).rejects.toThrow('stopping');
    expect(saved).toEqual([]);
    expect(queue.rows.get('evidence:1')).toMatchObject({ ended: null, leasedUntil: 0, job: { attempts: 0 } });
  });
});
