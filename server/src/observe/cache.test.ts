import { describe, expect, it } from 'vitest';
import type { ObjectRef } from '../model/object-ref.ts';
import { at, cluster, meta, ownedBy, type Raw, WatchedCluster } from './testing/watched-cluster.ts';

const ref = (kind: string, name: string, uid = `${kind}-${name}`): ObjectRef => ({
  kind,
  namespace: 'shop',
  name,
  uid,
});
const object = (kind: string, name: string, extra: object = {}, spec: object = {}): Raw => ({
  kind,
  metadata: meta(kind, name, extra),
  spec,
  status: {},
});

describe('the root owner', () => {
  const world = new WatchedCluster().see(
    0,
    object('Deployment', 'web'),
    object('ReplicaSet', 'web-1', ownedBy('Deployment', 'web')),
    object('Pod', 'web-1-a', ownedBy('ReplicaSet', 'web-1'), { nodeName: 'node-1' }),
    object('CronJob', 'nightly'),
    object('Job', 'nightly-1', ownedBy('CronJob', 'nightly')),
    object('Pod', 'nightly-1-x', ownedBy('Job', 'nightly-1')),
    object('Pod', 'custom-0', ownedBy('Rollout', 'custom')),
    object('Pod', 'static', ownedBy('Node', 'node-1')),
    object('Pod', 'loop', ownedBy('Pod', 'loop')),
    object('Pod', 'two', {
      ownerReferences: [
        { kind: 'Thing', name: 't', uid: 't' },
        { kind: 'ReplicaSet', name: 'web-1', uid: 'ReplicaSet-web-1', controller: true },
      ],
    }),
  );
  const root = (name: string) => {
    const { kind, name: top } = world.cache.rootOwner(cluster.uid, ref('Pod', name));
    return `${kind}/${top}`;
  };

  it.each([
    ['web-1-a', 'Deployment/web'],
    ['nightly-1-x', 'CronJob/nightly'],
    ['custom-0', 'Rollout/custom'],
    ['static', 'Pod/static'],
    ['loop', 'Pod/loop'],
    ['two', 'Deployment/web'],
    ['never-seen', 'Pod/never-seen'],
  ])('of %s is %s', (pod, expected) => {
    expect(root(pod)).toBe(expected);
  });

  it('and node are known after the pod and its ReplicaSet are gone', () => {
    const gone = new WatchedCluster()
      .see(
        0,
        object('Deployment', 'web'),
        object('ReplicaSet', 'web-1', ownedBy('Deployment', 'web')),
        object('Pod', 'p', ownedBy('ReplicaSet', 'web-1'), { nodeName: 'node-1' }),
      )
      .lose(10, object('Pod', 'p'))
      .lose(11, object('ReplicaSet', 'web-1'));
    expect(gone.cache.rootOwner(cluster.uid, ref('Pod', 'p')).name).toBe('web');
    expect(gone.cache.nodeOf(cluster.uid, ref('Pod', 'p', ''))).toBe('node-1');
    expect(gone.cache.ownerChain(cluster.uid, ref('Pod', 'p')).map((each) => each.ref.kind)).toEqual([
      'Pod',
      'ReplicaSet',
      'Deployment',
    ]);
    gone.wait(4000);
    expect(gone.cache.find(cluster.uid, ref('Pod', 'p'))).toBeUndefined();
  });

  it('is inferred where ReplicaSets may not be read, and only there', () => {
    const pod = object('Pod', 'p', { ...ownedBy('ReplicaSet', 'web-abc'), labels: { 'pod-template-hash': 'abc' } });
    const blind = new WatchedCluster().see(0, object('Deployment', 'web'), pod);
    blind.tracker.markKnowledge(cluster, 'ReplicaSet', 'denied');
    expect(blind.cache.rootOwner(cluster.uid, ref('Pod', 'p'))).toEqual(ref('Deployment', 'web'));
    blind.sync('ReplicaSet');
    expect(blind.cache.rootOwner(cluster.uid, ref('Pod', 'p')).kind).toBe('ReplicaSet');
  });
});

