import { describe, expect, it } from 'vitest';
import { failingContainers, isFailing, runContainers } from './failing-containers.ts';
import { cachedObject } from './testing/recorded-cluster.ts';

const pod = (status: object) => cachedObject('Pod', { metadata: { namespace: 'shop', name: 'web' }, spec: {}, status });

describe('a pod fails', () => {
  const waiting = (reason: string) => ({ name: 'app', state: { waiting: { reason } } });
  it.each<[string, boolean, object]>([
    ['that crashes', true, { phase: 'Running', containerStatuses: [waiting('CrashLoopBackOff')] }],
    ['not that is being made', false, { phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] }],
    [
      'whose init container runs on',
      true,
      { phase: 'Pending', initContainerStatuses: [{ name: 'wait', state: { running: {} } }] },
    ],
    [
      'not whose init container is done',
      false,
      { phase: 'Pending', initContainerStatuses: [{ name: 'wait', state: { terminated: { exitCode: 0 } } }] },
    ],
    ['that no node takes', true, { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False' }] }],
    ['that is not ready', true, { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] }],
    ['not that is done', false, { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False' }] }],
    ['that failed', true, { phase: 'Failed' }],
  ])('%s', (_, expected, status) => {
    expect(isFailing(pod(status))).toBe(expected);
  });

  it('with the containers whose logs are worth asking for', () => {
    const waits = pod({
      phase: 'Pending',
      initContainerStatuses: [{ name: 'wait', ready: false, state: { running: {} } }],
      containerStatuses: [{ name: 'app', state: { waiting: { reason: 'PodInitializing' } } }],
    });
    expect(failingContainers(waits)).toEqual([]);
    expect(runContainers(waits)).toEqual([{ name: 'wait', hasRun: true }]);
  });
});
