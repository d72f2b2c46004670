/** Commands that do not fit their image: what the runtime cannot execute, and what the shell or interpreter cannot find. */
import { objects, text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { type FailedRun, failedRuns } from '../../failed-runs.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { type Verdict, verdictOf, verdictsOn } from '../../log-verdict.ts';
import { statementsOf } from '../../statement.ts';
import { fate, findingOf, logCommand, quoted, whose } from '../../telling.ts';
import { refusalIn, type Refusal } from './runtime-refusal.ts';

export const command: Analyzer = {
  name: 'command',
  causes: ['bad-command'],
  analyze(the) {
    const runs = failedRuns(the);
    const refused = runs.flatMap((run) => refusedBy(run) ?? [])[0];
    if (refused !== undefined) return [refused];
    const told = verdictsOn(the, ['bad-command']).map(worded);
    if (told.length > 0) return told;
    const byCode = runs.flatMap((run) => byExitCode(run) ?? [])[0];
    if (byCode !== undefined) return [byCode];
    return toldByEvents(the);
  },
};

const MEND: Readonly<Record<Refusal['kind'], (name: string, container: string) => readonly string[]>> = {
  'not-found': (name, container) => [
    `Correct command and args of container ${container}: the image has no ${name} (or its script names an interpreter that the image lacks).`,
    'Compare with the image: its ENTRYPOINT and CMD, its PATH, and whether it has a shell at all.',
  ],
  'not-executable': (name, container) => [
    `Make ${name} executable in the image of container ${container} (chmod +x, or COPY --chmod).`,
    'Check that it is a file, and that no mounted volume hides it or is noexec.',
  ],
  'working-directory': (name, container) => [
    `Correct workingDir of container ${container}, or create ${name} in the image.`,
    'Check that the user of the container may enter it.',
  ],
  'no-command': (_, container) => [`Give container ${container} a command, or build the image with ENTRYPOINT or CMD.`],
};

function runtimeWords(refusal: Refusal): string {
  const { kind, name } = refusal;
  const what = name === '' ? 'its command' : name;
  if (kind === 'not-found') return `the image has no ${what} that could be executed`;
  if (kind === 'not-executable') return `${what} may not be executed`;
  if (kind === 'working-directory') return `its working directory ${name} cannot be used`;
  return 'neither the image nor the pod says which command to run';
}

/** What containerd, CRI-O, runc or crun said when it could not start the command. */
function refusedBy(run: FailedRun): Finding | null {
  const refusal = run.how === 'not-started' ? refusalIn(run.message) : null;
  if (refusal === null || run.messageCitation === null) return null;
  return {
    cause: 'bad-command',
    explanation: `${whose({ run, pods: 1 })} could not be started: ${runtimeWords(refusal)}. The runtime said: "${quoted(refusal.words)}".`,
    confidence: 0.95,
    citations: cited(run.messageCitation, ...commandCitations(run)).slice(0, 4),
    nextSteps: MEND[refusal.kind](refusal.name, run.container.name),
    commands: commandsOf(describeCommand(run.pod.ref)),
  };
}

function commandCitations({ pod, container }: FailedRun): readonly ReturnType<typeof citeField>[] {
  const list = container.init ? 'initContainers' : 'containers';
  return ['command', 'args', 'workingDir'].map((field) => citeField(pod.spec, [list, container.name, field]));
}

function worded(verdict: Verdict): Finding {
  const { kind, run, subject, words } = verdict;
  const { name } = run.container;
  const what: Readonly<Record<string, string>> = {
    program: `its command needs ${subject}, which the image does not have or may not execute`,
    module: `what it was told to start is not in the image (${subject})`,
    option:
      subject === ''
        ? 'it was given options that it does not take'
        : `it does not know the option or command ${subject}`,
  };
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ${fate(run)}: ${what[kind] ?? 'its command does not fit its image'}. It said: "${quoted(words)}".`,
    nextSteps:
      kind === 'option'
        ? [
            `Correct the args of container ${name}${subject === '' ? '' : `: ${subject} is not among what this version takes`}.`,
            'Read the release notes if the image was updated: options come and go.',
          ]
        : [
            `Correct command, args or workingDir of container ${name}, or build the image with ${subject || 'what they name'}.`,
            'Check that no volume is mounted over the directory of the program.',
          ],
    more: commandCitations(run),
  });
}

/** Shells end with 127 for what is not there and 126 for what may not be executed, also where nothing was logged. */
function byExitCode(run: FailedRun): Finding | null {
  if (run.exitCitation === null || verdictOf(run) !== null) return null;
  if (run.exitCode === 126 || run.exitCode === 127) {
    const what =
      run.exitCode === 127
        ? 'the command, or one that it calls, was not found'
        : 'the command was found but may not be executed';
    return fromCode(run, 0.76, `ended with exit code ${run.exitCode}: ${what}.`, [
      `Check command and args of container ${run.container.name} against what its image holds.`,
      'Check the execute permission and the first line (#!) of the script.',
    ]);
  }
  if (run.how !== 'ended' || text(run.pod.spec.value['restartPolicy']) === 'Never') return null;
  return fromCode(
    run,
    0.64,
    'ends by itself with exit code 0 and is restarted again and again: its command finishes instead of serving.',
    [
      `Give container ${run.container.name} a command that stays in the foreground; a shell without a terminal, or a server that goes to the background, ends at once.`,
      'If it is meant to finish, run it as a Job or an init container.',
    ],
  );
}

function fromCode(run: FailedRun, confidence: number, what: string, nextSteps: readonly string[]): Finding {
  return {
    cause: 'bad-command',
    explanation: `${whose({ run, pods: 1 })} ${what}`,
    confidence,
    citations: cited(run.exitCitation, ...commandCitations(run)).slice(0, 4),
    nextSteps,
    commands: commandsOf(logCommand(run), describeCommand(run.pod.ref)),
  };
}

/** The same words in an event, where the status has moved on or was not captured. */
function toldByEvents(the: Case): readonly Finding[] {
  for (const { says, about, reason, citation } of statementsOf(the)) {
    const refusal = ['Failed', 'FailedStart', 'BackOff', 'StartError'].includes(reason) ? refusalIn(says) : null;
    if (refusal === null || isWell(the, about.name)) continue;
    return [
      {
        cause: 'bad-command',
        explanation: `A container of ${about.name} could not be started: ${runtimeWords(refusal)}. The runtime said: "${quoted(refusal.words)}".`,
        confidence: 0.9,
        citations: [citation],
        nextSteps: MEND[refusal.kind](refusal.name, 'of the pod'),
        commands: commandsOf(describeCommand(about)),
      },
    ];
  }
  return [];
}

/** Every container of the pod runs and is ready: what an event says is over. */
function isWell(the: Case, name: string): boolean {
  const statuses = objects(the.pods.find(({ ref }) => ref.name === name)?.status.value['containerStatuses']);
  return statuses.length > 0 && statuses.every((status) => status['ready'] === true);
}
