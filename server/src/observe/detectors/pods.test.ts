import { describe, expect, it } from 'vitest';
import { at, meta, ownedBy, type Raw, WatchedCluster } from '../testing/watched-cluster.ts';

interface PodShape {
  readonly name?: string;
  readonly meta?: object;
  readonly spec?: object;
  readonly status?: object;
  /** The one container's status. */
  readonly web?: object;
  readonly init?: readonly object[];
  /** Ready and ContainersReady, and since when. */
  readonly ready?: readonly [status: 'True' | 'False', since: number];
}

function pod({ name = 'web', meta: metadata = {}, spec = {}, status = {}, web, init, ready }: PodShape = {}): Raw {
  const conditions = [
    { type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) },
    ...(ready
      ? ['Ready', 'ContainersReady'].map((type) => ({ type, status: ready[0], lastTransitionTime: at(ready[1]) }))
      : []),
  ];
  return {
    kind: 'Pod',
    metadata: meta('Pod', name, metadata),
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'web', image: 'shop/web:1', resources: { limits: { memory: '64Mi' } } }],
      ...spec,
    },
    status: {
      phase: 'Running',
      startTime: at(0),
      conditions,
      ...(web && {
        containerStatuses: [
          { name: 'web', image: 'shop/web:1', ready: false, restartCount: 0, state: {}, lastState: {}, ...web },
        ],
      }),
      ...(init && { initContainerStatuses: init }),
      ...status,
    },
  };
}

const ended = (exitCode: number, from: number, to: number, reason = exitCode === 0 ? 'Completed' : 'Error') => ({
  terminated: { exitCode, reason, startedAt: at(from), finishedAt: at(to), containerID: 'containerd://1' },
});
const running = (since: number) => ({ running: { startedAt: at(since) } });
const waiting = (reason: string, message = '') => ({ waiting: { reason, ...(message && { message }) } });

const tell = (...seen: readonly (readonly [number, Raw])[]) => {
  const world = new WatchedCluster();
  for (const [seconds, raw] of seen) world.see(seconds, raw);
  return world;
};

