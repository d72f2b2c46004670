import { describe, expect, it } from 'vitest';
import type { EventObservation } from '../model/observation.ts';
import { createClassifier } from './classify.ts';
import { canonicalCondition, conditionTable } from './conditions.ts';
import { MEANINGS } from './meanings.ts';
import { quietTable, REASON_CONDITIONS } from './reasons.ts';
import { event, recorded, ref, state } from './testing/observations.ts';

const classify = createClassifier();
const of = (reason: string, message: string, changes: Partial<EventObservation> = {}) => {
  const observation = event({ reason, message, type: 'Warning', ...changes });
  return classify(observation, observation.object);
};

describe('the condition', () => {
  it.each([
    ['BackOff', 'Back-off restarting failed container app in pod x', 'CrashLoopBackOff'],
    ['BackOff', 'Back-off pulling image "x:1"', 'ImagePullBackOff'],
    ['BackOff', 'Back-off pulling image "x:1": ErrImagePull: not found', 'ImagePullBackOff'],
    ['Failed', 'Failed to pull image "x:1": not found', 'ImagePullBackOff'],
    ['Failed', 'Error: ErrImagePull', 'ImagePullBackOff'],
    ['Failed', 'Error: ImagePullBackOff', 'ImagePullBackOff'],
    ['Failed', 'Error: InvalidImageName', 'InvalidImageName'],
    [
      'InspectFailed',
      'Failed to apply default image tag "X:1": couldn\'t parse image name "X:1": invalid',
      'InvalidImageName',
    ],
    ['Failed', 'Error: ErrImageNeverPull', 'ErrImageNeverPull'],
    ['Failed', 'Error: secret "db" not found', 'CreateContainerConfigError'],
    ['Failed', "Error: couldn't find key url in ConfigMap shop/web", 'CreateContainerConfigError'],
    ['Failed', 'Error: container has runAsNonRoot and image will run as root', 'CreateContainerConfigError'],
    [
      'Failed',
      'Error: failed to create containerd task: OCI runtime create failed: exec: "x": not found',
      'StartError',
    ],
    ['Failed', 'Error: context deadline exceeded', 'CreateContainerError'],
    ['Unhealthy', 'Liveness probe failed: x', 'Unhealthy'],
    ['FailedAttachVolume', 'Multi-Attach error for volume "x"', 'FailedMount'],
    [
      'FailedComputeMetricsReplicas',
      'invalid metrics (1 invalid out of 1): failed to get cpu resource metric value',
      'FailedGetResourceMetric',
    ],
    ['EvictionThresholdMet', 'Attempting to reclaim memory', 'MemoryPressure'],
    ['EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', 'DiskPressure'],
    ['TaintManagerEviction', 'Marking for deletion Pod shop/x', 'TaintManagerEviction'],
    ['TaintManagerEviction', 'Cancelling deletion of Pod shop/x', null],
    ['OOMKilling', 'Memory cgroup out of memory: Killed process 1', 'SystemOOM'],
    ['OperationCompleted', 'Sync operation to abc failed: one or more objects failed to apply', 'SyncFailed'],
    ['MissingClusterDNS', 'kubelet does not have ClusterDNS IP configured', null],
    ['DNSConfigForming', 'Nameserver limits were exceeded', null],
    ['SomethingOfOurs', 'hello', null],
    ['BackupFailed', 'no space', 'BackupFailed'],
  ])('%s, %s is %s', (reason, message, condition) => expect(of(reason, message).condition).toBe(condition));

  it('sees a failed pull in a Normal event', () => {
    expect(of('BackOff', 'Back-off pulling image "x"', { type: 'Normal' })).toMatchObject({
      condition: 'ImagePullBackOff',
      severity: 'high',
    });
  });

  it('is null for everything that a healthy recorded namespace said', () => {
    for (const observation of recorded('states').filter(({ object }) => object.namespace === 'healthy')) {
      const { condition, severity } = classify(observation, observation.object);
      // The node was lost for a while, and the node's own event tells that.
      if (observation.reason !== 'NodeNotReady') expect(condition).toBeNull();
      expect(['low', 'info']).toContain(severity);
    }
  });
});

