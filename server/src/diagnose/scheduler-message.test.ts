import { describe, expect, it } from 'vitest';
import { obstacleOf, readRefusal, taintIn } from './scheduler-message.ts';

const told = (message: string) =>
  readRefusal(message)?.exclusions.map(({ obstacle, nodes, reason }) => `${nodes} ${obstacle}: ${reason}`);

describe("a scheduler's refusal", () => {
  it.each([
    [
      '0/1 nodes are available: 1 Insufficient memory. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
      ['1 resources: Insufficient memory'],
    ],
    [
      "0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 Insufficient cpu.",
      [
        '2 resources: Insufficient cpu',
        "1 control-plane-taint: node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate",
      ],
    ],
    [
      '0/5 nodes are available: 2 Insufficient memory, 3 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/5 nodes are available: 2 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling..',
      ['3 taint: node(s) had untolerated taint {dedicated: gpu}', '2 resources: Insufficient memory'],
    ],
    [
      'No node fits the pod: 0/5 nodes are available: 2 Insufficient nvidia.com/gpu, 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.',
      [
        '2 resources: Insufficient nvidia.com/gpu',
        '3 control-plane-taint: node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }',
      ],
    ],
    [
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
      ['1 unbound-volume: pod has unbound immediate PersistentVolumeClaims'],
    ],
    [
      '0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.',
      ['3 unbound-volume: pod has unbound immediate PersistentVolumeClaims'],
    ],
    [
      '0/2 nodes are available: persistentvolumeclaim "cache" not found. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
      ['2 missing-claim: persistentvolumeclaim "cache" not found'],
    ],
    ['persistentvolumeclaim "cache" not found', ['0 missing-claim: persistentvolumeclaim "cache" not found']],
  ])('%s', (message, expected) => {
    expect(told(message)).toEqual(expected);
  });

  it.each([
    ["node(s) didn't match Pod's node affinity/selector", 'node-affinity'],
    ["node(s) didn't match node selector", 'node-affinity'],
    ["node(s) didn't satisfy plugin(s) [NodeAffinity]", 'node-affinity'],
    ["node(s) didn't match pod topology spread constraints", 'spread'],
    ["node(s) didn't match pod topology spread constraints (missing required label)", 'spread'],
    ["node(s) didn't match pod anti-affinity rules", 'pod-affinity'],
    ["node(s) didn't match pod affinity/anti-affinity rules", 'pod-affinity'],
    ["node(s) didn't satisfy existing pods anti-affinity rules", 'pod-affinity'],
    ['node(s) had volume node affinity conflict', 'volume-zone'],
    ["node(s) didn't match PersistentVolume's node affinity", 'volume-zone'],
    ['node(s) exceed max volume count', 'volume-limit'],
    ["node(s) didn't have free ports for the requested pod ports", 'host-port'],
    ['node(s) were unschedulable', 'cordoned'],
    ['node(s) had untolerated taint {node.kubernetes.io/unreachable: }', 'lost-node'],
    ['node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }', 'node-pressure'],
    ['node(s) had untolerated taint(s)', 'taint'],
    ['Too many pods', 'resources'],
    ["node(s) didn't find available persistent volumes to bind", 'unbound-volume'],
    ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode', 'shared-volume'],
    ['cannot allocate all claims', 'resources'],
    ['something that a plug-in says', 'unknown'],
  ])('%s is %s', (reason, expected) => {
    expect(obstacleOf(reason)).toBe(expected);
  });

  it.each(['', 'Back-off restarting failed container', '0/ nodes are available: x', 'x'.repeat(70_000)])(
    'is not read into %j',
    (message) => {
      expect(readRefusal(message)).toBeUndefined();
    },
  );

  it('names the taint where it is named', () => {
    expect(taintIn('node(s) had untolerated taint {gpu: true}')).toEqual({ key: 'gpu', value: 'true' });
    expect(taintIn('node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }')).toEqual({
      key: 'node-role.kubernetes.io/control-plane',
      value: '',
    });
    expect(taintIn('node(s) had untolerated taint {node.kubernetes.io/disk-pressure}')).toMatchObject({
      key: 'node.kubernetes.io/disk-pressure',
    });
    expect(taintIn('node(s) had untolerated taint(s)')).toBeUndefined();
  });
});
