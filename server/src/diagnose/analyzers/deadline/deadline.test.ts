import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { deadline } from './deadline.ts';

const object = { kind: 'Job', namespace: 'shop', name: 'import' };
const MESSAGE = 'Job was active longer than specified deadline';
const found = (shape: CaseShape) => deadline.analyze(makeCase(shape))[0];

describe('deadline', () => {
  it('finds a job that ran longer than it may', () => {
    const finding = found({
      condition: 'DeadlineExceeded',
      root: object,
      objects: [
        {
          kind: 'Job',
          spec: { activeDeadlineSeconds: 600 },
          status: {
            startTime: '2026-05-04T02:00:00Z',
            conditions: [
              {
                type: 'Failed',
                status: 'True',
                reason: 'DeadlineExceeded',
                message: MESSAGE,
                lastTransitionTime: '2026-05-04T02:10:00Z',
              },
            ],
          },
        },
      ],
      events: [{ reason: 'DeadlineExceeded', message: MESSAGE, object }],
    });
    expect(finding).toMatchObject({ cause: 'deadline-exceeded' });
    expect(finding?.explanation).toBe(
      'Job import was ended because it ran longer than its deadline of 600 s (activeDeadlineSeconds): it was active for 600 s.',
    );
    expect(words(finding)).toEqual([MESSAGE, 'activeDeadlineSeconds: 600', `conditions[Failed].message: ${MESSAGE}`]);
  });

  it('finds a pod that ran longer than it may', () => {
    const message = 'Pod was active on the node longer than the specified deadline';
    const status = { phase: 'Failed', reason: 'DeadlineExceeded', message };
    const finding = found({
      condition: 'PodFailed',
      pods: [{ name: 'api-1', spec: { activeDeadlineSeconds: 30 }, status }],
    });
    expect(words(finding)).toEqual([`message: ${message}`, 'activeDeadlineSeconds: 30']);
  });

  it.each<[string, CaseShape]>([
    ['an empty case', {}],
    [
      'a rollout that made no progress',
      {
        condition: 'ProgressDeadlineExceeded',
        owners: [
          {
            status: {
              conditions: [
                {
                  type: 'Progressing',
                  status: 'False',
                  reason: 'ProgressDeadlineExceeded',
                  message: 'ReplicaSet "api" has timed out progressing.',
                },
              ],
            },
          },
        ],
      },
    ],
    [
      'a call that took too long',
      {
        events: [{ reason: 'Failed', message: 'rpc error: code = DeadlineExceeded desc = context deadline exceeded' }],
      },
    ],
    [
      'a job that met its backoff limit',
      {
        condition: 'BackoffLimitExceeded',
        root: object,
        events: [{ reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', object }],
      },
    ],
  ])('stays silent for %s', (_what, shape) => {
    expect(deadline.analyze(makeCase(shape))).toEqual([]);
  });
});
