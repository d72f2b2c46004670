/** ResourceQuotas and LimitRanges that refuse pods, with the arithmetic of what is asked for, used and allowed. */
import { objects } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand, getCommand } from '../../kubectl.ts';
import { apiRefusals } from '../../refusals.ts';
import { type Overrun, overruns, readQuota, readRange } from './quota-message.ts';

export const quota: Analyzer = {
  name: 'quota',
  causes: ['quota-exceeded'],
  analyze(the) {
    for (const { says, said, certainty } of apiRefusals(the)) {
      const told = exceeded(says, the) ?? unspecified(says) ?? outOfRange(says);
      const [first] = said;
      if (told === undefined || first === undefined) continue;
      const { namespace } = first.about;
      const finding: Finding = {
        cause: 'quota-exceeded',
        explanation: told.explanation,
        confidence: 0.96 * certainty,
        citations: cited(first.citation, told.cites, said.find(({ from }) => from === 'status')?.citation),
        nextSteps: told.nextSteps,
        commands: commandsOf(
          told.quota === undefined
            ? getCommand(namespace, 'limitrange -o yaml')
            : describeCommand({ kind: 'ResourceQuota', namespace, name: told.quota }),
          getCommand(namespace, 'resourcequota,limitrange'),
          describeCommand(first.about),
        ),
      };
      return [finding];
    }
    return [];
  },
};

interface Told {
  readonly explanation: string;
  readonly nextSteps: readonly string[];
  readonly quota?: string;
  readonly cites?: ReturnType<typeof citeField>;
}

function exceeded(says: string, the: Case): Told | undefined {
  const read = readQuota(says);
  if (read === undefined) return undefined;
  const over = overruns(read);
  const sums = over.map(sum).join('; ');
  const [first] = over;
  const resources = over.map(({ resource }) => resource).join(', ');
  return {
    quota: read.name,
    cites: first === undefined ? null : citeHard(read.name, first.resource, the),
    explanation: `ResourceQuota ${read.name} refuses new ${says.includes('persistentvolumeclaims "') ? 'claims' : 'pods'}${sums === '' ? '' : `: ${sums}`}.`,
    nextSteps: [
      `Raise ${resources === '' ? 'the limits' : resources} in quota ${read.name}, if the namespace may have more`,
      'Or lower the requests or the replicas of this workload',
      'Or remove what uses up the quota: look at the other pods of the namespace, finished rollouts included',
    ],
  };
}

/** `requests.cpu: 400m used + 400m asked for = 800m, allowed are 500m`. */
function sum({ resource, used, requested, limited, total }: Overrun): string {
  return `${resource}: ${used} used + ${requested} asked for${total === '' ? '' : ` = ${total}`}, allowed are ${limited}`;
}

/** The same limit as the captured quota has it. */
function citeHard(name: string, resource: string, { quotas }: Case): ReturnType<typeof citeField> {
  const held = quotas.find(({ value }) => objects(value['resource_quotas']).some((each) => each['name'] === name));
  return held === undefined ? null : citeField(held, ['resource_quotas', name, 'hard', resource]);
}

/** A quota over requests or limits makes them compulsory. */
function unspecified(says: string): Told | undefined {
  const match = /failed quota: ([^\s:]{1,253}): must specify (.{1,300})/.exec(says);
  if (match === null) return undefined;
  const [, name = '', missing = ''] = match;
  return {
    quota: name,
    explanation: `ResourceQuota ${name} counts resources that the pod does not state, and so refuses it: it must specify ${missing.trim()}.`,
    nextSteps: [
      `Set ${missing.trim()} in the pod's containers`,
      'Or add a LimitRange with defaults to the namespace, so that every container has them',
    ],
  };
}

function outOfRange(says: string): Told | undefined {
  const ranges = readRange(says);
  const [first] = ranges;
  if (first === undefined) return undefined;
  return {
    explanation: `A LimitRange of the namespace refuses the pod: ${ranges.slice(0, 3).join('; ')}.`,
    nextSteps: [
      'Change the requests and limits of the container so that they lie within the LimitRange',
      'Or change the LimitRange, if the workload needs what it asks for',
    ],
  };
}
