/** Pods that had to make room for more important ones: by the scheduler, or by kubelet for a critical pod. */
import { objects, text } from '../../../kit/fields.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, PodCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand, getCommand } from '../../kubectl.ts';
import { concerns, type Statement, statementsOf } from '../../statement.ts';

export const preemption: Analyzer = {
  name: 'preemption',
  causes: ['preempted'],
  analyze(the) {
    const victim = the.pods.find(wasPreempted);
    if (victim === undefined && !concerns(the, ['Preempted', 'Preempting'])) return [];
    const said = preemptions(the);
    const [first] = said;
    if (first === undefined) return [];
    const { about } = first;
    const pod = the.pods.find(({ ref }) => ref.name === about.name);
    const { by, node } = readPreemption(first.says);
    const priority = text(pod?.spec.value['priorityClassName'], 253) || text(pod?.spec.value['priority'], 16);
    return [
      {
        cause: 'preempted',
        explanation: `Pod ${about.name}${priority === '' ? '' : ` (priority ${priority})`} was removed${node === '' ? '' : ` from node ${node}`} to make room for ${by}, which has a higher priority.`,
        confidence: 0.94,
        citations: cited(
          ...said.slice(0, 2).map(({ citation }) => citation),
          pod && (citeField(pod.spec, ['priorityClassName']) ?? citeField(pod.spec, ['priority'])),
        ),
        nextSteps: [
          'Give the workload a priority class that says how important it is, if it should not have to yield',
          'Add nodes, so that both have room',
          'Check that the other pod deserves its priority, and what it requests',
        ],
        commands: commandsOf(
          describeCommand(about),
          getCommand(about.namespace, 'events --field-selector reason=Preempted'),
          'kubectl get priorityclasses',
        ),
      },
    ];
  },
};

function wasPreempted({ status }: PodCase): boolean {
  return (
    status.value['reason'] === 'Preempting' ||
    objects(status.value['conditions']).some(
      ({ type, status: holds, reason, message }) =>
        type === 'DisruptionTarget' &&
        holds === 'True' &&
        (reason === 'PreemptionByScheduler' || text(message).startsWith('Preempted in order to admit')),
    )
  );
}

/** The scheduler's event names the winner, so it goes first. */
function preemptions(the: Case): readonly Statement[] {
  const said = statementsOf(the).filter(
    ({ reason, says, about }) =>
      about.kind === 'Pod' &&
      (reason === 'Preempted' ||
        reason === 'Preempting' ||
        reason === 'PreemptionByScheduler' ||
        says.startsWith('Preempted in order to admit')),
  );
  const named = (statement: Statement) =>
    Number(statement.says.startsWith('Preempted by ') && statement.source !== 'tattle');
  return [...said].sort((a, b) => named(b) - named(a));
}

/** `Preempted by shop/urgent on node node-1`; newer versions say `pod <uid>`, so as to tell nothing of another namespace. */
function readPreemption(says: string): { readonly by: string; readonly node: string } {
  const match = /Preempted by (a pod|(?:pod )?[a-z0-9][a-z0-9./-]{1,506}) on node ([a-z0-9][a-z0-9.-]{0,252})/.exec(
    says,
  );
  const [, by = '', node = ''] = match ?? [];
  if (by === 'a pod') return { by: 'another pod', node };
  if (by !== '') return { by: by.startsWith('pod ') ? by : `pod ${by}`, node };
  return { by: says.includes('critical pod') ? 'a critical pod of the node' : 'another pod', node: '' };
}
