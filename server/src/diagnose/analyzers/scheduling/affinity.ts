/** Node selectors and required node affinity that no node's labels fulfil. */
import { fields, type Fields, objects, text } from '../../../kit/fields.ts';
import type { Case } from '../../case.ts';
import { citeField } from '../../cite.ts';
import type { Exclusion } from '../../scheduler-message.ts';
import { selectedNodes } from '../../selected-nodes.ts';
import type { UnscheduledPod } from '../../unscheduled-pod.ts';
import { type Explained, nodesOf } from './explained.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

export function explainAffinity(waiting: UnscheduledPod, exclusions: readonly Exclusion[], the: Case): Explained {
  const spec = waiting.pod?.spec.value ?? {};
  const wanted = [...selectorLabels(spec), ...affinityTerms(spec)];
  const { refusal } = waiting;
  const lacking = exclusions.reduce((sum, { nodes }) => sum + nodes, 0);
  const selected = selectedNodes(waiting.pod, the.nodes);
  // Of nodes that are ruled out before labels are looked at, the scheduler does not say whether they have them.
  const nobody = selected?.length === 0 && refusal.nodes > 0 && the.nodes.length >= refusal.nodes;
  const where = nodesOf(nobody ? refusal.nodes : lacking, waiting);
  const labels = wanted.slice(0, 4).join(', ');
  const one = where.startsWith('all') ? 'none' : where;
  return {
    cause: 'node-affinity',
    explanation:
      labels === ''
        ? `The pod's node selector or node affinity rules out ${where}.`
        : `The pod asks for nodes with ${labels}, and ${one === 'none' ? `none of ${where.slice(4)} has that` : `${where} ${where === 'the only node' || where === 'every node' ? 'lacks' : 'lack'} it`}.${othersHad(spec, the)}`,
    nextSteps: [
      labels === ''
        ? 'Compare the node selector of the pod with the labels of the nodes'
        : `Correct the selector, if ${labels} is misspelt or out of date`,
      `Else label a node that should take the pod${labels === '' ? '' : ` with ${wanted[0]}`}, or add such a node`,
    ],
    citations: [
      waiting.pod === undefined ? null : citeField(waiting.pod.spec, ['nodeSelector']),
      waiting.pod === undefined ? null : citeField(waiting.pod.spec, ['affinity', 'nodeAffinity', REQUIRED]),
    ],
    commands: ['kubectl get nodes --show-labels'],
  };
}

/** What the nodes have instead, for a value that is misspelt or out of date. */
function othersHad(spec: Fields, { nodes }: Case): string {
  const had = Object.keys(fields(spec['nodeSelector'])).flatMap((key) => {
    const values = nodes.flatMap(({ labels }) => (Object.hasOwn(labels, key) ? text(labels[key], 63) : []));
    return [...new Set(values)].map((value) => `${key.slice(0, 320)}=${value}`);
  });
  return had.length === 0 ? '' : ` There are nodes with ${had.slice(0, 4).join(', ')}.`;
}

function selectorLabels(spec: Fields): readonly string[] {
  return Object.entries(fields(spec['nodeSelector'])).map(([key, value]) => `${key.slice(0, 320)}=${text(value, 63)}`);
}

/** `zone in (a, b)`, `gpu exists`: how required terms read. */
function affinityTerms(spec: Fields): readonly string[] {
  const required = fields(fields(fields(spec['affinity'])['nodeAffinity'])[REQUIRED]);
  return objects(required['nodeSelectorTerms'])
    .slice(0, 8)
    .flatMap((term) =>
      [...objects(term['matchExpressions']), ...objects(term['matchFields'])].slice(0, 8).map(expression),
    );
}

function expression(term: Fields): string {
  const key = text(term['key'], 320);
  const values = Array.isArray(term['values']) ? term['values'].slice(0, 6).map((value) => text(value, 63)) : [];
  switch (term['operator']) {
    case 'Exists':
      return `label ${key}`;
    case 'DoesNotExist':
      return `no label ${key}`;
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return `${key} not in (${values.join(', ')})`;
    default:
      return `${key} ${text(term['operator'], 16)} ${values.join(', ')}`.trim();
  }
}
