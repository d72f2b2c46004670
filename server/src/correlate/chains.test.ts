import { describe, expect, it } from 'vitest';
import type { Told } from './testing/watched-world.ts';
import { orders, WatchedWorld } from './testing/watched-world.ts';

const down = (name: string, extra: Partial<Told> = {}): Told => ({
  of: `Deployment/${name}`,
  as: 'MinimumReplicasUnavailable',
  source: 'state',
  ...extra,
});

describe('one workload in trouble', () => {
  it('is one incident for all its pods, rooted at the top of the owner chain', () => {
    const world = new WatchedWorld().deployment('cart', 5, 'n1', false);
    for (let i = 1; i <= 5; i += 1) world.tell({ of: `Pod/cart-5d4-${i}`, as: 'CrashLoopBackOff' }).wait(3);
    world.tell(down('cart'), { of: 'ReplicaSet/cart-5d4', as: 'FailedCreate', severity: 'medium' });
    expect(world.one().root).toMatchObject({ kind: 'Deployment', name: 'cart' });
    expect(world.strandsOf(world.one().id)).toHaveLength(3);
  });

  it('is the CronJob that makes the jobs that make the pods', () => {
    const world = new WatchedWorld().put('CronJob/bill');
    for (const run of ['bill-1', 'bill-2']) {
      world.put(`Job/${run}`, { owner: 'CronJob/bill' }).put(`Pod/${run}-x`, { owner: `Job/${run}`, node: 'n1' });
      world.tell({ of: `Pod/${run}-x`, as: 'CrashLoopBackOff', severity: 'medium' });
      world.tell({ of: `Job/${run}`, as: 'BackoffLimitExceeded', severity: 'medium' });
    }
    expect(world.open).toEqual(['BackoffLimitExceeded of CronJob/bill']);
  });

  it.each([
    ['a bare pod', 'Pod/alone', {}],
    ['a static pod, which its node runs but does not make', 'Pod/etcd-n1', { owner: 'Node/n1' }],
    ['a kind that nobody knows', 'Widget/w', {}],
  ])('is its own root when it is %s', (_what, named, shape) => {
    const world = new WatchedWorld().put(named, { node: 'n1', ...shape });
    world.tell({ of: named, as: 'CrashLoopBackOff' });
    expect(`${world.one().root.kind}/${world.one().root.name}`).toBe(named);
  });

  it('belongs to the custom controller at the top, with the service in front of it', () => {
    const world = new WatchedWorld().put('Rollout/canary').put('ReplicaSet/canary-1', { owner: 'Rollout/canary' });
    world.put('Pod/canary-1-a', { owner: 'ReplicaSet/canary-1', labels: { app: 'canary' }, ready: false });
    world.put('Service/canary', { spec: { selector: { app: 'canary' } } });
    world.tellApart(
      { of: 'Service/canary', as: 'NoEndpoints', source: 'state' },
      { of: 'Pod/canary-1-a', as: 'CrashLoopBackOff' },
    );
    expect(world.open).toEqual(['CrashLoopBackOff of Rollout/canary']);
  });

  it('stays apart from another one in its namespace, and from its namesake in another cluster', () => {
    const world = new WatchedWorld().deployment('cart', 1, 'n1').deployment('till', 1, 'n1');
    const crash = { of: 'Pod/cart-5d4-1', as: 'CrashLoopBackOff' };
    world.tell(crash, { of: 'Pod/till-5d4-1', as: 'CrashLoopBackOff' }, { ...crash, cluster: 'c-2' });
    expect(world.open).toHaveLength(3);
  });
});