describe('a container that crashes', () => {
  const back = (count: number, from: number, to: number) =>
    pod({
      web: {
        restartCount: count,
        state: waiting('CrashLoopBackOff', 'back-off 10s restarting failed container=web'),
        lastState: ended(1, from, to),
      },
    });

  it('is in a crash loop from its last end on, once for each back-off', () => {
    const world = tell([10, back(1, 5, 6)], [12, back(1, 5, 6)], [40, back(2, 20, 21)]);
    expect(world.story).toEqual(['+CrashLoopBackOff web@6', '+CrashLoopBackOff web@21']);
    expect(world.told[0]).toMatchObject({
      container: 'web',
      type: 'Warning',
      component: 'tattle',
      message: expect.stringContaining('exit code 1'),
    });
  });

  it('has recovered only after it ran for a minute', () => {
    const again = pod({
      ready: ['True', 41],
      web: { ready: true, restartCount: 2, state: running(41), lastState: ended(1, 20, 21) },
    });
    expect(tell([30, back(1, 20, 21)], [41, again]).wait(100).story).toEqual(['+CrashLoopBackOff web@21']);
    expect(tell([30, back(1, 20, 21)], [41, again]).wait(500).story).toEqual([
      '+CrashLoopBackOff web@21',
      '-CrashLoopBackOff web@101',
    ]);
  });

  it('is found in its loop by one who comes late, under the same key', () => {
    const early = tell([10, back(1, 5, 6)]).told[0]?.uid;
    expect(tell([300, back(1, 5, 6)]).told[0]?.uid).toBe(early);
  });

  it('is over when its pod is deleted', () => {
    const world = tell(
      [10, back(1, 5, 6)],
      [
        20,
        pod({
          meta: { deletionTimestamp: at(50) },
          web: { state: waiting('CrashLoopBackOff'), lastState: ended(1, 5, 6) },
        }),
      ],
    );
    expect(world.story).toEqual(['+CrashLoopBackOff web@6', '-CrashLoopBackOff web@20']);
    expect(tell([10, back(1, 5, 6)]).lose(30, back(1, 5, 6)).story[1]).toBe('-CrashLoopBackOff web@30');
  });

  it('killed for memory is OOMKilled, once a kill, while it ends, waits and runs again', () => {
    const kill = (to: number) => ended(137, to - 2, to, 'OOMKilled');
    const world = tell(
      [6, pod({ web: { state: kill(6) } })],
      [7, pod({ web: { restartCount: 1, state: running(7), lastState: kill(6) } })],
      [9, pod({ web: { restartCount: 1, state: kill(9), lastState: kill(6) } })],
      [20, pod({ web: { restartCount: 1, state: waiting('CrashLoopBackOff'), lastState: kill(9) } })],
      [30, pod({ ready: ['True', 30], web: { ready: true, restartCount: 2, state: running(30), lastState: kill(9) } })],
    ).wait(200);
    expect(world.story).toEqual(['+OOMKilled web@6', '+OOMKilled web@9', '-OOMKilled web@90']);
    expect(world.told[0]?.message).toContain('64Mi');
  });

  it('was killed long ago and runs since: silence', () => {
    const old = pod({
      ready: ['True', 10],
      web: { ready: true, restartCount: 1, state: running(10), lastState: ended(137, 1, 9, 'OOMKilled') },
    });
    expect(tell([5000, old]).wait(6000).story).toEqual([]);
  });

  it('by a command that cannot start is a StartError, in back-off too', () => {
    const bad = {
      terminated: {
        exitCode: 128,
        reason: 'StartError',
        message: 'exec: "serve": executable file not found',
        startedAt: '1970-01-01T00:00:00Z',
        finishedAt: at(4),
      },
    };
    const world = tell(
      [5, pod({ web: { state: bad } })],
      [15, pod({ web: { restartCount: 1, state: waiting('CrashLoopBackOff'), lastState: bad } })],
    );
    expect(world.story).toEqual(['+StartError web@4']);
    expect(world.told[0]?.message).toContain('executable file not found');
  });

  it('again and again without back-off restarts too often', () => {
    const restarted = (restartCount: number, from: number, to: number) =>
      pod({
        ready: ['True', 0],
        web: { ready: true, restartCount, state: running(to), lastState: ended(137, from, to) },
      });
    expect(tell([36, restarted(1, 0, 36)], [72, restarted(2, 36, 72)], [108, restarted(3, 72, 108)]).story).toEqual([
      '+RestartingOften web@108',
    ]);
    expect(tell([9000, restarted(3, 0, 9000)]).story).toEqual([]);
  });

  it('in an init container is told with its name', () => {
    const init = {
      name: 'migrate',
      ready: false,
      restartCount: 2,
      state: waiting('CrashLoopBackOff'),
      lastState: ended(3, 10, 11),
    };
    const spec = { initContainers: [{ name: 'migrate', image: 'shop/migrate:1' }] };
    const world = tell([
      20,
      pod({ spec, init: [init], status: { phase: 'Pending' }, web: { state: waiting('PodInitializing') } }),
    ]);
    expect(world.story).toEqual(['+CrashLoopBackOff web@11']);
    expect(world.told[0]).toMatchObject({
      container: 'migrate',
      message: expect.stringContaining('Init container migrate'),
    });
    const done = { ...init, ready: true, state: ended(0, 30, 35), lastState: ended(3, 10, 11) };
    expect(world.see(36, pod({ spec, init: [done], web: { state: running(36) } })).story[1]).toBe(
      '-CrashLoopBackOff web@35',
    );
  });

  it('as a native sidecar is called one', () => {
    const sidecar = {
      name: 'proxy',
      ready: false,
      restartCount: 2,
      state: waiting('CrashLoopBackOff'),
      lastState: ended(1, 10, 11),
    };
    const spec = { initContainers: [{ name: 'proxy', image: 'shop/proxy:1', restartPolicy: 'Always' }] };
    expect(tell([20, pod({ spec, init: [sidecar] })]).told[0]?.message).toContain('Sidecar container proxy');
  });
});

describe('a pod that is done', () => {
  it.each([
    [
      'succeeded',
      pod({ status: { phase: 'Succeeded' }, ready: ['False', 9], web: { restartCount: 5, state: ended(0, 1, 9) } }),
    ],
    [
      'is its job’s to judge',
      pod({ meta: ownedBy('Job', 'batch'), status: { phase: 'Failed' }, web: { state: ended(1, 1, 9) } }),
    ],
    [
      'went down with its node',
      pod({ status: { phase: 'Failed', reason: 'NodeShutdown' }, web: { state: ended(137, 1, 9) } }),
    ],
  ])('says nothing when it %s', (_why, raw) => {
    expect(tell([10, raw]).wait(5000).story).toEqual([]);
  });

  it('failed for good when nobody restarts it', () => {
    const world = tell([
      10,
      pod({ spec: { restartPolicy: 'Never' }, status: { phase: 'Failed' }, web: { state: ended(2, 1, 9) } }),
    ]);
    expect(world.story).toEqual(['+PodFailed web@9']);
    expect(world.told[0]?.message).toContain('exit code 2');
  });

  it('was evicted, which is over once its successor had time to come', () => {
    const evicted = pod({
      status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' },
      web: { state: ended(137, 1, 9) },
    });
    expect(tell([10, evicted]).wait(900).story).toEqual(['+Evicted web@9', '-Evicted web@309']);
    expect(tell([10, evicted]).told[0]?.message).toContain('ephemeral-storage');
    expect(tell([90_000, evicted]).story).toEqual([]);
  });
});

