import { describe, expect, it } from 'vitest';
import { CAUSE_CODES, type CauseCode } from '../model/diagnosis.ts';
import { regressionOf } from './rollout-regression.ts';
import { type CaseShape, makeCase, words } from './testing/make-case.ts';

const AT = Date.parse('2026-05-04T03:00:00Z');
const env = {
  summary: 'env TOKEN_TTL changed from 3600 to 1h',
  at: AT - 44_000,
  diff: [{ field: 'env TOKEN_TTL', before: '3600', after: '1h' }],
  revision: 5,
};
const mechanism = (cause: CauseCode = 'missing-configuration') => ({
  cause,
  explanation: 'Container app ended.',
  confidence: 0.94,
  citations: [{ evidenceId: 'log', text: 'invalid value' }],
  nextSteps: ['one', 'two', 'three', 'four'],
  commands: ['kubectl -n shop logs api-1', 'kubectl -n shop describe pod api-1', 'kubectl get nodes'],
});

function regression(change: object = {}, more: CaseShape = {}, cause?: CauseCode, regressions = 0) {
  const the = makeCase({ openedAt: AT, changes: [{ ...env, ...change }], ...more });
  const counted = { ...the, incident: { ...the.incident, regressions } };
  return regressionOf(counted, mechanism(cause), the.changes[0]);
}

describe('a rollout that broke what worked', () => {
  it('is said with its revision and its time, before the mechanism', () => {
    const finding = regression();
    expect(finding).toMatchObject({ cause: 'rollout-regression', confidence: 0.94 });
    expect(finding?.explanation).toBe(
      'Deployment api worked until a rollout (revision 5) 44 s before: env TOKEN_TTL changed from 3600 to 1h. Container app ended.',
    );
    expect(words(finding ?? undefined)).toEqual(['invalid value', env.summary]);
    expect(finding?.nextSteps).toHaveLength(4);
    expect(finding?.nextSteps[0]).toContain('Roll Deployment api back');
    expect(finding?.commands[0]).toBe('kubectl -n shop rollout history deployment/api');
  });

  it('is all that is said where its mechanism is not known', () => {
    const finding = regression({ at: AT - 240_000, revision: null }, {}, 'unknown');
    expect(finding?.confidence).toBe(0.6);
    expect(finding?.explanation).toBe(
      'Deployment api worked until a rollout 4 min before: env TOKEN_TTL changed from 3600 to 1h.',
    );
  });

  it('is taken back where kubectl knows no revisions, and hostile names make no command', () => {
    const cronJob = regression({}, { root: { kind: 'CronJob', name: 'report' } });
    expect(cronJob?.nextSteps[0]).toContain('Take the change of CronJob report back');
    expect(cronJob?.commands[0]).toBe('kubectl -n shop describe cronjob report');
    const hostile = regression({}, { root: { name: 'x; rm -rf /' } });
    expect(hostile?.commands).toEqual(mechanism().commands.slice(0, 2));
  });

  it.each<[string, object, CaseShape, CauseCode, number]>([
    [
      'of another object',
      { object: { kind: 'Deployment', namespace: 'shop', name: 'other', uid: '' } },
      {},
      'bad-command',
      0,
    ],
    ['that only scaled', { diff: [{ field: 'replicas', before: '1', after: '0' }] }, {}, 'bad-command', 0],
    ['long before', { at: AT - 900_001 }, {}, 'bad-command', 0],
    ['after it began', { at: AT + 1 }, {}, 'bad-command', 0],
    ['where a dependency is down', {}, {}, 'dependency-unreachable', 0],
    ['where a node is lost', {}, {}, 'node-lost', 0],
    ['where it fails again, as before', {}, {}, 'bad-command', 1],
  ])('is not blamed: %s', (_, change, more, cause, regressions) => {
    expect(regression(change, more, cause, regressions)).toBeNull();
  });

  it('is not made up', () => {
    for (const cause of CAUSE_CODES) expect(regressionOf(makeCase({}), mechanism(cause), undefined)).toBeNull();
  });
});
