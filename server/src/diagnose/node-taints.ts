/** Taints of nodes: those that a pod does not tolerate, and those by which Kubernetes marks a node that is in trouble itself. */
import { type Fields, objects, text } from '../kit/fields.ts';
import type { Case, NodeCase } from './case.ts';

export const LOST_NODE_TAINTS: readonly string[] = [
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/network-unavailable',
];
export const PRESSURE_TAINTS: readonly string[] = [
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/pid-pressure',
];

export function hasLostNode({ nodes }: Case): boolean {
  return nodes.some(({ taints }) => taints.some(({ key }) => LOST_NODE_TAINTS.includes(text(key, 320))));
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  /** Empty where it is not known. */
  readonly effect: string;
  /** Undefined where only a message names it. */
  readonly node: NodeCase | undefined;
}

export function taintsOf(node: NodeCase): readonly Taint[] {
  return node.taints.map(({ key, value, effect }) => ({
    key: text(key, 320),
    value: text(value, 64),
    effect: text(effect, 32),
    node,
  }));
}

/** Those that keep a pod of this spec off the node. */
export function untoleratedTaints(podSpec: Fields, node: NodeCase): readonly Taint[] {
  const tolerations = objects(podSpec['tolerations']);
  return taintsOf(node).filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((each) => tolerates(each, taint)),
  );
}

function tolerates(toleration: Fields, { key, value, effect }: Taint): boolean {
  const wanted = text(toleration['effect']);
  if (wanted !== '' && wanted !== effect) return false;
  const exists = toleration['operator'] === 'Exists';
  if (text(toleration['key']) === '') return exists;
  return toleration['key'] === key && (exists || text(toleration['value']) === value);
}
