import { describe, expect, it } from 'vitest';
import { at, cluster, meta, ownedBy, type Raw, WatchedCluster } from '../testing/watched-cluster.ts';

const condition = (type: string, status: string, since: number, reason = '', message = '') => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: at(since),
  lastUpdateTime: at(since),
});

function deployment(
  available: number,
  conditions: readonly object[],
  extra: { spec?: object; status?: object; meta?: object } = {},
): Raw {
  const replicas = (extra.spec as { replicas?: number } | undefined)?.replicas ?? 2;
  return {
    kind: 'Deployment',
    metadata: meta('Deployment', 'web', { generation: 1, ...extra.meta }),
    spec: { replicas, progressDeadlineSeconds: 600, template: { metadata: { labels: { app: 'web' } } }, ...extra.spec },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: available,
      conditions,
      ...extra.status,
    },
  };
}

const rolledOut = condition('Progressing', 'True', 0, 'NewReplicaSetAvailable');
const rolling = condition('Progressing', 'True', 100, 'ReplicaSetUpdated');

function pod(name: string, ready: boolean, since: number, owner: object, extra: object = {}): Raw {
  return {
    kind: 'Pod',
    metadata: meta('Pod', name, { labels: { app: 'web' }, ...owner, ...extra }),
    spec: { nodeName: 'node-1', containers: [{ name: 'web' }] },
    status: {
      phase: 'Running',
      conditions: ['Ready', 'ContainersReady'].map((type) => condition(type, ready ? 'True' : 'False', since)),
      containerStatuses: [
        { name: 'web', ready, restartCount: 0, started: true, state: { running: { startedAt: at(0) } }, lastState: {} },
      ],
    },
  };
}

const only = (world: WatchedCluster, name: string) => world.story.filter((line) => line.includes(` ${name}@`));

describe('a Deployment', () => {
  it('without any available replica is told after a minute, and over a minute after it is back', () => {
    const world = new WatchedCluster()
      .see(5, deployment(2, [rolledOut, condition('Available', 'True', 3)]))
      .see(100, deployment(0, [rolledOut, condition('Available', 'False', 100, 'MinimumReplicasUnavailable')]))
      .see(300, deployment(2, [rolledOut, condition('Available', 'True', 300)]))
      .wait(900);
    expect(world.story).toEqual(['+MinimumReplicasUnavailable web@160', '-MinimumReplicasUnavailable web@360']);
  });

  it('that is available for moments between crashes stays one problem', () => {
    const down = (since: number) => deployment(0, [rolledOut, condition('Available', 'False', since)]);
    const up = (since: number) => deployment(2, [rolledOut, condition('Available', 'True', since)]);
    const world = new WatchedCluster().see(100, down(100)).see(200, up(200)).see(202, down(202)).wait(250);
    expect(world.story).toEqual(['+MinimumReplicasUnavailable web@160']);
  });

  it.each([
    ['scaled to nothing', deployment(0, [rolledOut, condition('Available', 'False', 100)], { spec: { replicas: 0 } })],
    ['with one of two replicas', deployment(1, [rolledOut, condition('Available', 'False', 100)])],
    [
      'whose controller has not looked yet',
      deployment(0, [rolledOut, condition('Available', 'False', 100)], { meta: { generation: 2 } }),
    ],
    [
      'being deleted',
      deployment(0, [rolledOut, condition('Available', 'False', 100)], { meta: { deletionTimestamp: at(100) } }),
    ],
    ['in a rollout that gets on', deployment(0, [rolling, condition('Available', 'False', 100)])],
  ])('%s says nothing for minutes', (_what, raw) => {
    expect(new WatchedCluster().see(100, raw).wait(600).story).toEqual([]);
  });

  it('whose only trouble is a lost node says nothing, until the node is back and it is not', () => {
    const owner = ownedBy('ReplicaSet', 'web-1');
    const node = (status: string, since: number): Raw => ({
      kind: 'Node',
      metadata: meta('Node', 'node-1', { creationTimestamp: at(-9999) }),
      status: { conditions: [condition('Ready', status, since)] },
    });
    const world = new WatchedCluster()
      .see(5, {
        kind: 'ReplicaSet',
        metadata: meta('ReplicaSet', 'web-1', ownedBy('Deployment', 'web')),
        spec: {},
        status: {},
      })
      .see(
        5,
        pod('web-1-a', true, 3, owner),
        node('True', 0),
        deployment(2, [rolledOut, condition('Available', 'True', 3)]),
      )
      .see(100, node('Unknown', 100), pod('web-1-a', false, 100, owner))
      .see(101, deployment(0, [rolledOut, condition('Available', 'False', 101)]))
      .wait(400);
    expect(world.story).toEqual(['+NodeNotReady node-1@120']);
    expect(only(world.see(401, node('True', 401)).wait(600), 'web')).toEqual(['+MinimumReplicasUnavailable web@431']);
  });

  it('past its progress deadline, refused its pods', () => {
    const late = deployment(1, [
      condition(
        'Progressing',
        'False',
        700,
        'ProgressDeadlineExceeded',
        'ReplicaSet "web-2" has timed out progressing.',
      ),
    ]);
    const refused = deployment(1, [
      rolling,
      condition('ReplicaFailure', 'True', 800, 'FailedCreate', 'exceeded quota: team'),
    ]);
    const world = new WatchedCluster()
      .see(700, late)
      .see(800, refused)
      .see(900, deployment(2, [rolledOut]));
    expect(world.story).toEqual([
      '+ProgressDeadlineExceeded web@700',
      '+FailedCreate web@800',
      '-ProgressDeadlineExceeded web@800',
      '-FailedCreate web@900',
    ]);
  });

  it('without a deadline is stuck when its rollout does not move for ten minutes', () => {
    const stuck = deployment(2, [], {
      spec: { progressDeadlineSeconds: 2_147_483_647 },
      status: { updatedReplicas: 1, replicas: 3 },
    });
    expect(new WatchedCluster().see(100, stuck).wait(5000).story).toEqual(['+RolloutStuck web@700']);
    const paused = deployment(2, [], {
      spec: { progressDeadlineSeconds: 2_147_483_647, paused: true },
      status: { updatedReplicas: 1 },
    });
    expect(new WatchedCluster().see(100, paused).wait(5000).story).toEqual([]);
  });
});

