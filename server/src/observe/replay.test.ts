import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { openRecording, type Recording } from '../kube/recording/recording.ts';
import type { Arrival } from '../model/observation.ts';
import { createEventNormaliser } from './normalise.ts';
import type { ObjectTracker } from './ports.ts';
import { createReplay, type Replay } from './replay.ts';

const example = (name: string) => fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));

interface Bench {
  readonly replay: Replay;
  readonly clock: ManualClock;
  readonly arrivals: Arrival[];
  /** What the tracker was told, in order, with the clock's time since the start. */
  readonly told: string[];
  readonly observed: () => number;
  readonly settled: () => number;
}

function bench(
  recording: Recording,
  settle: (replay: Replay, clock: ManualClock) => Promise<void> = async () => {},
): Bench {
  const clock = new ManualClock(0);
  const arrivals: Arrival[] = [];
  const told: string[] = [];
  const since = () => clock.now() - recording.baseTime;
  let observed = 0;
  let settled = 0;
  const tracker: ObjectTracker = {
    replace: (_cluster, resource, items, complete) => {
      told.push(`${since()} list ${resource.resource} ${items.length} ${complete}`);
      return [];
    },
    change: (_cluster, resource, type) => {
      told.push(`${since()} ${type} ${resource.resource}`);
      return [];
    },
    markKnowledge: (_cluster, kind, knowledge) => void told.push(`knows ${kind} ${knowledge}`),
    takeChanges: () => [],
    tick: (_cluster, now) => {
      told.push(`tick ${now - recording.baseTime}`);
      return [];
    },
  };
  const replay = createReplay({
    recording,
    clock,
    intake: {
      offer: async (offered, progress) => {
        arrivals.push(...offered);
        observed += progress?.observed?.items ?? 0;
      },
    },
    normalise: createEventNormaliser(clock),
    tracker,
    settle: async () => {
      settled += 1;
      await settle(replay, clock);
    },
    holdDownMs: 60_000,
    customResources: ['widgets.example.com'],
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  return { replay, clock, arrivals, told, observed: () => observed, settled: () => settled };
}

describe('replaying a recording', () => {
  it('offers every list item and watch event of one event stream, and tracks all object traffic', async () => {
    const bed = bench(await openRecording(example('states')));
    await bed.replay.run(new AbortController().signal);
    // 9 listed, 166 added, 391 modified: the file of events.k8s.io alone.
    expect(bed.arrivals).toHaveLength(566);
    expect(bed.arrivals.every((arrival) => arrival.kind === 'observation')).toBe(true);
    const listed = 4 + 1 + 1;
    const changed = 114 + 18 + 11 + 7 + 1 + 200 + 96 + 1;
    expect(bed.observed()).toBe(listed + changed);
    expect(bed.replay.cluster).toEqual({ uid: 'a775fabc-2225-45a1-8095-a1eb8625fadf', name: 'states' });
    expect(bed.replay.report()).toMatchObject({ broken: 0, finished: true });
  });

  it('ticks at every second of recorded time and goes on by the hold-down only', async () => {
    const recording = await openRecording(example('states'));
    const bed = bench(recording);
    await bed.replay.run(new AbortController().signal);
    const ticks = bed.told.filter((each) => each.startsWith('tick')).map((each) => Number(each.slice(5)));
    expect(ticks).toEqual(Array.from({ length: 480 }, (_, index) => (index + 1) * 1000));
    expect(bed.clock.now() - recording.baseTime).toBe(420_409 + 60_000);
  });

  it('gives the same steps at the same times whether jobs are quick or slow', async () => {
    const recording = await openRecording(example('story'));
    const quick = bench(recording);
    await quick.replay.run(new AbortController().signal);
    const slow = bench(recording, () => new Promise((resolve) => setImmediate(resolve)));
    await slow.replay.run(new AbortController().signal);
    expect(slow.told).toEqual(quick.told);
    expect(slow.arrivals).toEqual(quick.arrivals);
    expect(slow.settled()).toBe(quick.settled());
  });

  it('says what it does not know: kinds without a file are not watched', async () => {
    const bed = bench(await openRecording(example('states')));
    await bed.replay.run(new AbortController().signal);
    expect(bed.told.filter((each) => /knows (Pod|EndpointSlice|Node|widgets)/.test(each))).toEqual([
      'knows Node syncing',
      'knows Pod syncing',
      'knows EndpointSlice not-watched',
      'knows widgets.example.com not-watched',
      'knows Node synced',
      'knows Pod synced',
    ]);
    const signal = new AbortController().signal;
    const slice = { kind: 'EndpointSlice', namespace: 'a', name: 'b', uid: '' };
    await expect(bed.replay.reader.getObject(slice, signal)).rejects.toThrow(/unknown/);
  });

  it('shows jobs the cluster as it was at their moment', async () => {
    const recording = await openRecording(example('story'));
    const seen: (string | undefined)[] = [];
    const bed = bench(recording, async (replay, clock) => {
      if (clock.now() - recording.baseTime < 226_000 || seen.length > 0) return;
      const signal = new AbortController().signal;
      const pod = (name: string) => ({ kind: 'Pod', namespace: 'accounts', name, uid: '' });
      const failing = await replay.reader.getObject(pod('login-648fdd97db-dvgzb'), signal);
      const later = await replay.reader.getObject(pod('encoder-678b7b7f9f-rq6zl'), signal);
      const log = await replay.reader.podLog(
        {
          namespace: 'accounts',
          pod: 'login-648fdd97db-dvgzb',
          container: 'login',
          previous: false,
          tailLines: 1,
          limitBytes: 9999,
        },
        signal,
      );
      seen.push(
        failing?.['kind'] as string,
        later === null ? 'not yet' : 'there',
        log.kind === 'log' ? log.text : log.error,
      );
    });
    await bed.replay.run(new AbortController().signal);
    expect(seen).toEqual(['Pod', 'not yet', expect.stringContaining('line 88, in load')]);
    const gone = await bed.replay.reader.podLog(
      {
        namespace: 'accounts',
        pod: 'login-648fdd97db-dvgzb',
        container: 'login',
        previous: false,
        tailLines: 1,
        limitBytes: 9999,
      },
      new AbortController().signal,
    );
    expect(gone).toEqual({ kind: 'error', error: 'pods "login-648fdd97db-dvgzb" not found' });
  });

  it('lists what was recorded, and knows nothing of what was not', async () => {
    const bed = bench(await openRecording(example('story')));
    const signal = new AbortController().signal;
    await bed.replay.run(signal);
    const { reader } = bed.replay;
    const pods = await reader.listObjects('Pod', 'pair', signal);
    const names = pods?.map((pod) => (pod['metadata'] as { name: string }).name.split('-')[0]);
    expect(names?.sort()).toEqual(['north', 'south']);
    expect(await reader.listObjects('Pod', 'nobody', signal)).toEqual([]);
    expect(await reader.listObjects('ResourceQuota', 'pair', signal)).toBeNull();
    expect(await reader.podMetrics('pair', 'north', signal)).toBeNull();
  });

  it('tracks what a live source would watch, custom resources it is told of included, and never reads Secrets', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'replay-'));
    try {
      const file = (resource: string, apiVersion: string, kind: string) => {
        const object = { kind, apiVersion, metadata: { name: 'x', namespace: 'shop', uid: `${resource}-1` } };
        return writeFile(join(folder, `${resource}.ndjson`), JSON.stringify({ t: 1, resource, type: 'ADDED', object }));
      };
      await file('cronjobs', 'batch/v1beta1', 'CronJob');
      await file('widgets', 'example.com/v1', 'Widget');
      await file('services', 'serving.knative.dev/v1', 'Service');
      await file('secrets', 'v1', 'Secret');
      const bed = bench(await openRecording(folder));
      await bed.replay.run(new AbortController().signal);
      expect(bed.told.filter((each) => each.includes('ADDED'))).toEqual(['1000 ADDED cronjobs', '1000 ADDED widgets']);
      expect(bed.observed()).toBe(2);
      const read = (kind: string, uid = '') =>
        bed.replay.reader.getObject({ kind, namespace: 'shop', name: 'x', uid }, new AbortController().signal);
      expect(await read('Service')).toMatchObject({ kind: 'Service', apiVersion: 'serving.knative.dev/v1' });
      expect(await read('Widget', 'of its successor')).toBeNull();
      await expect(read('Secret')).rejects.toThrow(/holds no Secret/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('keeps a broken event line aside as a dead letter that names its place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'replay-'));
    try {
      await writeFile(
        join(folder, 'events.ndjson'),
        `{"t":0,"resource":"events","type":"LIST","resourceVersion":"1","items":[],"apiVersion":"v1","kind":"EventList"}\n{"t":1,"resou`,
      );
      const bed = bench(await openRecording(folder));
      await bed.replay.run(new AbortController().signal);
      expect(bed.arrivals).toEqual([
        expect.objectContaining({ kind: 'dead-letter', error: expect.stringMatching(/^events.ndjson:2: not JSON/) }),
      ]);
      expect(bed.replay.report()).toMatchObject({ broken: 1, lines: 2 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('stops where it is when told to', async () => {
    const stop = new AbortController();
    const bed = bench(await openRecording(example('states')), async () => stop.abort());
    await bed.replay.run(stop.signal);
    expect(bed.replay.report().finished).toBe(false);
    expect(bed.settled()).toBeLessThan(3);
    expect(bed.replay.status()[0]?.health).toBe('stopped');
  });
});
