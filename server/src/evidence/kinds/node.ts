/** The node: its labels and conditions, what it has to give, and what keeps pods off it. */
import { fields, objects, text as textOf } from '../../kit/fields.ts';
import { isSelective, selectedLabels, selectsNode } from '../../kit/node-selector.ts';
import { quantityOf } from '../../kit/quantity.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import { type Captured, capturedError, capturedValue } from '../captured.ts';
import { type Snapshot, type Surroundings, see, text } from '../snapshot.ts';

/** Of a cluster that takes no pod, more nodes say no more. */
const MOST_NODES = 10;
/** Of those, how many because the pods ask for them by label, and how many of these and the largest together. */
const SELECTED_NODES = 6;
const LARGEST_NODES = 8;

/**
 * The names of the nodes that these pods run on, and of the subject or root where it is a node. Of pods that no node takes: those
 * that they ask for by label, then the largest in what they ask for, then those with taints.
 */
export function nodesOf(pods: readonly Snapshot[], { cache, incident }: Surroundings): readonly string[] {
  const names = pods.map((pod) => text(pod.spec.nodeName) || cache.nodeOf(incident.cluster.uid, pod.ref));
  for (const ref of [incident.subject, incident.root]) if (ref.kind === 'Node') names.unshift(ref.name);
  const known = [...new Set(names)].filter((name) => name !== '');
  const waiting = pods.filter((pod) => text(pod.spec.nodeName) === '' && isUnscheduled(pod));
  if (known.length > 0 || (waiting.length === 0 && incident.condition !== 'FailedScheduling')) return known;
  return candidates(waiting.length > 0 ? waiting : pods, [...cache.list(incident.cluster.uid, 'Node')]);
}

function isUnscheduled({ status }: Snapshot): boolean {
  return objects(status.conditions).some(
    ({ type, status: is, reason }) => type === 'PodScheduled' && is === 'False' && reason !== 'SchedulingGated',
  );
}

function candidates(pods: readonly Snapshot[], nodes: readonly SlimObject[]): readonly string[] {
  const asked = askedBy(pods);
  const largest = nodes.toSorted((a, b) => roomFor(asked, b) - roomFor(asked, a) || memoryOf(b) - memoryOf(a));
  const selective = pods.filter(({ spec }) => isSelective(spec));
  const selected = largest.filter(({ ref, labels }) =>
    selective.some(({ spec }) => selectsNode(spec, { name: ref.name, labels })),
  );
  const chosen = new Set(selected.slice(0, SELECTED_NODES));
  for (const node of largest) if (chosen.size < LARGEST_NODES) chosen.add(node);
  const tainted = largest.filter(({ spec }) => objects(spec['taints']).length > 0);
  for (const node of [...tainted, ...selected, ...largest]) if (chosen.size < MOST_NODES) chosen.add(node);
  return [...chosen].map(({ ref }) => ref.name);
}

/** The most that one container asks for, of each resource: enough to tell large nodes from small ones. */
function askedBy(pods: readonly Snapshot[]): ReadonlyMap<string, number> {
  const asked = new Map<string, number>();
  for (const { spec } of pods) {
    for (const { resources } of objects(spec.containers)) {
      const { requests, limits } = fields(resources);
      for (const [resource, quantity] of Object.entries({ ...fields(limits), ...fields(requests) })) {
        asked.set(resource, Math.max(asked.get(resource) ?? 0, quantityOf(quantity) ?? 0));
      }
    }
  }
  return asked;
}

/** How often a node could hold what is asked for if it were empty, by what it has the least of. */
function roomFor(asked: ReadonlyMap<string, number>, { status }: SlimObject): number {
  const allocatable = fields(status['allocatable']);
  const shares = [...asked].filter(([, wanted]) => wanted > 0);
  return Math.min(...shares.map(([resource, wanted]) => (quantityOf(allocatable[resource]) ?? 0) / wanted), 1e9);
}

function memoryOf({ status }: SlimObject): number {
  return quantityOf(fields(status['allocatable'])['memory']) ?? 0;
}

export async function captureNode(
  name: string,
  pods: readonly Snapshot[],
  surroundings: Surroundings,
): Promise<Captured> {
  const ref = { kind: 'Node', namespace: '', name, uid: '' };
  const sighting = await see(ref, surroundings);
  if (sighting.kind === 'unseen') return capturedError('node', ref, sighting.why);
  const { spec, status, labels, ref: seen } = sighting.object;
  return capturedValue('node', seen, {
    name,
    labels: tellingLabels(labels, pods),
    conditions: status.conditions ?? [],
    allocatable: status.allocatable ?? {},
    capacity: status.capacity ?? {},
    taints: spec.taints ?? [],
    unschedulable: spec.unschedulable === true,
    node_info: status.nodeInfo ?? {},
  });
}

const WELL_KNOWN: ReadonlySet<string> = new Set([
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);
/** The API server takes no longer value; what is longer did not come from one. */
const LONGEST_VALUE = 63;

/** Those that every node has, and those that these pods ask for or are spread over. Nodes carry dozens of others. */
function tellingLabels(labels: Readonly<Record<string, string>>, pods: readonly Snapshot[]): Record<string, string> {
  const wanted = new Set(pods.flatMap(({ spec }) => [...selectedLabels(spec), ...spreadOver(spec)]));
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([key, value]) => value.length <= LONGEST_VALUE && (WELL_KNOWN.has(key) || wanted.has(key)),
    ),
  );
}

function spreadOver(spec: Snapshot['spec']): readonly string[] {
  return objects(spec.topologySpreadConstraints).map(({ topologyKey }) => textOf(topologyKey, 320));
}
