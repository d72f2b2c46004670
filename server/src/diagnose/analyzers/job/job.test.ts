import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { job } from './job.ts';

const object = { kind: 'Job', namespace: 'shop', name: 'import' };
const MESSAGE = 'Job has reached the specified backoff limit';
const found = (shape: CaseShape) => job.analyze(makeCase(shape))[0];

describe('job', () => {
  it('tells how often and how the pods of a job failed, and leaves why to their logs', () => {
    const finding = found({
      condition: 'BackoffLimitExceeded',
      root: object,
      objects: [{ kind: 'Job', spec: { backoffLimit: 1 }, status: { failed: 2 } }],
      pods: [
        {
          name: 'import-x',
          status: { containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 3, reason: 'Error' } } }] },
        },
      ],
      events: [{ reason: 'BackoffLimitExceeded', message: MESSAGE, object }],
    });
    expect(finding).toMatchObject({ cause: 'unknown', confidence: 0.4 });
    expect(finding?.explanation).toBe(
      'Job import gave up after 2 failed pods (backoffLimit 1); container main ended with exit code 3.',
    );
    expect(words(finding)).toEqual([
      MESSAGE,
      'containerStatuses[main].state.terminated.exitCode: 3',
      'backoffLimit: 1',
    ]);
    expect(finding?.commands).toContain('kubectl -n shop logs import-x -c main');
  });

  it('names the rule of a failure policy', () => {
    const message = 'Container main for pod shop/import-x failed with exit code 42 matching FailJob rule at index 0';
    const shape = {
      condition: 'PodFailurePolicy',
      root: object,
      events: [{ reason: 'PodFailurePolicy', message, object }],
    };
    expect(found(shape)?.explanation).toContain('matching FailJob rule at index 0');
  });

  it('stays silent for an empty case, and where the job has not failed', () => {
    expect(found({})).toBeUndefined();
    expect(found({ condition: 'CrashLoopBackOff', objects: [{ kind: 'Job' }] })).toBeUndefined();
  });
});
