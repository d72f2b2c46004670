import { describe, expect, it, vi } from 'vitest';
import type { ClusterReader } from '../../model/ports/cluster.ts';
import { surroundingsOf } from '../testing/surroundings.ts';
import { captureQuota } from './quota.ts';

const root = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: '' };
const quota = {
  metadata: { name: 'team-quota', uid: 'q' },
  spec: {
    hard: { pods: '5' },
    scopes: ['NotTerminating'],
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] },
  },
  status: { hard: { pods: '4', 'count/secrets': '9' }, used: { pods: '4', 'count/secrets': '2' } },
};
const range = {
  metadata: { name: 'defaults' },
  spec: { limits: [{ type: 'Container', default: { memory: '64Mi' } }] },
};

const lists =
  (quotas: readonly object[] | null, ranges: readonly object[] | null): ClusterReader['listObjects'] =>
  async (kind) =>
    (kind === 'ResourceQuota' ? quotas : ranges) as never;

const web = (replicas: number, status: object = {}) =>
  ['Deployment', { metadata: { namespace: 'shop', name: 'web' }, spec: { replicas }, status }] as const;

describe('the quota of a namespace', () => {
  it('holds what is allowed, what is used, and for whom', async () => {
    const reader = { listObjects: lists([quota], [range]) };
    const found = await captureQuota(surroundingsOf({ root, condition: 'FailedCreate', reader }));
    expect(found).toMatchObject({ kind: 'quota', object: { kind: 'Namespace', name: 'shop' } });
    expect(found?.content).toEqual({
      kind: 'value',
      value: {
        resource_quotas: [
          {
            name: 'team-quota',
            hard: { pods: '4', 'count/secrets': '9' },
            used: { pods: '4', 'count/secrets': '2' },
            scopes: ['NotTerminating', 'PriorityClass In (high)'],
          },
        ],
        limit_ranges: [{ name: 'defaults', limits: [{ type: 'Container', default: { memory: '64Mi' } }] }],
      },
    });
  });

  it.each([
    ['QuotaExceeded', web(1, { replicas: 1 })],
    ['FailedScheduling', web(1, { replicas: 1 })],
    ['MinimumReplicasUnavailable', web(3, { replicas: 1 })],
  ])('is looked at for %s', async (condition, deployment) => {
    const reader = { listObjects: lists([], []) };
    const found = await captureQuota(surroundingsOf({ root, condition, objects: [deployment], reader }));
    expect(found?.content).toEqual({ kind: 'value', value: { resource_quotas: [], limit_ranges: [] } });
  });

  it('is not asked for where it has no bearing', async () => {
    const listObjects = vi.fn<ClusterReader['listObjects']>(async () => []);
    const objects = [web(3, { replicas: 3, readyReplicas: 0 })];
    expect(await captureQuota(surroundingsOf({ root, objects, reader: { listObjects } }))).toBeNull();
    const node = { kind: 'Node', namespace: '', name: 'n', uid: '' };
    expect(
      await captureQuota(surroundingsOf({ root: node, condition: 'FailedCreate', reader: { listObjects } })),
    ).toBeNull();
    expect(listObjects).not.toHaveBeenCalled();
  });

  it('tells unknown from absent', async () => {
    const of = async (listObjects: ClusterReader['listObjects']) =>
      (await captureQuota(surroundingsOf({ root, condition: 'FailedCreate', reader: { listObjects } })))?.content;
    expect(await of(lists(null, []))).toMatchObject({ value: { resource_quotas: null, limit_ranges: [] } });
    expect(await of(lists(null, null))).toMatchObject({ error: expect.stringContaining('cannot be known') });
    expect(await of(() => Promise.reject(new Error('HTTP 500')))).toEqual({ kind: 'error', error: 'HTTP 500' });
  });

  it('survives objects of any shape', async () => {
    const odd = [
      {},
      { metadata: 3, spec: 'x', status: [] },
      { spec: { scopes: [null], limits: [7], scopeSelector: 1 } },
    ];
    const reader = { listObjects: lists(odd, odd) };
    const found = await captureQuota(surroundingsOf({ root, condition: 'FailedCreate', reader }));
    expect(found?.content.kind).toBe('value');
  });
});
