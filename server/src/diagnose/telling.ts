/** What the analyzers of logs say the same way: whose log it is, the decisive words, and where to read on. */
import { fields } from '../kit/fields.ts';
import type { Citation, Finding } from '../model/diagnosis.ts';
import type { FailedRun } from './failed-runs.ts';
import { commandsOf, describeCommand, isName } from './kubectl.ts';
import type { Verdict } from './log-verdict.ts';

/** `Container api` or `Init container migrate`, with the pods that say the same. */
export function whose({ run: { container, pod }, pods }: Pick<Verdict, 'run' | 'pods'>): string {
  const role = container.init ? 'Init container' : 'Container';
  return pods > 1 ? `${role} ${container.name} (in ${pods} pods)` : `${role} ${container.name} of ${pod.ref.name}`;
}

/** `ended with exit code 1`, `was killed (exit code 137)`, `is not ready`. */
export function fate({ how, exitCode, container }: FailedRun): string {
  switch (how) {
    case 'crashed':
      return exitCode === null ? 'keeps crashing' : `ended with exit code ${exitCode}`;
    case 'killed':
      return `was killed (exit code ${exitCode ?? 137})`;
    case 'ended':
      return 'ended with exit code 0 and is started again and again';
    case 'not-started':
      return 'could not be started';
    case 'unready':
      return container.init ? 'runs on and on, and the pod waits for it' : 'runs but is not ready';
    case 'unseen':
      return 'failed';
  }
}

const LONGEST_QUOTE = 220;

/** The decisive words without the time and level before them, short enough for a sentence. */
export function quoted(words: string): string {
  const bare = words
    .replace(/^\[?\d{4}[-/]\d\d[-/]\d\d[T ][\d:.,]{5,20}(?:Z|[+-]\d\d:?\d\d)?\]?\s{0,5}/, '')
    .replace(/^[[\s|:-]{0,4}(?:FATAL|ERROR|CRITICAL|error|fatal|Error|WARN|warn)\b[\]\s|:-]{1,4}/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return bare.length > LONGEST_QUOTE ? `${bare.slice(0, LONGEST_QUOTE)}…` : bare;
}

export function logCommand({ pod, container, how }: FailedRun): string | null {
  const { namespace, name } = pod.ref;
  if (!isName(namespace) || !isName(name) || !isName(container.name)) return null;
  const wasRestarted = how !== 'unready' && fields(container.status['lastState'])['terminated'] !== undefined;
  return `kubectl -n ${namespace} logs ${name} -c ${container.name}${wasRestarted ? ' --previous' : ''} --tail=50`;
}

export interface Words {
  readonly explanation: string;
  readonly nextSteps: readonly string[];
  readonly more?: readonly (Citation | null)[];
  readonly commands?: readonly (string | null)[];
}

/** A finding in the words of its analyzer, on what the verdict cites. */
export function findingOf(verdict: Verdict, { explanation, nextSteps, more = [], commands = [] }: Words): Finding {
  const { run, cause, confidence, dependency } = verdict;
  const citations = [
    ...verdict.citations.slice(0, 1),
    ...more,
    ...verdict.citations.slice(1),
    run.exitCode === 0 ? null : run.exitCitation,
  ];
  return {
    cause,
    explanation,
    confidence,
    citations: citations.filter((citation) => citation !== null).slice(0, 4),
    nextSteps: nextSteps.filter((step) => step !== '').slice(0, 4),
    commands: commandsOf(logCommand(run), ...commands, describeCommand(run.pod.ref)).slice(0, 3),
    ...(dependency !== undefined &&
      ['dependency-unreachable', 'dns-failure', 'tls-failure'].includes(cause) && { dependency }),
  };
}
