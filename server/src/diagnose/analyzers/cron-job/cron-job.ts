/** CronJobs whose runs do not start: missed deadlines, too many missed times, a schedule or time zone that cannot be read. */
import { text } from '../../../kit/fields.ts';
import type { CauseCode, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { ObjectCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand, getCommand } from '../../kubectl.ts';
import { concerns, type Statement, statementsOf } from '../../statement.ts';

const CONDITIONS = [
  'MissSchedule',
  'TooManyMissedTimes',
  'FailedNeedsStart',
  'InvalidSchedule',
  'UnparseableSchedule',
  'UnParseableCronJobSchedule',
  'UnknownTimeZone',
  'JobAlreadyActive',
];

interface Reading {
  readonly cause: CauseCode;
  readonly confidence: number;
  readonly explanation: string;
  readonly nextSteps: readonly string[];
  readonly field: string;
}

export const cronJob: Analyzer = {
  name: 'cron-job',
  causes: ['deadline-exceeded', 'unknown'],
  analyze(the) {
    if (!concerns(the, CONDITIONS)) return [];
    const captured = the.objects.find(({ ref }) => ref.kind === 'CronJob');
    const said = statementsOf(the).filter(
      ({ about, reason }) => about.kind === 'CronJob' && CONDITIONS.includes(reason),
    );
    // What the controller says before what was only noticed.
    const first = said.find(({ source }) => source !== 'tattle') ?? said[0];
    return first === undefined ? [] : [findingOf(first, captured)];
  },
};

function findingOf(said: Statement, captured: ObjectCase | undefined): Finding {
  const reading = read(said, captured);
  return {
    cause: reading.cause,
    explanation: reading.explanation,
    confidence: reading.confidence,
    citations: cited(
      said.citation,
      captured && citeField(captured.spec, [reading.field]),
      captured && citeField(captured.status, ['lastScheduleTime']),
    ),
    nextSteps: reading.nextSteps,
    commands: commandsOf(describeCommand(said.about), getCommand(said.about.namespace, 'jobs,cronjobs')),
  };
}

function read({ reason, says, about }: Statement, captured: ObjectCase | undefined): Reading {
  const spec = captured?.spec.value ?? {};
  const name = `CronJob ${about.name}`;
  const words = says.trim().slice(0, 300).replace(/\.$/, '');
  const deadline = spec['startingDeadlineSeconds'];
  if (reason === 'UnknownTimeZone' || words.includes('invalid timeZone') || words.includes('unknown time zone'))
    return unreadable(name, 'time zone', text(spec['timeZone'], 128), words, 'timeZone');
  if (reason !== 'FailedNeedsStart' && (reason.startsWith('Un') || reason === 'InvalidSchedule'))
    return unreadable(name, 'schedule', text(spec['schedule'], 256), words, 'schedule');
  if (words.includes('too many missed start time') || reason === 'TooManyMissedTimes')
    return {
      cause: typeof deadline === 'number' ? 'deadline-exceeded' : 'unknown',
      confidence: 0.8,
      explanation: `${name} has missed more than 100 runs since its last one, so the controller starts none any more: ${words}.`,
      nextSteps: [
        'Set startingDeadlineSeconds below a hundred intervals of the schedule: only misses within it are counted',
        'Find out what held the runs up: suspension, a stopped controller, wrong clocks',
      ],
      field: 'startingDeadlineSeconds',
    };
  if (reason === 'JobAlreadyActive')
    return {
      cause: 'unknown',
      confidence: 0.6,
      explanation: `${name} leaves out runs because the one before still goes on and its concurrency policy is Forbid.`,
      nextSteps: [
        'Look why the active job does not end',
        'Give the job an activeDeadlineSeconds, or run it less often',
      ],
      field: 'concurrencyPolicy',
    };
  return missed(name, words, deadline);
}

function missed(name: string, words: string, deadline: unknown): Reading {
  const within = typeof deadline === 'number' ? deadline : undefined;
  return {
    cause: within === undefined ? 'unknown' : 'deadline-exceeded',
    confidence: within === undefined ? 0.45 : 0.8,
    explanation:
      within === undefined
        ? `${name} did not start a run that was due: ${words}.`
        : `${name} did not start a run within ${within} s of its time (startingDeadlineSeconds), so the run was left out: ${words}.`,
    nextSteps: [
      'Check that kube-controller-manager runs, and that the clocks of the control plane agree',
      ...(within === undefined
        ? []
        : [`Raise startingDeadlineSeconds above ${within}: below 10 s runs are easily missed`]),
      'Start the missed run by hand, if it matters',
    ],
    field: 'startingDeadlineSeconds',
  };
}

function unreadable(name: string, what: string, value: string, words: string, field: string): Reading {
  return {
    cause: 'unknown',
    confidence: 0.6,
    explanation: `${name} starts no run because its ${what}${value === '' ? '' : ` ${value}`} cannot be read: ${words}.`,
    nextSteps: [`Correct the ${what} of the CronJob`],
    field,
  };
}