describe('a StatefulSet', () => {
  const set = (ready: number, extra: object = {}, spec: object = {}): Raw => ({
    kind: 'StatefulSet',
    metadata: meta('StatefulSet', 'db', { generation: 1 }),
    spec: { replicas: 3, ...spec },
    status: {
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: ready,
      updatedReplicas: 3,
      currentRevision: 'a',
      updateRevision: 'a',
      ...extra,
    },
  });
  const owner = ownedBy('StatefulSet', 'db');

  it('short of a replica is told since that one is not ready', () => {
    const world = new WatchedCluster()
      .see(100, pod('db-0', false, 98, owner, { labels: {} }))
      .see(100, set(2))
      .wait(900);
    expect(only(world, 'db')).toEqual(['+ReplicasUnavailable db@158']);
    expect(world.told.find(({ object }) => object.name === 'db')).toMatchObject({
      firstSeen: Date.parse(at(98)),
      message: 'Only 2 of 3 wanted replicas are ready',
    });
    world
      .see(1000, pod('db-0', true, 1000, owner))
      .see(1001, set(3))
      .wait(1100);
    expect(only(world, 'db')[1]).toBe('-ReplicasUnavailable db@1060');
  });

  it('that is updated replica by replica says nothing', () => {
    const updating = { updatedReplicas: 1, updateRevision: 'b' };
    const world = new WatchedCluster()
      .see(100, pod('db-2', false, 98, owner, { labels: {}, creationTimestamp: at(98) }))
      .see(100, set(2, updating));
    world.see(180, pod('db-2', true, 180, owner)).see(181, set(3, updating));
    expect(only(world.wait(3000), 'db')).toEqual([]);
  });

  it('scaled to nothing says nothing', () => {
    expect(new WatchedCluster().see(100, set(0, { replicas: 0 }, { replicas: 0 })).wait(900).story).toEqual([]);
  });
});

