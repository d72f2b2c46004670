import { describe, expect, it } from 'vitest';
import { makeCase, words } from '../../testing/make-case.ts';
import { kubeletAdmission } from './kubelet-admission.ts';

const found = (reason: string, message: string, phase = 'Failed') =>
  kubeletAdmission.analyze(
    makeCase({ condition: 'PodFailed', pods: [{ spec: { nodeName: 'node-1' }, status: { phase, reason, message } }] }),
  )[0];

describe('admission by kubelet', () => {
  it.each([
    [
      'OutOfcpu',
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 1000, used: 3500, capacity: 4000",
      'insufficient-resources',
    ],
    [
      'OutOfnvidia.com/gpu',
      "Node didn't have enough resource: nvidia.com/gpu, requested: 1, used: 8, capacity: 8",
      'insufficient-resources',
    ],
    [
      'UnexpectedAdmissionError',
      'Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected',
      'insufficient-resources',
    ],
    ['TopologyAffinityError', 'Resources cannot be allocated with Topology locality', 'insufficient-resources'],
    ['NodeAffinity', 'Pod was rejected: Predicate NodeAffinity failed', 'node-affinity'],
    ['Terminated', 'Pod was terminated in response to imminent node shutdown.', 'node-lost'],
    ['SysctlForbidden', 'forbidden sysctl: "kernel.msgmax" not allowlisted', 'admission-refused'],
  ])('finds %s', (reason, message, cause) => {
    const finding = found(reason, message);
    expect(finding?.cause).toBe(cause);
    expect(finding?.explanation).toContain(`failed with ${reason}`);
    expect(words(finding)).toEqual([`message: ${message}`, `reason: ${reason}`]);
  });

  it('stays silent for other ends', () => {
    expect(found('Evicted', 'The node was low on resource: memory.')).toBeUndefined();
    expect(found('OutOfcpu', 'x', 'Running')).toBeUndefined();
    expect(kubeletAdmission.analyze(makeCase({}))).toEqual([]);
  });
});
