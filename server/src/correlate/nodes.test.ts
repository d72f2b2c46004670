import { describe, expect, it } from 'vitest';
import { seeded, shuffled, type Told, WatchedWorld } from './testing/watched-world.ts';

const LOST: Told = { of: 'Node/n1', as: 'NodeNotReady', source: 'state', severity: 'critical' };
const BACK: Told = { of: 'Node/n1', as: 'NodeNotReady', cleared: true };
const names = Array.from({ length: 20 }, (_, i) => `w${i + 1}`);

/** Twenty workloads with two pods each on one node. */
function crowded(): WatchedWorld {
  const world = new WatchedWorld().put('Node/n1').put('Node/n2');
  for (const name of names) world.deployment(name, 2, 'n1', false);
  return world.level('Node/n1 NodeNotReady', true);
}

const podsOf = (name: string): Told[] => [
  { of: `Pod/${name}-5d4-1`, as: 'NodeNotReady', severity: 'low' },
  { of: `Pod/${name}-5d4-1`, as: 'TaintManagerEviction', severity: 'low' },
  { of: `Pod/${name}-5d4-2`, as: 'Unhealthy', message: 'Readiness probe failed', severity: 'medium' },
];
const down = (name: string): Told => ({ of: `Deployment/${name}`, as: 'MinimumReplicasUnavailable', source: 'state' });

describe('a lost node', () => {
  it.each([
    ['the node first', [LOST, ...names.flatMap(podsOf), ...names.map(down)]],
    ['the pods first', [...names.flatMap(podsOf), ...names.map(down), LOST]],
    [
      'the node in the middle',
      [...names.slice(0, 9).flatMap(podsOf), LOST, ...names.slice(9).flatMap(podsOf), ...names.map(down)],
    ],
    ['in any order', shuffled([LOST, ...names.flatMap(podsOf), ...names.map(down)], seeded(7))],
  ])('with forty pods of twenty workloads is one incident at the node: %s', (_order, told) => {
    expect(crowded().tell(...told).open).toEqual(['NodeNotReady of Node/n1']);
    expect(crowded().tellApart(...told).open).toEqual(['NodeNotReady of Node/n1']);
  });

  it('takes the replacements in that wait for a place, and what a DaemonSet and a StatefulSet miss', () => {
    const world = crowded().tell(LOST).wait(40);
    world.put('Pod/w1-5d4-9', { owner: 'ReplicaSet/w1-5d4', ready: false });
    world.put('DaemonSet/agent').put('Pod/agent-n1', { owner: 'DaemonSet/agent', node: 'n1', ready: false });
    world.put('StatefulSet/kv').put('Pod/kv-0', { owner: 'StatefulSet/kv', node: 'n1', ready: false });
    world.tell(
      { of: 'Pod/w1-5d4-9', as: 'FailedScheduling', severity: 'medium', message: '1 node(s) had untolerated taint' },
      { of: 'DaemonSet/agent', as: 'ReplicasUnavailable', source: 'state', severity: 'medium' },
      { of: 'Pod/kv-0', as: 'StuckTerminating', source: 'state', severity: 'medium' },
      { of: 'StatefulSet/kv', as: 'ReplicasUnavailable', source: 'state', severity: 'medium' },
    );
    expect(world.open).toEqual(['NodeNotReady of Node/n1']);
  });

  it('tells whoever was told of a pod first that it goes on as the node’s, once', () => {
    const world = crowded()
      .tell(...podsOf('w1'), ...podsOf('w2'))
      .tell(LOST, down('w1'), down('w2'));
    expect(world.notices()).toEqual(['opened w1', 'opened w2', 'opened n1', 'resolved w1', 'resolved w2']);
  });

  it('is over when the node is back and its workloads serve', () => {
    const world = crowded()
      .tell(LOST, ...names.map(down))
      .wait(100);
    for (const name of names) world.level(`Deployment/${name} MinimumReplicasUnavailable`, true);
    world.wait(100).level('Node/n1 NodeNotReady', false).tell(BACK).wait(30);
    for (const name of names) world.level(`Deployment/${name} MinimumReplicasUnavailable`, false);
    world.tell(...names.map((name): Told => ({ ...down(name), cleared: true }))).wait(61);
    expect(world.open).toEqual([]);
    expect(world.ended).toEqual(['NodeNotReady of Node/n1']);
  });

  it('looks again, once it is back, at what could not be read meanwhile', () => {
    const world = crowded().tell(LOST).wait(10);
    world.tell({ of: 'Pod/w1-5d4-1', as: 'CrashLoopBackOff' }).wait(10);
    const before = world.captures();
    world.level('Node/n1 NodeNotReady', false).tell(BACK);
    expect(world.captures()).toBe(before + 1);
    expect([...world.jobs.keys()].filter((key) => key.includes(':back-n1:'))).toHaveLength(1);
  });

  it('leaves a workload that stays broken an incident of its own, with its service, and ends', () => {
    const world = crowded().put('Service/w3', { spec: { selector: { app: 'w3' } } });
    world.level('Deployment/w3 MinimumReplicasUnavailable', true).level('Service/w3 NoEndpoints', true);
    world.tell(LOST, down('w3'), { of: 'Service/w3', as: 'NoEndpoints', source: 'state' }).wait(60);
    world.level('Node/n1 NodeNotReady', false).tell(BACK).wait(300);
    expect(world.open).toEqual(['NodeNotReady of Node/n1']);
    world.wait(70);
    expect(world.open).toEqual(['MinimumReplicasUnavailable of Deployment/w3']);
    expect(world.ended).toEqual(['NodeNotReady of Node/n1']);
    expect(world.notices()).toEqual(['opened n1', 'opened w3', 'resolved n1']);
    world
      .restart()
      .wait(10)
      .level('Deployment/w3 MinimumReplicasUnavailable', false)
      .level('Service/w3 NoEndpoints', false);
    world.tell({ ...down('w3'), cleared: true }, { of: 'Service/w3', as: 'NoEndpoints', cleared: true }).wait(61);
    expect(world.open).toEqual([]);
  });

  it('adds nothing to a workload that had its trouble before', () => {
    const world = crowded().tell({ of: 'Pod/w1-5d4-1', as: 'CrashLoopBackOff' }).wait(400);
    world.tell(LOST, down('w1'), ...podsOf('w2'));
    expect(world.open).toEqual(['CrashLoopBackOff of Deployment/w1', 'NodeNotReady of Node/n1']);
    const quiet = crowded().tell(down('w1')).wait(400).tell(LOST);
    expect(quiet.open).toEqual(['MinimumReplicasUnavailable of Deployment/w1', 'NodeNotReady of Node/n1']);
  });

  it('is not the home of other troubles that its workloads get later', () => {
    const world = crowded()
      .tell(LOST, ...podsOf('w1'), down('w1'))
      .wait(60);
    world.tell({ of: 'Pod/w1-5d4-9', as: 'CrashLoopBackOff' }, { of: 'Deployment/w1', as: 'FailedCreate' });
    expect(world.open).toContain('NodeNotReady of Node/n1');
    expect(world.open).toHaveLength(3);
    const forgotten = crowded()
      .tell(LOST, ...podsOf('w1'))
      .wait(7200, 60);
    forgotten.tell({ of: 'Pod/w2-5d4-9', as: 'FailedScheduling', message: 'Insufficient cpu' });
    expect(forgotten.open).toHaveLength(2);
  });

  it('of one name in another cluster has nothing to do with it', () => {
    const world = crowded().tell({ ...LOST, cluster: 'c-2' }, ...podsOf('w1'));
    expect(world.open).toEqual(['NodeNotReady of Node/n1', 'Unhealthy of Deployment/w1']);
  });

  it('that is found late, after a restart, still is the root of what was told before', () => {
    const world = crowded().skipTo(300);
    world.tell({ ...LOST, since: 0 }, { ...podsOf('w1')[2], at: 60 } as Told, { ...down('w2'), at: 200 });
    expect(world.open).toEqual(['NodeNotReady of Node/n1']);
  });

  it('leaves alone what a person took out of it', () => {
    const world = crowded().tell(LOST, down('w1'), down('w2'));
    const { id } = world.find('NodeNotReady: Node n1');
    world.act({ kind: 'split', id, by: 'ann', text: 'its own', objects: ['Deployment/w1'], conditions: [] });
    expect(world.restart().tell(...podsOf('w1'), ...podsOf('w2')).open).toHaveLength(2);
  });
});