describe('a DaemonSet', () => {
  const set = (ready: number, updated = 3): Raw => ({
    kind: 'DaemonSet',
    metadata: meta('DaemonSet', 'agent', { generation: 1 }),
    spec: {},
    status: { observedGeneration: 1, desiredNumberScheduled: 3, numberReady: ready, updatedNumberScheduled: updated },
  });

  it('short of a pod is told; being rolled out it has ten minutes', () => {
    expect(new WatchedCluster().see(100, set(2)).wait(900).story).toEqual(['+ReplicasUnavailable agent@160']);
    expect(new WatchedCluster().see(100, set(2, 1)).wait(600).see(601, set(3)).wait(2000).story).toEqual([]);
  });
});

describe('a Job', () => {
  const job = (name: string, conditions: readonly object[], extra: object = {}): Raw => ({
    kind: 'Job',
    metadata: meta('Job', name, extra),
    spec: { backoffLimit: 2 },
    status: { failed: 3, conditions },
  });

  it.each(['BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy'])(
    'that failed for %s is told by that name',
    (reason) => {
      const world = new WatchedCluster()
        .see(90, job('batch', [condition('FailureTarget', 'True', 89, reason)]))
        .see(91, job('batch', [condition('Failed', 'True', 90, reason, 'it went wrong')]));
      expect(world.story).toEqual([`+${reason} batch@90`]);
      expect(world.told[0]?.message).toContain('it went wrong');
    },
  );

  it('that is done, suspended or retries says nothing', () => {
    const world = new WatchedCluster().see(
      90,
      job('a', [condition('Complete', 'True', 90)]),
      job('b', [condition('Suspended', 'True', 1)]),
      job('c', []),
    );
    expect(world.wait(9000).story).toEqual([]);
  });

  it('is history when a later run of its CronJob succeeded', () => {
    const cron = ownedBy('CronJob', 'nightly');
    const world = new WatchedCluster()
      .see(90, job('n-1', [condition('Failed', 'True', 90, 'BackoffLimitExceeded')], cron))
      .see(3600, job('n-2', [], { ...cron, creationTimestamp: at(3600) }))
      .see(3700, job('n-2', [condition('Complete', 'True', 3699)], { ...cron, creationTimestamp: at(3600) }));
    expect(world.story).toEqual(['+BackoffLimitExceeded n-1@90', '-BackoffLimitExceeded n-1@3699']);
  });
});

describe('a CronJob', () => {
  const cron = (spec: object, status: object = {}, extra: object = {}): Raw => ({
    kind: 'CronJob',
    metadata: meta('CronJob', 'nightly', { generation: 1, ...extra }),
    spec: { schedule: '*/10 * * * *', ...spec },
    status,
  });

  it('that misses a run is told two minutes later, and is well after the next', () => {
    const world = new WatchedCluster().see(5, cron({})).wait(719);
    expect(world.story).toEqual([]);
    world.wait(1000).see(1201, cron({}, { lastScheduleTime: at(1200) }));
    expect(world.story).toEqual(['+MissSchedule nightly@720', '-MissSchedule nightly@1201']);
  });

  it.each([
    ['is suspended', cron({ suspend: true })],
    ['may not run twice at once, and runs', cron({ concurrencyPolicy: 'Forbid' }, { active: [{ name: 'x' }] })],
    ['has a schedule that nobody can read', cron({ schedule: 'every day' })],
    ['has an unknown time zone', cron({ timeZone: 'Middle/Earth' })],
  ])('that %s misses nothing', (_why, raw) => {
    expect(new WatchedCluster().see(5, raw).wait(90_000).story).toEqual([]);
  });

  it('that was suspended until now is only expected from now on', () => {
    const world = new WatchedCluster()
      .see(5, cron({ suspend: true }))
      .see(7000, cron({ suspend: false }, {}, { generation: 2 }))
      .wait(7300);
    expect(world.story).toEqual([]);
    expect(world.wait(7400).story).toEqual(['+MissSchedule nightly@7320']);
  });
});