describe('a container that cannot start', () => {
  it.each([
    ['ErrImagePull', 'ImagePullBackOff'],
    ['ImagePullBackOff', 'ImagePullBackOff'],
    ['ErrImageNeverPull', 'ErrImageNeverPull'],
    ['InvalidImageName', 'InvalidImageName'],
    ['CreateContainerConfigError', 'CreateContainerConfigError'],
    ['CreateContainerError', 'CreateContainerError'],
    ['RunContainerError', 'RunContainerError'],
  ])('for %s is raised as %s', (reason, condition) => {
    const world = tell([
      3,
      pod({ status: { phase: 'Pending' }, ready: ['False', 1], web: { state: waiting(reason, 'the detail') } }),
    ]);
    expect(world.story).toEqual([`+${condition} web@3`]);
    expect(world.told[0]).toMatchObject({
      firstSeen: Date.parse(at(1)),
      message: expect.stringContaining('the detail'),
    });
  });

  it('tries its pull again and again: one condition, until it runs', () => {
    const pulling = (reason: string) =>
      pod({ status: { phase: 'Pending' }, ready: ['False', 1], web: { state: waiting(reason) } });
    const world = tell(
      [3, pulling('ErrImagePull')],
      [9, pulling('ImagePullBackOff')],
      [30, pulling('ContainerCreating')],
      [33, pulling('ErrImagePull')],
    );
    expect(world.story).toEqual(['+ImagePullBackOff web@3']);
    expect(world.see(40, pod({ ready: ['True', 39], web: { ready: true, state: running(39) } })).story[1]).toBe(
      '-ImagePullBackOff web@39',
    );
  });

  it.each(['ContainerCreating', 'PodInitializing'])('is only starting while %s', (reason) => {
    expect(
      tell([3, pod({ status: { phase: 'Pending' }, ready: ['False', 0], web: { state: waiting(reason) } })]).wait(900)
        .story,
    ).toEqual([]);
  });
});

describe('a container that runs but is not ready', () => {
  const since = (changed: number, started: number, extra: object = {}) =>
    pod({ ready: ['False', changed], web: { state: running(started), started: true, ...extra } });

  it('after it was ready is Unhealthy at the end of its grace, and cleared when ready', () => {
    const world = tell([100, since(100, 5)]).wait(129);
    expect(world.story).toEqual([]);
    world.wait(300).see(301, pod({ ready: ['True', 300], web: { ready: true, state: running(5) } }));
    expect(world.story).toEqual(['+Unhealthy web@130', '-Unhealthy web@301']);
  });

  it('for a hiccup says nothing', () => {
    const world = tell(
      [100, since(100, 5)],
      [125, pod({ ready: ['True', 125], web: { ready: true, state: running(5) } })],
    );
    expect(world.wait(500).story).toEqual([]);
  });

  it('since its start is given longer, and what its own probes allow', () => {
    expect(tell([5, since(2, 3)]).wait(1000).story).toEqual(['+Unhealthy web@123']);
    const slow = pod({
      ready: ['False', 2],
      spec: { containers: [{ name: 'web', startupProbe: { failureThreshold: 60, periodSeconds: 10 } }] },
      web: { state: running(3), started: false },
    });
    expect(tell([5, slow]).wait(1000).story).toEqual(['+Unhealthy web@633']);
  });

  it('on a lost node is the node’s story, and gets its grace again when the node is back', () => {
    const node = (status: string, changed: number): Raw => ({
      kind: 'Node',
      metadata: meta('Node', 'node-1', { creationTimestamp: at(-9999) }),
      status: { conditions: [{ type: 'Ready', status, lastTransitionTime: at(changed) }] },
    });
    const world = tell([90, node('Unknown', 90)], [100, since(100, 5)]).wait(200);
    expect(world.story).toEqual(['+NodeNotReady node-1@110']);
    world.see(210, node('True', 210)).wait(239);
    expect(world.story).toEqual(['+NodeNotReady node-1@110', '-NodeNotReady node-1@210']);
    expect(world.wait(300).story[2]).toBe('+Unhealthy web@240');
  });

  it('when only the node controller says so says nothing', () => {
    expect(
      tell([100, pod({ ready: ['False', 100], web: { ready: true, state: running(5) } })]).wait(900).story,
    ).toEqual([]);
  });
});