describe('a node under pressure', () => {
  const PRESSURE: Told = { of: 'Node/n1', as: 'DiskPressure', source: 'state' };
  const evicted = (name: string, message: string): Told => ({
    of: `Pod/${name}-5d4-1`,
    as: 'Evicted',
    severity: 'medium',
    message,
  });

  it.each([
    [
      'The node was low on resource: ephemeral-storage. Container web was using 1Gi, which exceeds its request of 0.',
      true,
    ],
    [
      'The node was low on resource: memory. Container rate-limit was using 1Gi, request is 0, has larger consumption',
      true,
    ],
    ['Pod The node had condition: [DiskPressure].', true],
    ['Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.', false],
    ['Container web exceeded its local ephemeral storage limit "1Gi".', false],
    ['Usage of EmptyDir volume "tmp" exceeds the limit "1Gi".', false],
  ])('evicts: %s', (message, isNodes) => {
    const after = crowded().tell(PRESSURE).wait(5).tell(evicted('w1', message));
    expect(after.open).toHaveLength(isNodes ? 1 : 2);
  });

  it('explains evictions that were told before it', () => {
    const message = 'The node was low on resource: ephemeral-storage.';
    const world = crowded().tell(evicted('w1', message), evicted('w2', message)).wait(8).tell(PRESSURE);
    expect(world.open).toEqual(['DiskPressure of Node/n1']);
  });
});
