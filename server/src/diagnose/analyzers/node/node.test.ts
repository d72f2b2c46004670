import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { node } from './node.ts';

const root = { kind: 'Node', namespace: '', name: 'node-1' };
const condition = (type: string, status: string, message: string, reason = 'x') => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-05-04T02:58:00Z',
});
const troubled = (...conditions: object[]): CaseShape => ({
  condition: 'NodeNotReady',
  root,
  nodes: [{ name: 'node-1', conditions: conditions as never }],
});

describe('node', () => {
  it.each([
    ['Unknown', 'Kubelet stopped posting node status.', 'its kubelet does not report any more'],
    ['False', 'container runtime is down', 'its container runtime is down'],
    [
      'False',
      'PLEG is not healthy: pleg was last seen active 3m12s ago; threshold is 3m0s',
      'cannot list the containers',
    ],
    [
      'False',
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      'network plugin (CNI) is not ready',
    ],
    ['False', 'node is shutting down', 'shutting down'],
    ['False', 'something that only this kubelet says', 'something that only this kubelet says'],
  ])('finds a lost node: %s, %s', (status, message, phrase) => {
    const finding = node.analyze(makeCase(troubled(condition('Ready', status, message))))[0];
    expect(finding).toMatchObject({ cause: 'node-lost', confidence: 0.95 });
    expect(finding?.explanation).toContain('Node node-1 is not ready since 2026-05-04T02:58:00Z');
    expect(finding?.explanation).toContain(phrase);
    expect(words(finding)[0]).toBe(`conditions[Ready].message: ${message}`);
    expect(finding?.commands[0]).toBe('kubectl describe node node-1');
  });

  it.each([
    ['MemoryPressure', 'node-pressure', 'short of memory'],
    ['DiskPressure', 'node-pressure', 'short of disk space'],
    ['PIDPressure', 'node-pressure', 'short of process ids'],
    ['KernelDeadlock', 'node-pressure', 'kernel that hangs'],
    ['ReadonlyFilesystem', 'read-only-filesystem', 'became read-only'],
    ['NetworkUnavailable', 'node-lost', 'no network'],
  ])('finds %s', (type, cause, phrase) => {
    const the = makeCase({
      ...troubled(condition('Ready', 'True', 'kubelet is posting ready status'), condition(type, 'True', 'so it is')),
      condition: type,
    });
    expect(node.analyze(the)).toMatchObject([
      { cause, confidence: 0.93, explanation: expect.stringContaining(phrase) },
    ]);
  });

  it('finds the lost node behind a pod', () => {
    const the = makeCase({
      condition: 'MinimumReplicasUnavailable',
      pods: [{ spec: { nodeName: 'node-1' } }],
      nodes: [{ conditions: [condition('Ready', 'Unknown', 'Kubelet stopped posting node status.')] }],
    });
    expect(node.analyze(the)[0]).toMatchObject({ cause: 'node-lost', confidence: 0.8 });
  });

  it('tells of a node that has recovered from its events', () => {
    const the = makeCase({
      ...troubled(condition('Ready', 'True', 'kubelet is posting ready status')),
      events: [
        { reason: 'NodeReady', message: 'Node node-1 status is now: NodeReady', object: root },
        { reason: 'NodeNotReady', message: 'Node node-1 status is now: NodeNotReady', object: root, type: 'Normal' },
      ],
    });
    expect(node.analyze(the)[0]).toMatchObject({ cause: 'node-lost', confidence: 0.85 });
  });

  it.each([
    ['SystemOOM', 'System OOM encountered, victim process: java, pid: 4711', 'kernel killed a process'],
    [
      'FreeDiskSpaceFailed',
      'Failed to garbage collect required amount of images. Attempted to free 4 GiB, but only found 0 bytes eligible to free.',
      'cannot free disk space',
    ],
    ['EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', 'evicts pods'],
  ])('reads the event %s', (reason, message, phrase) => {
    const finding = node.analyze(makeCase({ condition: reason, root, events: [{ reason, message, object: root }] }))[0];
    expect(finding).toMatchObject({ cause: 'node-pressure' });
    expect(finding?.explanation).toContain(phrase);
    expect(words(finding)).toEqual([message]);
  });

  it.each<[string, CaseShape]>([
    ['an empty case', {}],
    [
      'a healthy node',
      troubled(condition('Ready', 'True', 'kubelet is posting ready status'), condition('DiskPressure', 'False', 'ok')),
    ],
    [
      'pressure beside a crash',
      { condition: 'CrashLoopBackOff', nodes: [{ conditions: [condition('DiskPressure', 'True', 'x')] }] },
    ],
    [
      'a system kill told beside a pod',
      { events: [{ reason: 'SystemOOM', message: 'System OOM encountered', object: root }] },
    ],
    ['odd evidence', troubled({ type: 4 }, { type: 'Ready' })],
  ])('stays silent for %s', (_what, shape) => {
    expect(node.analyze(makeCase(shape))).toEqual([]);
  });
});
