import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { eviction } from './eviction.ts';

const MEMORY =
  'The node was low on resource: memory. Threshold quantity: 100Mi, available: 80432Ki. Container app was using 3Gi, request is 256Mi, has larger consumption of memory. ';

function evicted(message: string): CaseShape {
  return {
    condition: 'Evicted',
    pods: [
      {
        name: 'api-1',
        spec: { nodeName: 'node-1', containers: [{ name: 'app', resources: { requests: { memory: '256Mi' } } }] },
        status: { phase: 'Failed', reason: 'Evicted', message },
      },
    ],
    events: [{ reason: 'Evicted', message }],
  };
}

describe('eviction', () => {
  it('finds what the node was short of, with the figures', () => {
    const finding = eviction.analyze(makeCase(evicted(MEMORY)))[0];
    expect(finding).toMatchObject({ cause: 'node-pressure' });
    expect(finding?.explanation).toBe(
      'Pod api-1 was evicted because node node-1 was short of memory (80432Ki left, it evicts below 100Mi); container app was using 3Gi and had requested 256Mi.',
    );
    expect(words(finding)).toEqual([
      MEMORY.trim(),
      'containers[app].resources.requests.memory: 256Mi',
      'reason: Evicted',
    ]);
  });

  it.each([
    [
      'The node was low on resource: memory. Container app was using 4046024Ki, which exceeds its request of 0. ',
      'was using 4046024Ki and had requested 0',
    ],
    [
      'The node was low on resource: ephemeral-storage. Threshold quantity: 5368709120, available: 4.9Gi. ',
      'short of ephemeral-storage (4.9Gi left, it evicts below 5368709120)',
    ],
    ['The node had condition: [DiskPressure]. ', 'short of ephemeral-storage'],
    ['The node was low on resource: pids. Threshold quantity: 1k, available: 800. ', 'short of pids'],
  ])('reads %s', (message, phrase) => {
    expect(eviction.analyze(makeCase(evicted(message)))[0]?.explanation).toContain(phrase);
  });

  it.each<[string, CaseShape]>([
    ['an empty case', {}],
    [
      'a pod over its own limit',
      evicted('Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. '),
    ],
    ['an emptyDir over its limit', evicted('Usage of EmptyDir volume "tmp" exceeds the limit "1Gi". ')],
    [
      'an old eviction beside a crash',
      { condition: 'CrashLoopBackOff', events: [{ reason: 'Evicted', message: MEMORY }] },
    ],
  ])('stays silent for %s', (_what, shape) => {
    expect(eviction.analyze(makeCase(shape))).toEqual([]);
  });
});