describe('the name of an incident', () => {
  it.each<[string, readonly Told[], string]>([
    [
      'an image that cannot be pulled before the rollout that hangs on it',
      [down('cart', { as: 'ProgressDeadlineExceeded' }), { of: 'Pod/cart-5d4-1', as: 'ImagePullBackOff' }],
      'ImagePullBackOff',
    ],
    [
      'the probe that kills before the back-off that follows',
      [
        { of: 'Pod/cart-5d4-1', as: 'CrashLoopBackOff' },
        { of: 'Pod/cart-5d4-1', as: 'Unhealthy', message: 'Liveness probe failed', severity: 'medium' },
        { of: 'Pod/cart-5d4-1', as: 'Unhealthy', reason: 'Killing', message: 'Container failed liveness probe' },
      ],
      'Unhealthy',
    ],
    [
      'the crash before the probes that fail with it',
      [
        { of: 'Pod/cart-5d4-1', as: 'Unhealthy', message: 'Readiness probe failed', severity: 'medium' },
        { of: 'Pod/cart-5d4-1', as: 'CrashLoopBackOff' },
      ],
      'CrashLoopBackOff',
    ],
    [
      'the refusal before the replicas that are missing',
      [down('cart'), { of: 'ReplicaSet/cart-5d4', as: 'FailedCreate', message: 'exceeded quota: team' }],
      'FailedCreate',
    ],
  ])('is %s', (_why, told, condition) => {
    for (const order of orders(told)) {
      const world = new WatchedWorld().deployment('cart', 2, 'n1', false);
      world.tellApart(...order);
      expect(world.open).toEqual([`${condition} of Deployment/cart`]);
    }
  });
});

describe('a claim that does not bind', () => {
  const claimed = () => {
    const world = new WatchedWorld().deployment('db', 1, '', false);
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
    return world
      .put('Pod/db-5d4-1', { owner: 'ReplicaSet/db-5d4', spec: { volumes } })
      .put('PersistentVolumeClaim/data');
  };
  const STORY: readonly Told[] = [
    { of: 'PersistentVolumeClaim/data', as: 'PersistentVolumeClaimPending', source: 'state', related: 'Pod/db-5d4-1' },
    { of: 'Pod/db-5d4-1', as: 'FailedScheduling', message: 'pod has unbound immediate PersistentVolumeClaims' },
    down('db'),
  ];

  it.each(orders(STORY).map((order) => [order.map(({ as }) => as).join(', '), order] as const))(
    'is the root of what waits for it: %s',
    (_names, order) => {
      const world = claimed();
      for (const told of order) world.tell(told).wait(5);
      expect(world.one().root).toMatchObject({ kind: 'PersistentVolumeClaim', name: 'data' });
      expect(world.one().condition).toBe('FailedScheduling');
    },
  );

  it('is not to blame where its workload crashes', () => {
    const world = claimed().tell({ of: 'Pod/db-5d4-1', as: 'CrashLoopBackOff' }, down('db'));
    world.tell({ of: 'PersistentVolumeClaim/data', as: 'PersistentVolumeClaimPending', source: 'state' });
    expect(world.open).toContain('CrashLoopBackOff of Deployment/db');
  });

  it('has nothing to do with a workload that is down while it only cannot be resized', () => {
    const world = claimed().tell({ of: 'PersistentVolumeClaim/data', as: 'VolumeResizeFailed', severity: 'medium' });
    world.tell(down('db'));
    expect(world.open).toHaveLength(2);
  });

  it('is one with the other claims of its workload, and with all the workloads that share it', () => {
    const world = new WatchedWorld().put('StatefulSet/kv');
    for (const i of [0, 1, 2]) {
      const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: `d-kv-${i}` } }];
      world.put(`Pod/kv-${i}`, { owner: 'StatefulSet/kv', spec: { volumes } }).put(`PersistentVolumeClaim/d-kv-${i}`);
    }
    for (const i of [0, 1, 2]) {
      world.tell({ of: `PersistentVolumeClaim/d-kv-${i}`, as: 'PersistentVolumeClaimPending', source: 'state' });
    }
    expect(world.open).toEqual(['PersistentVolumeClaimPending of PersistentVolumeClaim/d-kv-0']);

    const shared = claimed().put('Deployment/copy').put('ReplicaSet/copy-1', { owner: 'Deployment/copy' });
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
    shared.put('Pod/copy-1-a', { owner: 'ReplicaSet/copy-1', spec: { volumes } });
    const [claim, waits] = STORY as readonly [Told, Told];
    shared.tellApart(waits, { ...waits, of: 'Pod/copy-1-a' }, claim);
    expect(shared.open).toEqual(['FailedScheduling of PersistentVolumeClaim/data']);
  });
});

