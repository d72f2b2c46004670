import { describe, expect, it } from 'vitest';
import { createRedactor } from '../kit/redaction.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { cluster, meta, ownedBy, type Raw, WatchedCluster } from '../observe/testing/watched-cluster.ts';
import { knownObjects } from './known-objects.ts';

const made = createRedactor();
if (!made.ok) throw new Error('the built-in patterns do not compile');
const { redactor } = made;

const ref = (kind: string, name: string, uid = ''): ObjectRef => ({ kind, namespace: 'shop', name, uid });
const object = (kind: string, name: string, extra: object = {}, spec: object = {}): Raw => ({
  kind,
  metadata: meta(kind, name, extra),
  spec,
  status: {},
});

function known(world: WatchedCluster, { streams = ['v1/pods'], clusters = [cluster] } = {}) {
  const status = streams.map((stream) => ({
    ...{ cluster, stream, health: 'watching' as const, since: 0, lastHeard: null, detail: '' },
  }));
  const watching = { clusters: () => clusters, status: () => status };
  return knownObjects({ cache: world.cache, redactor, watching });
}

const pod = object(
  'Pod',
  'web-1-a',
  { ...ownedBy('ReplicaSet', 'web-1'), labels: { token: 'password=hunter2secret' } },
  {
    nodeName: 'node-1',
    containers: [{ name: 'app', image: 'web:1', env: [{ name: 'PASSWORD', value: 'hunter2secret' }] }],
  },
);
const world = () =>
  new WatchedCluster().see(
    0,
    object('Deployment', 'web'),
    object('ReplicaSet', 'web-1', ownedBy('Deployment', 'web')),
    pod,
    object('Pod', 'custom-0', ownedBy('Rollout', 'custom')),
  );

describe('an object that is watched', () => {
  it('is there, with its owners up to the root, what it owns, and its node', () => {
    const { sight } = known(world());
    const { presence, owners, node, goneAt } = sight(cluster.uid, ref('Pod', 'web-1-a'));
    expect({ presence, node, goneAt }).toEqual({ presence: 'there', node: 'node-1', goneAt: null });
    expect(owners.map(({ name }) => name)).toEqual(['web-1', 'web']);
    expect([...sight(cluster.uid, ref('Deployment', 'web')).owned].map(({ name }) => name)).toEqual(['web-1']);
    expect(sight(cluster.uid, ref('Pod', 'custom-0')).owners.map(({ kind }) => kind)).toEqual(['Rollout']);
  });

  it('tells no secret', () => {
    const { object: told } = known(world()).sight(cluster.uid, ref('Pod', 'web-1-a'));
    expect(told?.spec['containers']).toMatchObject([{ image: 'web:1' }]);
    expect(JSON.stringify(told)).not.toContain('hunter2secret');
  });

  it('is found by a uid only where that is its own', () => {
    const { sight } = known(world());
    expect(sight(cluster.uid, ref('Pod', 'web-1-a', 'Pod-web-1-a')).presence).toBe('there');
    expect(sight(cluster.uid, ref('Pod', 'web-1-a', 'Deployment-web')).object).toBeNull();
    expect(sight(cluster.uid, ref('Pod', 'other', 'Pod-web-1-a')).object).toBeNull();
  });
});

describe('an object that is not in the cache', () => {
  it('is gone where its deletion was seen, with when, as it was', () => {
    const gone = world();
    gone.lose(60, pod);
    const { presence, goneAt, object: told, owners } = known(gone).sight(cluster.uid, ref('Pod', 'web-1-a'));
    expect(presence).toBe('gone');
    expect(goneAt).toBeGreaterThan(0);
    expect(told?.ref.name).toBe('web-1-a');
    expect(owners).toHaveLength(2);
  });

  it('is gone where its kind was read whole, and else unknown', () => {
    const watched = world();
    const at = (kind: string) => known(watched).sight(cluster.uid, ref(kind, 'never-seen')).presence;
    watched.sync('Pod');
    watched.tracker.markKnowledge(cluster, 'Job', 'denied');
    watched.tracker.markKnowledge(cluster, 'CronJob', 'syncing');
    expect(['Pod', 'Job', 'CronJob', 'Secret'].map(at)).toEqual(['gone', 'unknown', 'unknown', 'unknown']);
  });

  it('is unknown in a namespace, or a cluster, that is not watched', () => {
    const watched = world();
    watched.sync('Pod');
    const presence = (how: Parameters<typeof known>[1]) =>
      known(watched, how).sight(cluster.uid, ref('Pod', 'never-seen')).presence;
    expect(presence({ streams: ['v1/pods@shop', 'v1/pods@pay'] })).toBe('gone');
    expect(presence({ streams: ['v1/pods@pay'] })).toBe('unknown');
    expect(presence({ clusters: [] })).toBe('unknown');
    expect(known(watched).sight('no-such-cluster', ref('Pod', 'web-1-a')).presence).toBe('unknown');
  });
});