describe('the severity', () => {
  it('is critical for a lost node, though its event is Normal, and low for what its pods repeat', () => {
    const node = { object: ref('Node', '', 'node-1'), type: 'Normal' };
    expect(of('NodeNotReady', 'Node node-1 status is now: NodeNotReady', node)).toMatchObject({
      severity: 'critical',
      category: 'Node',
    });
    expect(of('NodeNotReady', 'Node is not ready').severity).toBe('low');
  });

  it('rises with frequency where one failure is often gone with the next try', () => {
    const at = (reason: string, count: number) => of(reason, 'Readiness probe failed', { count }).severity;
    expect([1, 2, 3, 9, 10].map((count) => at('Unhealthy', count))).toEqual(['low', 'low', 'medium', 'medium', 'high']);
    expect([1, 2, 3].map((count) => at('FailedMount', count))).toEqual(['low', 'low', 'high']);
    expect([1, 3].map((count) => at('FailedScheduling', count))).toEqual(['low', 'high']);
    expect([1, 3].map((count) => at('FailedCreate', count))).toEqual(['medium', 'high']);
  });

  it('takes object state at its word, and its end as information', () => {
    const raised = state('Unhealthy', 'raised');
    const cleared = state('Unhealthy', 'cleared');
    expect(classify(raised, raised.object).severity).toBe('high');
    expect(classify(cleared, cleared.object)).toMatchObject({ severity: 'info', condition: 'Unhealthy' });
  });

  it('is medium at the most for a job, and where a quota refuses', () => {
    const observation = event({ reason: 'BackOff', message: 'Back-off restarting failed container', type: 'Warning' });
    expect(classify(observation, ref('CronJob', 'shop', 'nightly')).severity).toBe('medium');
    expect(of('FailedCreate', 'pods "x" is forbidden: exceeded quota: q', { count: 50 })).toMatchObject({
      severity: 'medium',
      category: 'Quota',
    });
    expect(of('FailedCreate', 'admission webhook "x" denied', { count: 50 }).severity).toBe('high');
  });

  it('follows the tier of the namespace', () => {
    const tiered = createClassifier({ top: ['prod-*'], low: ['dev-*'] });
    const down = (namespace: string) => {
      const observation = state('MinimumReplicasUnavailable', 'raised', {
        object: ref('Deployment', namespace, 'web'),
      });
      return tiered(observation, observation.object).severity;
    };
    expect([down('prod-eu'), down('shop'), down('dev-1')]).toEqual(['critical', 'high', 'medium']);
  });

  it('is critical for a control plane that crashes', () => {
    const object = ref('Pod', 'kube-system', 'kube-apiserver-node-1');
    expect(of('BackOff', 'Back-off restarting failed container', { object }).severity).toBe('critical');
  });
});

describe('rules of users', () => {
  it('come last, replace field by field, and the first that answers wins', () => {
    const ruled = createClassifier(undefined, [
      ({ object }) => (object.namespace === 'shop' ? { severity: 'low' } : null),
      () => ({ category: 'Other' }),
    ]);
    const observation = event({ reason: 'BackOff', message: 'Back-off restarting failed container', type: 'Warning' });
    expect(ruled(observation, observation.object)).toEqual({
      category: 'Crash',
      condition: 'CrashLoopBackOff',
      severity: 'low',
    });
  });
});

describe('the tables', () => {
  const conditions = conditionTable();
  it('lead every renamed reason to a condition with traits', () => {
    for (const [reason, condition] of Object.entries(REASON_CONDITIONS)) {
      expect(conditions.has(condition), `${reason} → ${condition}`).toBe(true);
      expect(quietTable().has(reason), reason).toBe(false);
    }
  });
  it('hold no reason both as noise and as a condition, unless its message decides', () => {
    for (const reason of quietTable().keys()) {
      if (!MEANINGS.has(reason)) expect(conditions.has(canonicalCondition(reason)), reason).toBe(false);
    }
  });
  it('know every reason that both recordings hold', () => {
    for (const { reason } of [...recorded('states'), ...recorded('story')]) {
      const known = MEANINGS.has(reason) || quietTable().has(reason) || conditions.has(canonicalCondition(reason));
      expect(known, reason).toBe(true);
    }
  });
});
