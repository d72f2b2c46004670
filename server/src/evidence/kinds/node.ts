/** The node: its conditions, what it has to give, and what keeps pods off it. */
import { fields } from '../../kit/fields.ts';
import { quantityOf } from '../../kit/quantity.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import { type Captured, capturedError, capturedValue } from '../captured.ts';
import { type Snapshot, type Surroundings, see, text } from '../snapshot.ts';

/** Of a cluster that has no room, the largest nodes say how little there is. */
const LARGEST_NODES = 5;

/**
 * The names of the nodes that these pods run on, and of the subject or root where it is a node. Of pods that no node takes, those of
 * the largest nodes.
 */
export function nodesOf(pods: readonly Snapshot[], { cache, incident }: Surroundings): readonly string[] {
  const names = pods.map((pod) => text(pod.spec.nodeName) || cache.nodeOf(incident.cluster.uid, pod.ref));
  for (const ref of [incident.subject, incident.root]) if (ref.kind === 'Node') names.unshift(ref.name);
  const known = [...new Set(names)].filter((name) => name !== '');
  if (known.length > 0 || incident.condition !== 'FailedScheduling') return known;
  const memory = (node: SlimObject) => quantityOf(fields(node.status['allocatable'])['memory']) ?? 0;
  const largest = [...cache.list(incident.cluster.uid, 'Node')].sort((a, b) => memory(b) - memory(a));
  return largest.slice(0, LARGEST_NODES).map(({ ref }) => ref.name);
}

export async function captureNode(name: string, surroundings: Surroundings): Promise<Captured> {
  const ref = { kind: 'Node', namespace: '', name, uid: '' };
  const sighting = await see(ref, surroundings);
  if (sighting.kind === 'unseen') return capturedError('node', ref, sighting.why);
  const { spec, status, ref: seen } = sighting.object;
  return capturedValue('node', seen, {
    name,
    conditions: status.conditions ?? [],
    allocatable: status.allocatable ?? {},
    capacity: status.capacity ?? {},
    taints: spec.taints ?? [],
    unschedulable: spec.unschedulable === true,
    node_info: status.nodeInfo ?? {},
  });
}
