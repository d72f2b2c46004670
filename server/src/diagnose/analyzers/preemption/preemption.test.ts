import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { preemption } from './preemption.ts';

const found = (shape: CaseShape) => preemption.analyze(makeCase(shape))[0];

describe('preemption', () => {
  it.each([
    ['Preempted by shop/urgent on node node-1', 'pod shop/urgent'],
    [
      'Preempted by pod d9d25b95-4a7d-4214-8a30-8ce1fd616f67 on node node-1',
      'pod d9d25b95-4a7d-4214-8a30-8ce1fd616f67',
    ],
    ['Preempted by a pod on node node-1', 'another pod'],
  ])('names both in: %s', (message, by) => {
    const finding = found({
      condition: 'Preempted',
      pods: [{ name: 'api-1', spec: { priorityClassName: 'batch' } }],
      events: [{ reason: 'Preempted', message, object: { kind: 'Pod', namespace: 'shop', name: 'api-1' } }],
    });
    expect(finding).toMatchObject({ cause: 'preempted' });
    expect(finding?.explanation).toContain('Pod api-1 (priority batch) was removed');
    expect(finding?.explanation).toContain(`make room for ${by}`);
    expect(words(finding)).toEqual([message, 'priorityClassName: batch']);
  });

  it('reads what the status keeps of it', () => {
    const message = 'default-scheduler: preempting to accommodate a higher priority pod';
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message }];
    expect(words(found({ pods: [{ status: { conditions } }] }))[0]).toContain(message);
  });

  it("reads kubelet's own preemption", () => {
    const status = { phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' };
    expect(found({ condition: 'Preempted', pods: [{ status }] })?.explanation).toContain('a critical pod of the node');
  });

  it.each<[string, CaseShape]>([
    ['an empty case', {}],
    [
      'preemption that would not help',
      {
        condition: 'FailedScheduling',
        events: [
          {
            reason: 'FailedScheduling',
            message:
              '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
          },
        ],
      },
    ],
    [
      'an old preemption beside a crash',
      { events: [{ reason: 'Preempted', message: 'Preempted by shop/urgent on node node-1' }] },
    ],
  ])('stays silent for %s', (_what, shape) => {
    expect(preemption.analyze(makeCase(shape))).toEqual([]);
  });
});
