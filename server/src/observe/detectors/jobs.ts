/** Jobs that failed for good, and CronJobs that did not start a run that was due. */
import type { SlimObject } from '../../model/slim-object.ts';
import { count, text, time } from '../../kit/fields.ts';
import { readSchedule } from './cron-schedule.ts';
import { atOnce, type Context, type Detector } from './detector.ts';
import { because, conditionOf } from './reading.ts';

export const jobs: Detector = {
  name: 'jobs',
  kinds: ['Job'],
  *detect(job, context) {
    const failed = conditionOf(job, 'Failed');
    if (failed?.status !== 'True' || laterSuccess(job, context) !== undefined) return;
    yield {
      condition: failed.reason || 'JobFailed',
      container: '',
      since: failed.since ?? job.createdAt,
      dueAt: atOnce,
      message: `The job failed${because(failed.reason, failed.message)}; ${count(job.status['failed'])} pods failed, ${count(job.status['succeeded'])} succeeded`,
      moment: true,
    };
  },
  overAt(job, _raised, context) {
    return laterSuccess(job, context) ?? context.now;
  },
};

/** When a later run of the same CronJob succeeded: the failed one is history then. */
function laterSuccess(job: SlimObject, { around }: Context): number | undefined {
  const cron = job.owners.find(({ kind }) => kind === 'CronJob');
  if (cron === undefined) return undefined;
  for (const sibling of around.ownedBy(cron.uid)) {
    const complete = conditionOf(sibling, 'Complete');
    if (sibling.createdAt > job.createdAt && complete?.status === 'True') {
      return time(sibling.status['completionTime']) ?? complete.since ?? sibling.createdAt;
    }
  }
  return undefined;
}

export const cronJobs: Detector = {
  name: 'cron-jobs',
  kinds: ['CronJob'],
  *detect(cronJob, context) {
    const { spec, status } = cronJob;
    if (spec['suspend'] === true || cronJob.deletingSince !== null) return;
    // Such a run is left out on purpose while the one before goes on.
    if (spec['concurrencyPolicy'] === 'Forbid' && Array.isArray(status['active']) && status['active'].length > 0)
      return;
    const schedule = readSchedule(text(spec['schedule'], 256), text(spec['timeZone'], 128));
    const from = Math.max(time(status['lastScheduleTime']) ?? cronJob.createdAt, context.specChangedAt ?? 0);
    const expected = schedule?.next(from);
    if (expected === undefined) return;
    yield {
      condition: 'MissSchedule',
      container: '',
      since: expected,
      ahead: expected > context.now,
      dueAt: () => expected + context.graces.scheduleMs,
      message: `The run of ${new Date(expected).toISOString()} (schedule ${text(spec['schedule'], 256)}) was not started`,
    };
  },
};
