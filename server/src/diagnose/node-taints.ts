/** The taints by which Kubernetes marks a node that is in trouble itself; they go when the trouble does. */
import { text } from '../kit/fields.ts';
import type { Case } from './case.ts';

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