describe('a pod that no node takes', () => {
  const unscheduled = (condition: object) =>
    pod({
      spec: { nodeName: undefined },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', lastTransitionTime: at(1), ...condition }],
      },
    });

  it('is unschedulable after a moment', () => {
    const world = tell([
      2,
      unscheduled({ reason: 'Unschedulable', message: '0/3 nodes are available: 3 Insufficient cpu.' }),
    ]).wait(60);
    expect(world.story).toEqual(['+FailedScheduling web@31']);
    expect(world.told[0]?.message).toContain('Insufficient cpu');
    expect(world.see(70, pod({ ready: ['True', 69], web: { ready: true, state: running(69) } })).story[1]).toBe(
      '-FailedScheduling web@70',
    );
  });

  it('by a gate waits because somebody wants it to', () => {
    expect(tell([2, unscheduled({ reason: 'SchedulingGated' })]).wait(9000).story).toEqual([]);
  });

  it('because no scheduler looks at it is told after a while', () => {
    const unseen = pod({
      spec: { nodeName: undefined, schedulerName: 'custom' },
      status: { phase: 'Pending', conditions: [] },
    });
    const world = tell([2, unseen]).wait(600);
    expect(world.story).toEqual(['+FailedScheduling web@120']);
    expect(world.told[0]?.message).toContain('is custom running?');
  });
});

describe('a pod that should be gone', () => {
  it('is stuck when it is still there a minute after its time', () => {
    const going = pod({
      meta: { deletionTimestamp: at(30), finalizers: ['example.org/hold'] },
      ready: ['False', 20],
      web: { state: ended(137, 1, 25) },
    });
    const world = tell([1, going]).wait(200).lose(300, going);
    expect(world.story).toEqual(['+StuckTerminating web@90', '-StuckTerminating web@300']);
    expect(world.told[0]?.message).toContain('example.org/hold');
  });

  it('has the grace period that it asked for', () => {
    expect(tell([1, pod({ meta: { deletionTimestamp: at(3600) }, ready: ['True', 0] })]).wait(3659).story).toEqual([]);
  });
});

describe('hostile objects', () => {
  it.each([
    { kind: 'Pod', metadata: { name: 'a' }, spec: 7, status: [] },
    {
      kind: 'Pod',
      metadata: { name: 'a', ownerReferences: 'x', labels: [1], finalizers: {} },
      status: {
        conditions: { a: 1 },
        containerStatuses: [null, 3, { state: 'x', lastState: { terminated: [] }, restartCount: '9' }],
      },
    },
    {
      kind: 'Pod',
      metadata: { name: 'a', uid: 5, creationTimestamp: 'x' },
      spec: { containers: [{ env: 'x', args: [{}], volumeMounts: 3 }] },
      status: { containerStatuses: [{ name: 'x', state: { waiting: { reason: {} } } }] },
    },
    {
      kind: 'Pod',
      metadata: JSON.parse('{"name":"a","labels":{"__proto__":"x"},"annotations":{"__proto__":{"y":1}}}'),
    },
    { kind: 'Pod', metadata: null },
    { kind: 'Pod' },
  ])('are read as far as they go: %j', (raw) => {
    const world = tell([5, raw]).wait(4000);
    expect(world.faults).toEqual([]);
  });

  it('cost their own detector alone: its exception is told, the others go on', () => {
    const world = new WatchedCluster();
    const objects = world.cache.of('c');
    const named = objects.named.bind(objects);
    objects.named = (kind, namespace, name) => {
      if (kind === 'Node') throw new Error('the detector is broken');
      return named(kind, namespace, name);
    };
    const web = { state: running(5), started: true, restartCount: 1, lastState: ended(137, 1, 4, 'OOMKilled') };
    world.see(10, pod({ name: 'a', ready: ['False', 9], web }), pod({ name: 'b', ready: ['False', 9], web }));
    expect(world.faults).toEqual(['unready a: the detector is broken', 'unready b: the detector is broken']);
    expect(world.story).toEqual(['+OOMKilled a@4', '+OOMKilled b@4']);
  });

  it('with a time in the future count from when they were seen', () => {
    const ahead = pod({ ready: ['False', 5000], web: { state: running(5), started: true } });
    expect(tell([100, ahead]).wait(200).story).toEqual(['+Unhealthy web@130']);
  });
});
