/** Jobs and pods that ran longer than the deadline they were given. */
import { objects, text, time } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, Piece } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { concerns, type Statement, statementsOf } from '../../statement.ts';
import type { Fields } from '../../../kit/fields.ts';

/** As Jobs, and as kubelet for a pod, word it. */
const WORDS = ['active longer than specified deadline', 'active on the node longer than the specified deadline'];

export const deadline: Analyzer = {
  name: 'deadline',
  causes: ['deadline-exceeded'],
  analyze(the) {
    const said = statementsOf(the).find(isExceeded);
    if (said === undefined || (!concerns(the, ['DeadlineExceeded']) && !isFailedBy(the, said))) return [];
    return [findingOf(said, the)];
  },
};

function isExceeded({ reason, says, about }: Statement): boolean {
  return (
    (about.kind === 'Job' || about.kind === 'Pod') &&
    (WORDS.some((words) => says.includes(words)) ||
      (reason === 'DeadlineExceeded' && !says.includes('context deadline')))
  );
}

/** The object itself ended by it. */
function isFailedBy(the: Case, said: Statement): boolean {
  return (
    said.from === 'status' ||
    the.objects.some(({ ref, status }) => ref.kind === 'Job' && failedAt(status.value) !== undefined)
  );
}

function findingOf(said: Statement, the: Case): Finding {
  const job = the.objects.find(({ ref }) => ref.kind === 'Job');
  const pod = the.pods[0];
  const holder = job?.spec.value['activeDeadlineSeconds'] === undefined ? pod : job;
  const seconds = holder?.spec.value['activeDeadlineSeconds'];
  const ran = job === undefined ? undefined : runtime(job.status);
  return {
    cause: 'deadline-exceeded',
    explanation: `${said.about.kind} ${said.about.name} was ended because it ran longer than its deadline${typeof seconds === 'number' ? ` of ${seconds} s (activeDeadlineSeconds)` : ''}${ran === undefined ? '' : `: it was active for ${ran} s`}${progress(job?.status)}.`,
    // Why it took so long, its log may say.
    confidence: 0.9,
    citations: cited(
      said.citation,
      holder && citeField(holder.spec, ['activeDeadlineSeconds']),
      job && citeField(job.status, ['conditions', 'Failed', 'message']),
    ).slice(0, 4),
    nextSteps: [
      'Read the log of its last pod: does it hang, wait for something, or just have more to do than before?',
      `Raise activeDeadlineSeconds${typeof seconds === 'number' ? ` above ${seconds}` : ''}, if the work is sound and merely long`,
      'Split the work, or give it more CPU',
    ],
    commands: commandsOf(describeCommand(said.about), pod === undefined ? null : describeCommand(pod.ref)),
  };
}

function failedAt(status: Fields): number | undefined {
  const failed = objects(status['conditions']).find(
    ({ type, reason }) => type === 'Failed' && reason === 'DeadlineExceeded',
  );
  return failed === undefined ? undefined : (time(failed['lastTransitionTime']) ?? 0);
}

function runtime(status: Piece<Fields>): number | undefined {
  const [started, ended] = [time(status.value['startTime']), failedAt(status.value)];
  return started === undefined || ended === undefined || ended < started
    ? undefined
    : Math.round((ended - started) / 1000);
}

function progress(status: Piece<Fields> | undefined): string {
  const succeeded = text(status?.value['succeeded'], 12);
  return succeeded === '' || succeeded === '0' ? '' : `, and ${succeeded} of its pods had succeeded`;
}
