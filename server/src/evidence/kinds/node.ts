/** The node: its conditions, what it has to give, and what keeps pods off it. */
import { type Captured, capturedError, capturedValue } from '../captured.ts';
import { type Snapshot, type Surroundings, see, text } from '../snapshot.ts';

/** The names of the nodes that these pods run on, and of the subject or root where it is a node. */
export function nodesOf(pods: readonly Snapshot[], { cache, incident }: Surroundings): readonly string[] {
  const names = pods.map((pod) => text(pod.spec.nodeName) || cache.nodeOf(incident.cluster.uid, pod.ref));
  for (const ref of [incident.subject, incident.root]) if (ref.kind === 'Node') names.unshift(ref.name);
  return [...new Set(names)].filter((name) => name !== '');
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
