import { describe, expect, it } from 'vitest';
import { cachedObject } from '../testing/recorded-cluster.ts';
import { surroundingsOf } from '../testing/surroundings.ts';
import { captureNode, nodesOf } from './node.ts';

const root = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: '' };
const node = (name: string, allocatable: object, more: { labels?: object; taints?: object[] } = {}) =>
  [
    'Node',
    { metadata: { name, labels: more.labels }, spec: { taints: more.taints }, status: { allocatable } },
  ] as const;
const pod = (spec: object, scheduled = 'False') =>
  cachedObject('Pod', {
    metadata: { namespace: 'shop', name: 'web-1' },
    spec,
    status: { conditions: [{ type: 'PodScheduled', status: scheduled, reason: 'Unschedulable' }] },
  });
const asking = (requests: object, more: object = {}) => pod({ containers: [{ resources: { requests } }], ...more });

function chosen(
  pods: readonly ReturnType<typeof pod>[],
  objects: readonly ReturnType<typeof node>[],
  condition?: string,
) {
  return nodesOf(pods, surroundingsOf({ root, condition: condition ?? 'FailedScheduling', objects }));
}

describe('the nodes of pods', () => {
  it('are those that they run on', () => {
    expect(chosen([pod({ nodeName: 'b' }), pod({ nodeName: 'b' })], [node('a', {}), node('b', {})])).toEqual(['b']);
  });

  it('are, while none takes them, the largest in what they ask for', () => {
    const nodes = [node('small', { cpu: '2', memory: '4Gi' }), node('wide', { cpu: '64', memory: '8Gi' })];
    const tall = node('tall', { cpu: '4', memory: '512Gi' });
    expect(chosen([asking({ cpu: '32' })], [...nodes, tall])[0]).toBe('wide');
    expect(chosen([asking({ memory: '600Gi', cpu: '1' })], [...nodes, tall])[0]).toBe('tall');
    expect(chosen([asking({})], [...nodes, tall])[0]).toBe('tall');
    const gpus = node('gpus', { cpu: '2', memory: '4Gi', 'nvidia.com/gpu': '1' });
    expect(chosen([asking({ 'nvidia.com/gpu': '8' })], [...nodes, tall, gpus])[0]).toBe('gpus');
  });

  it('begin with those that they ask for by label, and do not leave out the tainted', () => {
    const many = Array.from({ length: 20 }, (_, index) => node(`large-${index}`, { memory: '64Gi' }));
    const labelled = node('labelled', { memory: '1Gi' }, { labels: { pool: 'batch' } });
    const tainted = node('tainted', { memory: '2Gi' }, { taints: [{ key: 'dedicated' }] });
    const names = chosen([asking({}, { nodeSelector: { pool: 'batch' } })], [...many, labelled, tainted]);
    expect(names[0]).toBe('labelled');
    expect(names).toHaveLength(10);
    expect(names).toContain('tainted');
  });

  it('are looked for whatever the incident is called, as long as a pod waits for one', () => {
    expect(chosen([asking({})], [node('a', {})], 'PersistentVolumeClaimPending')).toEqual(['a']);
    expect(chosen([pod({}, 'True')], [node('a', {})], 'FailedMount')).toEqual([]);
    expect(chosen([], [node('a', {})], 'CrashLoopBackOff')).toEqual([]);
  });
});

describe('a node', () => {
  it('is kept with the labels that every node has and that its pods ask for', async () => {
    const labels = {
      'kubernetes.io/hostname': 'a',
      'topology.kubernetes.io/zone': 'north-1',
      pool: 'batch',
      rack: 'r1',
      'feature.node.kubernetes.io/cpu-model.id': '85',
      disk: 'x'.repeat(500),
    };
    const world = surroundingsOf({ root, objects: [node('a', { cpu: '2' }, { labels })] });
    const spec = { nodeSelector: { pool: 'batch', disk: 'ssd' }, topologySpreadConstraints: [{ topologyKey: 'rack' }] };
    const { content } = await captureNode('a', [pod(spec)], world);
    expect(content.kind === 'value' && content.value).toMatchObject({
      name: 'a',
      labels: {
        'kubernetes.io/hostname': 'a',
        'topology.kubernetes.io/zone': 'north-1',
        pool: 'batch',
        rack: 'r1',
      },
      allocatable: { cpu: '2' },
    });
    expect(JSON.stringify(content)).not.toContain('cpu-model');
    expect(JSON.stringify(content)).not.toContain('xxx');
  });
});
