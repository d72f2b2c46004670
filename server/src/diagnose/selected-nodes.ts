/**
 * The nodes that a pod asks for by label, among those that are known. The scheduler looks at taints first: it says of a tainted
 * node nothing about labels, so that its message reads the same whether or not the pod may ever stand there.
 */
import { isSelective, selectsNode } from '../kit/node-selector.ts';
import type { NodeCase, PodCase } from './case.ts';
import { untoleratedTaints } from './node-taints.ts';
import type { Exclusion, Obstacle, Refusal } from './scheduler-message.ts';

/** Undefined where it asks for none in particular. */
export function selectedNodes(pod: PodCase | undefined, nodes: readonly NodeCase[]): readonly NodeCase[] | undefined {
  if (pod === undefined || !isSelective(pod.spec.value)) return undefined;
  const known = nodes.filter(({ labels }) => Object.keys(labels).length > 0);
  return known.length === 0 ? undefined : known.filter((node) => selectsNode(pod.spec.value, node));
}

const KEPT_OFF: readonly Obstacle[] = ['taint', 'cordoned', 'lost-node', 'node-pressure', 'control-plane-taint'];

/** With what decides for the nodes that are asked for at its head. */
export function bySelection(refusal: Refusal, pod: PodCase | undefined, nodes: readonly NodeCase[]): Refusal {
  const selected = selectedNodes(pod, nodes);
  if (pod === undefined || selected === undefined) return refusal;
  if (selected.length === 0)
    return nodes.length < refusal.nodes ? refusal : ledBy(refusal, ({ obstacle }) => obstacle === 'node-affinity');
  const areKeptOff = selected.every((node) => node.unschedulable || untoleratedTaints(pod.spec.value, node).length > 0);
  return areKeptOff ? ledBy(refusal, ({ obstacle }) => KEPT_OFF.includes(obstacle)) : refusal;
}

function ledBy(refusal: Refusal, leads: (exclusion: Exclusion) => boolean): Refusal {
  const order = (exclusion: Exclusion) => Number(!leads(exclusion));
  return { ...refusal, exclusions: refusal.exclusions.toSorted((a, b) => order(a) - order(b)) };
}
