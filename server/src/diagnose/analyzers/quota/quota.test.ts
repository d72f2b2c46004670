import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { quota } from './quota.ts';

const replicaSet = { kind: 'ReplicaSet', namespace: 'shop', name: 'api-6cb8cfb857' };

function refused(message: string, more: CaseShape = {}) {
  const events = [{ reason: 'FailedCreate', message, object: replicaSet, source: 'replicaset-controller' }];
  return quota.analyze(makeCase({ condition: 'FailedCreate', events, ...more }))[0];
}
const forbidden = (why: string) => `Error creating: pods "api-6cb8cfb857-5kckr" is forbidden: ${why}`;

describe('quota', () => {
  it('finds an exceeded quota and does the sum', () => {
    const message = forbidden(
      'exceeded quota: team-quota, requested: pods=1,requests.cpu=400m, used: pods=1,requests.cpu=400m, limited: pods=1,requests.cpu=500m',
    );
    const finding = refused(message, {
      quotas: [
        { resource_quotas: [{ name: 'team-quota', hard: { pods: '1', 'requests.cpu': '500m' }, used: { pods: '1' } }] },
      ],
    });
    expect(finding).toMatchObject({ cause: 'quota-exceeded', confidence: 0.96 });
    expect(finding?.explanation).toContain(
      'ResourceQuota team-quota refuses new pods: pods: 1 used + 1 asked for = 2, allowed are 1; requests.cpu: 400m used + 400m asked for = 800m, allowed are 500m.',
    );
    expect(words(finding)).toEqual([message, 'resource_quotas[team-quota].hard.pods: 1']);
    expect(finding?.commands[0]).toBe('kubectl -n shop describe resourcequota team-quota');
  });

  it('names only what goes over', () => {
    const finding = refused(
      forbidden(
        'exceeded quota: q, requested: limits.memory=2Gi,pods=1, used: limits.memory=7Gi,pods=2, limited: limits.memory=8Gi,pods=10',
      ),
    );
    expect(finding?.explanation).toContain('limits.memory: 7Gi used + 2Gi asked for = 9Gi, allowed are 8Gi.');
    expect(finding?.explanation).not.toContain('pods: 2');
  });

  it.each([
    [
      forbidden('failed quota: q: must specify limits.cpu for: app; limits.memory for: app'),
      'must specify limits.cpu for: app',
    ],
    [forbidden('failed quota: q: must specify limits.cpu,limits.memory'), 'must specify limits.cpu,limits.memory'],
    [
      forbidden('maximum memory usage per Container is 1Gi, but limit is 2Gi'),
      'maximum memory usage per Container is 1Gi, but limit is 2Gi',
    ],
    [
      forbidden('minimum cpu usage per Container is 100m, but request is 50m'),
      'minimum cpu usage per Container is 100m, but request is 50m',
    ],
    [forbidden('maximum cpu usage per Container is 500m.  No limit is specified'), 'No limit is specified'],
    [
      forbidden(
        '[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
      ),
      'per Pod is 1Gi, but limit is 2Gi',
    ],
    [
      forbidden('cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000'),
      'provided ratio is 4.000000',
    ],
  ])('reads %s', (message, phrase) => {
    const finding = refused(message);
    expect(finding?.cause).toBe('quota-exceeded');
    expect(finding?.explanation).toContain(phrase);
    expect(words(finding)[0]).toBe(message);
  });

  it('reads the condition of the deployment where no event was had', () => {
    const message = 'pods "api-1" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3';
    const finding = quota.analyze(
      makeCase({
        condition: 'MinimumReplicasUnavailable',
        owners: [
          { status: { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] } },
        ],
      }),
    )[0];
    expect(words(finding)[0]).toBe(`conditions[ReplicaFailure].message: ${message}`);
  });

  it('is less sure of an old refusal beside another problem', () => {
    const message = forbidden('exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3');
    expect(refused(message, { condition: 'CrashLoopBackOff', pods: [{}] })?.confidence).toBeLessThan(0.6);
  });

  it.each([
    ['another refusal', forbidden('violates PodSecurity "restricted:latest": runAsNonRoot != true')],
    ['a quota of the cloud', 'failed to provision volume: exceeded quota of project'],
    ['a long line', `exceeded quota: ${'x'.repeat(60_000)}`],
  ])('stays silent for %s', (_what, message) => {
    expect(refused(message)).toBeUndefined();
  });

  it('stays silent for an empty case', () => {
    expect(quota.analyze(makeCase({}))).toEqual([]);
  });
});