describe('a Service', () => {
  const service = (spec: object = {}): Raw => ({
    kind: 'Service',
    metadata: meta('Service', 'web'),
    spec: { selector: { app: 'web' }, ...spec },
  });
  const slice = (...ready: readonly (boolean | undefined)[]): Raw => ({
    kind: 'EndpointSlice',
    metadata: meta('EndpointSlice', 'web-x', { labels: { 'kubernetes.io/service-name': 'web' } }),
    endpoints: ready.map((each) => ({ conditions: { ready: each } })),
  });
  const mine = ownedBy('ReplicaSet', 'web-1');

  it('none of whose pods is ready has no endpoints', () => {
    const world = new WatchedCluster()
      .sync('Pod')
      .see(5, service(), pod('web-a', true, 3, mine))
      .see(100, pod('web-a', false, 100, mine))
      .wait(900);
    expect(only(world, 'web')).toEqual(['+NoEndpoints web@160']);
    expect(only(world.see(1000, pod('web-a', true, 1000, mine)).wait(1100), 'web')[1]).toBe('-NoEndpoints web@1060');
  });

  it('goes by its slices where they are known', () => {
    const known = () =>
      new WatchedCluster().sync('Pod', 'EndpointSlice').see(5, service(), pod('web-a', false, 3, mine));
    expect(only(known().see(6, slice(false)).wait(900), 'web')).toEqual(['+NoEndpoints web@120']);
    expect(only(known().see(6, slice(undefined)).wait(900), 'web')).toEqual([]);
  });

  it.each([
    ['has no pods because nobody wants any', [service()]],
    ['has no selector', [service({ selector: undefined }), pod('web-a', false, 3, mine)]],
    ['is a name for something outside', [service({ type: 'ExternalName' }), pod('web-a', false, 3, mine)]],
    ['publishes pods that are not ready', [service({ publishNotReadyAddresses: true }), pod('web-a', false, 3, mine)]],
    ['selects other pods', [service({ selector: { app: 'other' } }), pod('web-a', false, 3, mine)]],
  ])('says nothing when it %s', (_why, objects) => {
    expect(
      only(
        new WatchedCluster()
          .sync('Pod')
          .see(5, ...objects)
          .wait(900),
        'web',
      ),
    ).toEqual([]);
  });

  it('whose wanted pods are all missing has no endpoints', () => {
    const world = new WatchedCluster()
      .sync('Pod', 'Deployment')
      .see(100, service(), deployment(0, [rolling]))
      .wait(900);
    expect(only(world, 'web')).toContain('+NoEndpoints web@160');
  });

  it('is unknown where pods and slices are', () => {
    expect(only(new WatchedCluster().see(5, service(), pod('web-a', false, 3, mine)).wait(900), 'web')).toEqual([]);
    expect(only(new WatchedCluster().see(5, service(), deployment(0, [rolling])).wait(500), 'web')).toEqual([]);
  });
});

