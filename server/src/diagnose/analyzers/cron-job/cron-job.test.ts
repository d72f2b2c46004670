import { describe, expect, it } from 'vitest';
import { makeCase, words } from '../../testing/make-case.ts';
import { cronJob } from './cron-job.ts';

const object = { kind: 'CronJob', namespace: 'shop', name: 'nightly' };

function found(reason: string, message: string, spec: Record<string, unknown> = {}) {
  return cronJob.analyze(
    makeCase({
      condition: reason,
      root: object,
      objects: [{ kind: 'CronJob', spec, status: {} }],
      events: [{ reason, message, object, source: 'cronjob-controller' }],
    }),
  )[0];
}

describe('cron job', () => {
  it('finds a run that missed its deadline', () => {
    const message = 'Missed scheduled time to start a job: Mon, 04 May 2026 03:00:00 +0000';
    const finding = found('MissSchedule', message, { startingDeadlineSeconds: 5 });
    expect(finding).toMatchObject({ cause: 'deadline-exceeded', confidence: 0.8 });
    expect(words(finding)).toEqual([message, 'startingDeadlineSeconds: 5']);
  });

  it.each([
    [
      'TooManyMissedTimes',
      'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      'more than 100 runs',
    ],
    [
      'FailedNeedsStart',
      'Cannot determine if job needs to be started: too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      'more than 100 runs',
    ],
    ['UnknownTimeZone', 'invalid timeZone: "Mars/Base": unknown time zone Mars/Base', 'time zone'],
    [
      'UnparseableSchedule',
      'unparseable schedule: "61 * * * *" : end of range (61) above maximum (59): 61',
      'schedule',
    ],
    [
      'JobAlreadyActive',
      'Not starting job because prior execution is running and concurrency policy is Forbid',
      'still goes on',
    ],
    ['MissSchedule', 'The run of 2026-05-04T03:00:00.000Z (schedule 0 3 * * *) was not started', 'did not start a run'],
  ])('tells of %s: %s', (reason, message, phrase) => {
    const finding = found(reason, message);
    expect(finding?.cause).toBe('unknown');
    expect(finding?.explanation).toContain(phrase);
    expect(words(finding)[0]).toBe(message);
  });

  it('stays silent for an empty case and for other conditions', () => {
    expect(cronJob.analyze(makeCase({}))).toEqual([]);
    expect(found('SuccessfulCreate', 'Created job nightly-1')).toBeUndefined();
  });
});
