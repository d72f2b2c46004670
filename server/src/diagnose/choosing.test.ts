import { describe, expect, it } from 'vitest';
import { CAUSE_CODES, type CauseCode } from '../model/diagnosis.ts';
import { choose } from './choosing.ts';

type Told = readonly [CauseCode, number];
const found = (...told: readonly Told[]) =>
  told.map(([cause, confidence]) => ({
    by: cause,
    finding: { cause, confidence, explanation: '', citations: [], nextSteps: [], commands: [] },
  }));
const winner = (conditions: readonly string[], ...told: readonly Told[]) =>
  choose(found(...told), conditions)[0]?.finding.cause;

describe('of several causes', () => {
  it.each<[CauseCode, string[], Told[]]>([
    // A probe shows what something else brings about.
    [
      'dependency-unreachable',
      ['Unhealthy'],
      [
        ['readiness-probe', 0.92],
        ['dependency-unreachable', 0.7],
      ],
    ],
    [
      'readiness-probe',
      ['Unhealthy'],
      [
        ['readiness-probe', 0.92],
        ['dependency-unreachable', 0.6],
      ],
    ],
    [
      'dependency-unreachable',
      ['CrashLoopBackOff'],
      [
        ['liveness-probe', 0.93],
        ['dependency-unreachable', 0.75],
      ],
    ],
    // An exception is what is left when nothing says more.
    [
      'missing-configuration',
      ['CrashLoopBackOff'],
      [
        ['unhandled-exception', 0.82],
        ['missing-configuration', 0.7],
      ],
    ],
    [
      'permission-denied',
      ['BackoffLimitExceeded'],
      [
        ['deadline-exceeded', 0.9],
        ['permission-denied', 0.7],
      ],
    ],
    // What refuses the connection by a bad certificate or password was reached.
    [
      'tls-failure',
      ['CrashLoopBackOff'],
      [
        ['dependency-unreachable', 0.91],
        ['tls-failure', 0.91],
      ],
    ],
    // The headline's own field.
    [
      'memory-limit-too-low',
      ['OOMKilled'],
      [
        ['unhandled-exception', 0.82],
        ['dependency-unreachable', 0.94],
        ['memory-limit-too-low', 0.8],
      ],
    ],
    [
      'missing-reference',
      ['FailedMount'],
      [
        ['missing-reference', 0.95],
        ['missing-configuration', 0.94],
      ],
    ],
    [
      'image-pull',
      ['ImagePullBackOff'],
      [
        ['node-lost', 0.95],
        ['image-pull', 0.85],
      ],
    ],
    [
      'preempted',
      ['FailedScheduling', 'Preempted'],
      [
        ['insufficient-resources', 0.95],
        ['preempted', 0.9],
      ],
    ],
    [
      'taint',
      ['FailedScheduling', 'Preempted'],
      [
        ['insufficient-resources', 0.95],
        ['taint', 0.95],
      ],
    ],
    // Anything beats not knowing, and a workload without endpoints only shows what keeps its pods away.
    [
      'lifecycle-hook',
      ['CrashLoopBackOff'],
      [
        ['unknown', 0.9],
        ['lifecycle-hook', 0.5],
      ],
    ],
    [
      'quota-exceeded',
      ['MinimumReplicasUnavailable'],
      [
        ['no-endpoints', 0.92],
        ['quota-exceeded', 0.6],
      ],
    ],
  ])('%s wins under %j', (cause, conditions, told) => {
    expect(winner(conditions, ...told)).toBe(cause);
    expect(winner(conditions, ...told.toReversed())).toBe(cause);
  });

  it('keeps them all, and the same order whoever speaks first', () => {
    const all = found(...CAUSE_CODES.map((cause): Told => [cause, 0.9]));
    expect(choose(all, ['CrashLoopBackOff'])).toHaveLength(CAUSE_CODES.length);
    expect(choose(all.toReversed(), ['CrashLoopBackOff'])).toEqual(choose(all, ['CrashLoopBackOff']));
  });

  it('is not led astray by conditions that are the names of inherited fields', () => {
    expect(winner(['constructor'], ['taint', 0.9])).toBe('taint');
    expect(winner([], ['taint', 0.9])).toBe('taint');
    expect(choose([], ['OOMKilled'])).toEqual([]);
  });
});
