/** Settings that are missing or malformed, as the program says when it reads them. */
import { fields, objects, text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { citeField } from '../../cite.ts';
import { type Verdict, verdictsOn } from '../../log-verdict.ts';
import { placeText, topFrame } from '../../stack-trace.ts';
import { fate, findingOf, quoted, whose } from '../../telling.ts';

export const configuration: Analyzer = {
  name: 'configuration',
  causes: ['missing-configuration'],
  analyze: (the) => verdictsOn(the, ['missing-configuration']).map((verdict) => worded(verdict, the)),
};

function worded(verdict: Verdict, the: Case): Finding {
  const { run, words } = verdict;
  const workload = `${the.incident.root.kind} ${the.incident.root.name}`;
  const variable = variableOf(verdict);
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ${fate(run)}: ${meaning(verdict, variable)} It said: "${quoted(words)}".`,
    nextSteps: steps(verdict, variable, workload),
    more: [variable.citation],
  });
}

interface Variable {
  readonly name: string;
  /** Its literal value, `from …`, or null where the container's spec does not list it. */
  readonly value: string | null;
  readonly citation: ReturnType<typeof citeField>;
}

/** How the container's spec sets the variable that the log names. */
function variableOf({ run: { pod, container }, subject }: Verdict): Variable {
  const entry = objects(container.spec['env']).find((each) => subject !== '' && each['name'] === subject);
  if (entry === undefined) return { name: subject, value: null, citation: null };
  const list = container.init ? 'initContainers' : 'containers';
  const isLiteral = entry['valueFrom'] === undefined;
  const citation = citeField(pod.spec, [list, container.name, 'env', subject, isLiteral ? 'value' : 'valueFrom']);
  return {
    name: subject,
    value: isLiteral ? text(entry['value'], 100) : sourceOf(fields(entry['valueFrom'])),
    citation,
  };
}

function sourceOf(from: ReturnType<typeof fields>): string {
  for (const [key, kind] of [
    ['secretKeyRef', 'Secret'],
    ['configMapKeyRef', 'ConfigMap'],
  ] as const) {
    const reference = fields(from[key]);
    if (reference['key'] !== undefined)
      return `key ${text(reference['key'], 100)} of ${kind} ${text(reference['name'], 100)}`;
  }
  return 'a field of the pod';
}

function meaning({ kind, subject, frames }: Verdict, { value }: Variable): string {
  const set = value === null ? '' : `, which the pod sets to ${value === '' ? 'an empty value' : value}`;
  switch (kind) {
    case 'missing-variable':
      return subject === ''
        ? 'a required environment variable is missing.'
        : `the variable ${subject} is missing${set}.`;
    case 'malformed-variable':
      return `the variable ${subject} has a value that it does not accept${set}.`;
    case 'missing-file':
      return `the file ${subject} that it reads is not there.`;
    case 'syntax':
      return `its configuration cannot be read${subject === '' ? '' : ` (${subject})`}.`;
    case 'node-limit':
      return 'a limit of the node is too low for it.';
    case 'settings-code': {
      const frame = topFrame(frames);
      const place = frame === null ? '' : ` at ${placeText(frame)}`;
      return `a setting is missing or malformed; it stopped while reading its settings${place}.`;
    }
    default:
      return subject === '' ? 'a setting is missing or not valid.' : `the setting ${subject} is missing or not valid.`;
  }
}

function steps({ kind, subject, run }: Verdict, { value }: Variable, workload: string): readonly string[] {
  const { name } = run.container;
  const compare = `Compare the env, envFrom and mounted configuration of container ${name} with its last working revision.`;
  switch (kind) {
    case 'missing-variable':
    case 'malformed-variable':
      return [
        value === null
          ? `Set ${subject === '' ? 'the variable' : subject} in the env of container ${name} of ${workload}, or in the ConfigMap or Secret behind its envFrom.`
          : `Correct ${subject} of container ${name} of ${workload} (now: ${value === '' ? 'empty' : value}).`,
        compare,
      ];
    case 'missing-file':
      return [
        `Mount ${subject} into container ${name} of ${workload}, or correct the path that it is given.`,
        `Check that the key of the ConfigMap or Secret has the name of the file, and subPath and mountPath with it.`,
        compare,
      ];
    case 'syntax':
      return [
        `Correct the configuration${subject === '' ? '' : ` at ${subject}`}, usually a ConfigMap or Secret mounted into container ${name}.`,
        'Validate the file with the program itself (most have a check or test option) before rolling it out.',
        compare,
      ];
    case 'node-limit':
      return [
        `Raise the limit on the node (sysctl) or for the container, as the line of the log names it.`,
        'Set it by a DaemonSet or in the node image, so that new nodes have it.',
      ];
    default:
      return [
        `Correct ${subject === '' ? 'the setting that the log names' : subject} for container ${name} of ${workload}.`,
        compare,
      ];
  }
}