describe('a service without endpoints', () => {
  const served = () =>
    new WatchedWorld().deployment('web', 2, 'n1', false).put('Service/web', { spec: { selector: { app: 'web' } } });
  const empty: Told = { of: 'Service/web', as: 'NoEndpoints', source: 'state' };
  const crash: Told = { of: 'Pod/web-5d4-1', as: 'CrashLoopBackOff' };

  it.each([
    ['before', [empty, crash]],
    ['after', [crash, empty]],
  ])('told %s its workload is one incident with it, rooted at the workload', (_when, order) => {
    expect(served().tellApart(...order).open).toEqual(['CrashLoopBackOff of Deployment/web']);
  });

  it('takes its root from the first workload behind it, and keeps it', () => {
    const world = served().deployment('web2', 1, 'n1', false);
    world.put('Pod/web2-5d4-1', { owner: 'ReplicaSet/web2-5d4', node: 'n1', labels: { app: 'web' } });
    world.tellApart(empty, crash, { of: 'Pod/web2-5d4-1', as: 'CrashLoopBackOff' });
    expect(world.open).toContain('CrashLoopBackOff of Deployment/web');
    expect(world.open).not.toContain('CrashLoopBackOff of Deployment/web2');
  });

  it('is no home for what its load balancer suffers from', () => {
    const balancer: Told = { of: 'Service/web', as: 'SyncLoadBalancerFailed' };
    expect(served().tellApart(balancer, crash).open).toHaveLength(2);
    expect(served().tellApart(crash, balancer).open).toHaveLength(2);
  });

  it('is the bare pod’s that it selects', () => {
    const world = new WatchedWorld().put('Pod/solo', { labels: { app: 'solo' }, ready: false });
    world.put('Service/solo', { spec: { selector: { app: 'solo' } } });
    world.tellApart(
      { of: 'Service/solo', as: 'NoEndpoints', source: 'state' },
      { of: 'Pod/solo', as: 'CrashLoopBackOff' },
    );
    expect(world.open).toEqual(['CrashLoopBackOff of Pod/solo']);
  });
});

describe('an autoscaler without metrics', () => {
  const scaled = (message: string) =>
    new WatchedWorld().deployment('web', 2, 'n1', false).put('HorizontalPodAutoscaler/web', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
      status: { conditions: [{ type: 'ScalingActive', status: 'False', message }] },
    });
  const DOWN = 'unable to get metrics for resource cpu: no metrics returned from resource metrics API';
  const MISSING = 'unable to fetch metrics from resource metrics API: the server could not find the requested resource';
  const blind = (message: string): Told => ({
    of: 'HorizontalPodAutoscaler/web',
    as: 'FailedGetResourceMetric',
    severity: 'medium',
    message,
  });

  it('belongs to its target where that does not run, whichever is told first', () => {
    const crash: Told = { of: 'Pod/web-5d4-1', as: 'CrashLoopBackOff' };
    for (const order of orders([blind(DOWN), crash])) {
      expect(scaled(DOWN).tellApart(...order).open).toEqual(['CrashLoopBackOff of Deployment/web']);
    }
  });

  it('stays on its own where the metrics server is missing', () => {
    const crash: Told = { of: 'Pod/web-5d4-1', as: 'CrashLoopBackOff' };
    for (const order of orders([blind(MISSING), crash])) {
      expect(scaled(MISSING).tellApart(...order).open).toHaveLength(2);
    }
  });
});