describe('a PersistentVolumeClaim', () => {
  const claim = (phase: string, annotations: object = {}): Raw => ({
    kind: 'PersistentVolumeClaim',
    metadata: meta('PersistentVolumeClaim', 'data', { annotations }),
    spec: {
      storageClassName: 'fast',
      resources: { requests: { storage: '10Gi' } },
      volumeName: phase === 'Lost' ? 'pv-1' : undefined,
    },
    status: { phase },
  });
  const consumer = (message: string): Raw => ({
    kind: 'Pod',
    metadata: meta('Pod', 'db', { creationTimestamp: at(10) }),
    spec: { containers: [], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
    status: { phase: 'Pending', conditions: [{ ...condition('PodScheduled', 'False', 11, 'Unschedulable', message) }] },
  });

  it('that a pod waits for does not bind', () => {
    const world = new WatchedCluster()
      .see(5, claim('Pending'))
      .see(11, consumer('pod has unbound immediate PersistentVolumeClaims'))
      .wait(500);
    expect(only(world, 'data')).toEqual(['+PersistentVolumeClaimPending data@70']);
    expect(only(world.see(600, claim('Bound')), 'data')[1]).toBe('-PersistentVolumeClaimPending data@600');
  });

  it('waits for a consumer, or its consumer for something else: silence', () => {
    expect(only(new WatchedCluster().see(5, claim('Pending')).wait(9000), 'data')).toEqual([]);
    expect(
      only(
        new WatchedCluster().see(5, claim('Pending')).see(11, consumer('3 Insufficient memory.')).wait(9000),
        'data',
      ),
    ).toEqual([]);
  });

  it('whose node is chosen waits for its volume, whatever the scheduler says', () => {
    const chosen = claim('Pending', { 'volume.kubernetes.io/selected-node': 'node-1' });
    expect(only(new WatchedCluster().see(5, chosen).see(11, consumer('')).wait(9000), 'data')).toEqual([
      '+PersistentVolumeClaimPending data@70',
    ]);
  });

  it('that lost its volume is told at once', () => {
    expect(new WatchedCluster().see(5, claim('Lost')).story).toEqual(['+PersistentVolumeClaimLost data@5']);
  });
});

describe('a HorizontalPodAutoscaler', () => {
  const scaler = (conditions: readonly object[], annotations: object = {}): Raw => ({
    kind: 'HorizontalPodAutoscaler',
    metadata: meta('HorizontalPodAutoscaler', 'web', { annotations }),
    spec: { maxReplicas: 5 },
    status: conditions.length > 0 ? { conditions } : {},
  });
  const blind = condition(
    'ScalingActive',
    'False',
    10,
    'FailedGetResourceMetric',
    'no metrics returned from resource metrics API',
  );

  it('that cannot read its metrics is told by the reason', () => {
    const world = new WatchedCluster()
      .see(10, scaler([blind]))
      .wait(500)
      .see(600, scaler([condition('ScalingActive', 'True', 599, 'ValidMetricFound')]));
    expect(world.story).toEqual(['+FailedGetResourceMetric web@100', '-FailedGetResourceMetric web@600']);
  });

  it('of v1 hides the same in an annotation', () => {
    const annotation = { 'autoscaling.alpha.kubernetes.io/conditions': JSON.stringify([blind]) };
    expect(new WatchedCluster().see(10, scaler([], annotation)).wait(500).story).toEqual([
      '+FailedGetResourceMetric web@100',
    ]);
  });

  it.each([
    condition('ScalingActive', 'False', 10, 'ScalingDisabled'),
    condition('AbleToScale', 'False', 10, 'BackoffDownscale'),
    condition('ScalingLimited', 'True', 10, 'TooManyReplicas'),
  ])('that waits or was switched off says nothing: $reason', (said) => {
    expect(new WatchedCluster().see(10, scaler([said])).wait(5000).story).toEqual([]);
  });
});

describe('a Node', () => {
  const node = (created: number, ...conditions: readonly object[]): Raw => ({
    kind: 'Node',
    metadata: meta('Node', 'n1', { creationTimestamp: at(created) }),
    status: { conditions },
  });

  it('under pressure is told at once, lost after its grace, and a reboot within it not at all', () => {
    expect(
      new WatchedCluster().see(100, node(-9999, condition('DiskPressure', 'True', 99, 'KubeletHasDiskPressure'))).story,
    ).toEqual(['+DiskPressure n1@100']);
    const blink = new WatchedCluster()
      .see(100, node(-9999, condition('Ready', 'False', 100)))
      .see(115, node(-9999, condition('Ready', 'True', 115)));
    expect(blink.wait(900).story).toEqual([]);
  });

  it('that joins is given time to start', () => {
    const world = new WatchedCluster().see(
      1,
      node(
        0,
        condition('Ready', 'False', 1, 'KubeletNotReady', 'cni plugin not initialized'),
        condition('NetworkUnavailable', 'True', 1),
      ),
    );
    expect(world.wait(119).story).toEqual([]);
    expect(world.wait(200).story).toEqual(['+NodeNotReady n1@120', '+NetworkUnavailable n1@120']);
  });

  it('whose pressure is unknown since it is lost is not relieved', () => {
    const world = new WatchedCluster()
      .see(100, node(-9999, condition('MemoryPressure', 'True', 90)))
      .see(200, node(-9999, condition('MemoryPressure', 'Unknown', 200)));
    expect(world.story).toEqual(['+MemoryPressure n1@100']);
    expect(world.see(300, node(-9999, condition('MemoryPressure', 'False', 300))).story[1]).toBe(
      '-MemoryPressure n1@300',
    );
  });
});

describe('a custom resource', () => {
  const release = (conditions: readonly object[], extra: object = {}): Raw => ({
    kind: 'Release',
    metadata: meta('Release', 'app', { generation: 2 }),
    status: { conditions, ...extra },
  });

  it('that is not ready is told, later if it is still at it', () => {
    expect(
      new WatchedCluster().see(10, release([condition('Ready', 'False', 10, 'InstallFailed', 'boom')])).wait(900).story,
    ).toEqual(['+NotReady app@70']);
    expect(
      new WatchedCluster().see(10, release([condition('Ready', 'False', 10, 'Progressing')])).wait(600).story,
    ).toEqual([]);
    expect(new WatchedCluster().see(10, release([condition('Stalled', 'True', 10)])).wait(900).story).toEqual([
      '+Stalled app@70',
    ]);
  });

  it('that works, or does not know, says nothing', () => {
    const fine = [
      condition('Ready', 'True', 1),
      condition('Ready', 'Unknown', 1),
      condition('Stalled', 'False', 1),
      condition('Whatever', 'False', 1),
    ];
    expect(new WatchedCluster().see(10, release(fine)).wait(9000).story).toEqual([]);
    expect(
      new WatchedCluster().see(10, release([condition('Ready', 'False', 10)], { observedGeneration: 1 })).wait(9000)
        .story,
    ).toEqual([]);
  });
});

describe('a Namespace', () => {
  it('that does not go away is told with what holds it', () => {
    const raw: Raw = {
      kind: 'Namespace',
      metadata: meta('Namespace', 'old', { deletionTimestamp: at(10) }),
      status: {
        phase: 'Terminating',
        conditions: [
          condition(
            'NamespaceFinalizersRemaining',
            'True',
            20,
            'SomeFinalizersRemain',
            'example.org/x in 1 resource instances',
          ),
        ],
      },
    };
    const world = new WatchedCluster().see(10, raw).wait(900);
    expect(world.story).toEqual(['+StuckTerminating old@310']);
    expect(world.told[0]?.message).toContain('example.org/x');
  });
});

describe('lists', () => {
  const one = deployment(0, [condition('Progressing', 'False', 1, 'ProgressDeadlineExceeded')]);

  it('that no longer name an object end what held on it', () => {
    const world = new WatchedCluster().list(10, 'Deployment', [one]).list(20, 'Deployment', []);
    expect(world.story).toEqual(['+ProgressDeadlineExceeded web@10', '-ProgressDeadlineExceeded web@20']);
    expect(world.told[1]?.message).toContain('is gone');
  });

  it('that are unfinished, of another namespace, or started over end nothing too much', () => {
    const world = new WatchedCluster().list(10, 'Deployment', [one]);
    world.list(20, 'Deployment', [], {}, false).list(30, 'Deployment', [], { namespace: 'other' });
    world.list(40, 'Deployment', [one], {}, false).list(41, 'Deployment', [], { first: false });
    expect(world.story).toEqual(['+ProgressDeadlineExceeded web@10']);
    world.list(50, 'Deployment', [one], {}, false).list(51, 'Deployment', [], { first: true });
    expect(world.story).toHaveLength(2);
  });

  it('wait for each other before anything is judged', () => {
    const world = new WatchedCluster();
    for (const kind of ['Deployment', 'Pod']) world.tracker.markKnowledge(cluster, kind, 'syncing');
    world.list(10, 'Deployment', [one]);
    expect(world.story).toEqual([]);
    world.list(12, 'Pod', []).sync('Deployment', 'Pod').wait(13);
    expect(world.story).toEqual(['+ProgressDeadlineExceeded web@12']);
  });

  it('that never come are not waited for longer than a minute', () => {
    const world = new WatchedCluster();
    world.tracker.markKnowledge(cluster, 'Pod', 'syncing');
    expect(world.list(10, 'Deployment', [one]).wait(69).story).toEqual([]);
    expect(world.wait(75).story).toEqual(['+ProgressDeadlineExceeded web@70']);
  });

  it('show a successor of the same name as another object', () => {
    const world = new WatchedCluster().see(10, one).see(20, deployment(2, [rolledOut], { meta: { uid: 'second' } }));
    expect(world.story).toEqual(['+ProgressDeadlineExceeded web@10', '-ProgressDeadlineExceeded web@20']);
  });
});
