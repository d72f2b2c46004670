/** Taints that the pod does not tolerate, cordoned nodes, and the taints that say that a node itself is in trouble. */
import type { Case, NodeCase, PodCase } from '../../case.ts';
import { citeField } from '../../cite.ts';
import { describeCommand } from '../../kubectl.ts';
import { LOST_NODE_TAINTS, PRESSURE_TAINTS, type Taint, taintsOf, untoleratedTaints } from '../../node-taints.ts';
import { type Exclusion, taintIn } from '../../scheduler-message.ts';
import { selectedNodes } from '../../selected-nodes.ts';
import type { UnscheduledPod } from '../../unscheduled-pod.ts';
import { type Explained, nodesOf } from './explained.ts';

const LIST_TAINTS = 'kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints';
const CORDONED = 'node.kubernetes.io/unschedulable';

export function explainTaint(waiting: UnscheduledPod, exclusions: readonly Exclusion[], the: Case): Explained {
  const taints = exclusions.flatMap(({ reason }) => taintsBehind(reason, waiting, the));
  const where = nodesOf(
    exclusions.reduce((sum, { nodes }) => sum + nodes, 0),
    waiting,
  );
  const [first] = taints;
  const citations = taints.slice(0, 2).map(({ node, key }) => {
    const index = node?.taints.findIndex((taint) => taint['key'] === key) ?? -1;
    return node === undefined || index < 0
      ? null
      : citeField({ evidenceId: node.evidenceId, value: { taints: node.taints } }, ['taints', index]);
  });
  const commands = [LIST_TAINTS, first?.node === undefined ? null : nodeCommand(first.node)];
  const said = { citations, commands };
  const { obstacle } = exclusions[0] ?? { obstacle: 'taint' };
  if (obstacle === 'lost-node' || isOneOf(first, LOST_NODE_TAINTS)) return { ...said, ...lost(where, first) };
  if (obstacle === 'node-pressure' || isOneOf(first, PRESSURE_TAINTS)) return { ...said, ...pressure(where, first) };
  if (obstacle === 'cordoned' || first?.key === CORDONED) return { ...said, ...cordoned(where) };
  return { ...said, ...untolerated(where, taints, selectedNodes(waiting.pod, the.nodes) ?? []) };
}

/** The taint that the message names; since 1.34 it names none, and those of the nodes that the pod does not tolerate are taken. */
function taintsBehind(reason: string, { pod }: UnscheduledPod, the: Case): readonly Taint[] {
  const nodes = wantedNodes(pod, the);
  const named = taintIn(reason);
  if (named === undefined) {
    if (!reason.includes('taint')) return [];
    return unique(nodes.flatMap((node) => untoleratedTaints(pod?.spec.value ?? {}, node)));
  }
  const known = the.nodes.flatMap(taintsOf).find(({ key, value }) => key === named.key && value === named.value);
  return [known ?? { ...named, effect: '', node: undefined }];
}

/** Those that the pod asks for by label; where it asks for none that is there, all. */
function wantedNodes(pod: PodCase | undefined, { nodes }: Case): readonly NodeCase[] {
  const selected = selectedNodes(pod, nodes) ?? [];
  return selected.length > 0 ? selected : nodes;
}

function unique(taints: readonly Taint[]): readonly Taint[] {
  return taints.filter((taint, index) => taints.findIndex((other) => written(other) === written(taint)) === index);
}

/** `key=value:effect`, as kubectl takes it. */
function written({ key, value, effect }: Taint): string {
  return `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`;
}

function isOneOf(taint: Taint | undefined, keys: readonly string[]): boolean {
  return taint !== undefined && keys.includes(taint.key);
}

function nodeCommand({ name }: NodeCase): string | null {
  return describeCommand({ kind: 'Node', namespace: '', name });
}

type Told = Pick<Explained, 'cause' | 'explanation' | 'nextSteps'>;

function lost(where: string, taint: Taint | undefined): Told {
  return {
    cause: 'node-lost',
    explanation: `The pod cannot be placed because ${where} ${verb(where)} not ready${taint === undefined ? '' : ` (taint ${written(taint)})`}.`,
    nextSteps: [
      'Bring the nodes back: look at their conditions and at their kubelets',
      'Or add a node, if they are gone for good',
    ],
  };
}

function pressure(where: string, taint: Taint | undefined): Told {
  return {
    cause: 'node-pressure',
    explanation: `The pod cannot be placed because ${where} ${verb(where)} short of a resource${taint === undefined ? '' : ` (taint ${written(taint)})`}.`,
    nextSteps: ['Free what the node is short of: look at its conditions and its biggest pods', 'Or add a node'],
  };
}

function cordoned(where: string): Told {
  return {
    cause: 'taint',
    explanation: `The pod cannot be placed because ${where} ${verb(where)} cordoned (marked unschedulable).`,
    nextSteps: [
      'Find out who cordoned the nodes and why: an upgrade or a drain may be under way',
      'Uncordon them when that is over, or add a node',
    ],
  };
}

function untolerated(where: string, taints: readonly Taint[], selected: readonly NodeCase[]): Told {
  const names = taints.slice(0, 3).map(written).join(', ');
  const [first] = taints;
  const meant = selected.slice(0, 3).map(({ name }) => name);
  const only =
    meant.length === 0
      ? ''
      : ` ${meant.join(', ')} ${meant.length === 1 ? 'has' : 'have'} the labels that the pod asks for.`;
  return {
    cause: 'taint',
    explanation: `The pod does not tolerate ${names === '' ? 'the taints' : taints.length > 1 ? `the taints ${names}` : `the taint ${names}`} of ${where}.${only}`,
    nextSteps: [
      first === undefined
        ? 'Compare the taints of the nodes with the tolerations of the pod'
        : `Add a toleration for ${written(first)} to the pod, if it belongs on those nodes`,
      'Else add a node without the taint, or remove the taint where it is left over',
    ],
  };
}

function verb(where: string): string {
  return where.startsWith('the only') || where.startsWith('every') || where.startsWith('1 of') ? 'is' : 'are';
}
