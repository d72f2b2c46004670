import { describe, expect, it } from 'vitest';
import type { SlimObject } from '../model/slim-object.ts';
import { factsOf } from './object-facts.ts';

function object(kind: string, spec: object, status: object, parts: Partial<SlimObject> = {}): SlimObject {
  return {
    ref: { kind, namespace: 'shop', name: 'x', uid: 'x' },
    resourceVersion: '1',
    labels: {},
    annotations: {},
    owners: [],
    createdAt: 0,
    deletingSince: null,
    generation: 1,
    spec: { ...spec },
    status: { ...status },
    ...parts,
  };
}

const told = (...args: Parameters<typeof object>) =>
  factsOf(object(...args)).map(({ label, value }) => `${label}: ${value}`);
const template = { template: { spec: { containers: [{ image: 'web:2' }, { image: 'proxy:1' }, { image: 'web:2' }] } } };

describe('facts', () => {
  it.each([
    [
      'Pod',
      { containers: [{ image: 'web:2' }] },
      {
        phase: 'Running',
        containerStatuses: [
          { ready: true, restartCount: 3 },
          { ready: false, restartCount: 4 },
        ],
      },
      ['Phase: Running', 'Containers ready: 1 of 2', 'Restarts: 7', 'Images: web:2'],
    ],
    ['Pod', {}, { phase: 'Pending' }, ['Phase: Pending']],
    [
      'Deployment',
      { replicas: 3, ...template },
      { readyReplicas: 2 },
      ['Replicas ready: 2 of 3', 'Images: web:2, proxy:1'],
    ],
    ['StatefulSet', {}, {}, ['Replicas ready: 0 of 1']],
    ['Deployment', { replicas: 0, paused: true }, {}, ['Replicas ready: 0 of 0', 'Paused: yes']],
    ['DaemonSet', {}, { numberReady: 4, desiredNumberScheduled: 5 }, ['Pods ready: 4 of 5']],
    ['Job', { completions: 2 }, { succeeded: 1, failed: 3 }, ['Completions: 1 of 2', 'Failed pods: 3']],
    [
      'CronJob',
      { schedule: '*/5 * * * *', suspend: true, jobTemplate: { spec: template } },
      {},
      ['Schedule: */5 * * * *', 'Suspended: yes', 'Images: web:2, proxy:1'],
    ],
    [
      'Node',
      { unschedulable: true },
      { conditions: [{ type: 'Ready', status: 'False' }], nodeInfo: { kubeletVersion: 'v1.36.0' } },
      ['Ready: false', 'Takes new pods: no', 'Kubelet: v1.36.0'],
    ],
    [
      'PersistentVolumeClaim',
      { storageClassName: 'fast' },
      { phase: 'Bound' },
      ['Phase: Bound', 'Storage class: fast'],
    ],
    ['Rollout', {}, { phase: 'Degraded' }, ['Phase: Degraded']],
    ['constructor', {}, {}, []],
  ] as const)('of a %s are what is known of it', (kind, spec, status, expected) => {
    expect(told(kind, spec, status)).toEqual(expected);
  });

  it('tell the revision, and first of all that it is being deleted', () => {
    const parts = { deletingSince: 0, annotations: { 'deployment.kubernetes.io/revision': '7' } };
    expect(told('ReplicaSet', { replicas: 1 }, {}, parts)).toEqual([
      'Being deleted since: 1970-01-01T00:00:00.000Z',
      'Replicas ready: 0 of 1',
      'Revision: 7',
    ]);
  });

  it('are texts, whatever a status holds', () => {
    const odd = { phase: { a: 1 }, containerStatuses: [null, 'x', { ready: 'yes', restartCount: 'many' }] };
    expect(told('Pod', { containers: { image: 1 } }, odd)).toEqual(['Containers ready: 0 of 1', 'Restarts: 0']);
    expect(told('Pod', {}, { phase: 'x'.repeat(5_000) })[0]).toHaveLength('Phase: '.length + 512);
  });
});