describe('the cache', () => {
  it('finds by uid, else by name, and tells clusters apart', () => {
    const world = new WatchedCluster().see(0, object('Pod', 'a'));
    expect(world.cache.find(cluster.uid, ref('Pod', 'a', ''))?.ref.uid).toBe('Pod-a');
    expect(world.cache.find(cluster.uid, ref('Pod', 'a', 'another'))).toBeUndefined();
    expect(world.cache.find('elsewhere', ref('Pod', 'a'))).toBeUndefined();
    expect(world.cache.knowledge('elsewhere', 'Pod')).toBe('not-watched');
    expect([...world.cache.list(cluster.uid, 'Pod', 'other')]).toEqual([]);
    expect([...world.cache.list(cluster.uid, 'Pod')]).toHaveLength(1);
  });

  it('keeps a successor of the same name when the first one’s end comes late', () => {
    const world = new WatchedCluster()
      .see(0, object('Pod', 'a'))
      .see(1, object('Pod', 'a', { uid: 'second' }))
      .lose(2, object('Pod', 'a'));
    expect(world.cache.find(cluster.uid, ref('Pod', 'a', ''))?.ref.uid).toBe('second');
  });

  it('forgets the longest dead when too many die', () => {
    const world = new WatchedCluster();
    for (let index = 0; index < 10_050; index += 1)
      world.see(1, object('Pod', `p${index}`)).lose(2, object('Pod', `p${index}`));
    expect(world.cache.find(cluster.uid, ref('Pod', 'p0'))).toBeUndefined();
    expect(world.cache.find(cluster.uid, ref('Pod', 'p10049'))).toBeDefined();
  });
});

describe('a slim object', () => {
  const container = {
    name: 'web',
    image: 'shop/web:1',
    env: [
      { name: 'PLAIN', value: 'x' },
      { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ],
    volumeMounts: [
      { name: 'kube-api-access-abcde', mountPath: '/var/run' },
      { name: 'conf', mountPath: '/etc/conf' },
    ],
    terminationMessagePath: '/dev/termination-log',
  };
  const pod = (name: string, token: string): Raw => ({
    kind: 'Pod',
    metadata: {
      ...meta('Pod', name, ownedBy('ReplicaSet', 'web-1')),
      managedFields: [{ manager: 'x' }],
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(900),
        'argocd.argoproj.io/tracking-id': 'app',
      },
    },
    spec: {
      nodeName: 'node-1',
      containers: [{ ...container, volumeMounts: [{ name: token, mountPath: '/var/run' }, container.volumeMounts[1]] }],
      volumes: [
        { name: token, projected: { sources: [] } },
        { name: 'conf', secret: { secretName: 'conf' } },
      ],
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(0), lastProbeTime: null }],
    },
  });
  const world = new WatchedCluster().see(0, pod('a', 'kube-api-access-abcde'), pod('b', 'kube-api-access-fghij'));
  const slim = (name: string) => world.cache.of(cluster.uid).named('Pod', 'shop', name);

  it('keeps what evidence asks for, in Kubernetes’ own names', () => {
    expect(slim('a')).toMatchObject({
      annotations: { 'argocd.argoproj.io/tracking-id': 'app' },
      spec: {
        nodeName: 'node-1',
        containers: [
          {
            name: 'web',
            image: 'shop/web:1',
            env: container.env,
            volumeMounts: [{ name: 'conf', mountPath: '/etc/conf' }],
          },
        ],
        volumes: [{ name: 'conf', secret: { secretName: 'conf' } }],
      },
    });
    const written = JSON.stringify(slim('a'));
    for (const left of ['managedFields', 'last-applied', 'termination-log', 'lastProbeTime', 'kube-api-access'])
      expect(written).not.toContain(left);
  });

  it('shares with its replicas all that is the same', () => {
    expect(slim('a')?.spec['containers']).toBe(slim('b')?.spec['containers']);
    expect(slim('a')?.spec['volumes']).toBe(slim('b')?.spec['volumes']);
    expect(slim('a')?.owners).toBe(slim('b')?.owners);
  });

  it('of a custom resource named like a built-in one is another kind', () => {
    const other = new WatchedCluster();
    const knative = {
      group: 'serving.knative.dev',
      version: 'v1',
      resource: 'services',
      kind: 'Service',
      namespaced: true,
    };
    const raw = {
      metadata: meta('Service', 'fn'),
      status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at(0) }] },
    };
    other.tracker.change(cluster, knative, 'ADDED', raw);
    expect([...other.cache.list(cluster.uid, 'Service')]).toEqual([]);
    expect([...other.cache.list(cluster.uid, 'Service.serving.knative.dev')]).toHaveLength(1);
    other.wait(300);
    expect(other.story).toEqual(['+NotReady fn@60']);
  });
});
