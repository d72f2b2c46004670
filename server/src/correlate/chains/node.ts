/** A node that is lost, or under pressure, and what that does to the pods on it. */
import { objects, text } from '../../kit/fields.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import type { Chain, Surroundings } from './chain.ts';

/** Only a lost node brings these about. */
const SURELY: ReadonlySet<string> = new Set(['NodeNotReady', 'TaintManagerEviction', 'NodeEvicted']);
/** A lost node brings these about, and other things do, too. */
const PERHAPS: ReadonlySet<string> = new Set(
  (
    'Unhealthy Evicted StuckTerminating PodFailed MinimumReplicasUnavailable ReplicasUnavailable NoEndpoints FailedScheduling FailedMount ' +
    'FailedCreatePodSandBox NetworkNotReady FailedKillPod ExceededGracePeriod ProgressDeadlineExceeded RolloutStuck FailedDaemonPod ' +
    'UnexpectedAdmissionError ReadinessGatesNotReady Rebooted FailedToUpdateEndpointSlices'
  ).split(' '),
);
const PRESSURES: ReadonlySet<string> = new Set([
  'MemoryPressure',
  'DiskPressure',
  'PIDPressure',
  'SystemOOM',
  'OutOfDisk',
]);

export const nodeLost: Chain = function* (event, look) {
  const { condition, observation } = event;
  if (condition === null || observation.object.kind === 'Node') return;
  if (!SURELY.has(condition) && (!PERHAPS.has(condition) || hasTroubleOfItsOwn(event, look))) return;
  for (const node of nodesOf(event, look)) {
    yield {
      place: { kind: 'Node', namespace: '', name: node, uid: '' },
      rule: 'node-lost',
      because: `${observation.object.kind} ${observation.object.name} had a pod on node ${node} when the node was lost`,
      accepts: (strand) => strand.condition === 'NodeNotReady',
    };
  }
};

export const nodePressure: Chain = function* ({ condition, observation, node }) {
  if (condition !== 'Evicted' && condition !== 'NodeEvicted') return;
  // A pod that went over a limit of its own is no victim of its node.
  if (node === '' || observation.message.includes('exceeds')) return;
  yield {
    place: { kind: 'Node', namespace: '', name: node, uid: '' },
    rule: 'node-pressure',
    because: `node ${node} evicted it to get its own resources back`,
    accepts: (strand) => PRESSURES.has(strand.condition),
  };
};

/** An incident that was open before goes on under its own name: the node only adds to it. */
function hasTroubleOfItsOwn({ rootOwner }: TriagedEvent, { openAt }: Surroundings): boolean {
  for (const strand of openAt(rootOwner)) if (strand.rule !== 'node-lost') return true;
  return false;
}

/** The pod's own node; for a workload, or a pod that waits for a node, those of its siblings that are not ready. */
function nodesOf({ observation, node, rootOwner }: TriagedEvent, { cache }: Surroundings): ReadonlySet<string> {
  if (node !== '') return new Set([node]);
  const clusterUid = observation.cluster.uid;
  const nodes = new Set<string>();
  for (const pod of cache.list(clusterUid, 'Pod', rootOwner.namespace || observation.object.namespace)) {
    if (isReady(pod)) continue;
    const owner = cache.rootOwner(clusterUid, pod.ref);
    const isSibling = owner.kind === rootOwner.kind && owner.name === rootOwner.name;
    if (isSibling || isSelectedBy(pod, rootOwner, { cache, clusterUid })) nodes.add(text(pod.spec['nodeName'], 512));
  }
  nodes.delete('');
  return nodes;
}

function isReady(pod: SlimObject): boolean {
  return objects(pod.status['conditions']).some(({ type, status }) => type === 'Ready' && status === 'True');
}

function isSelectedBy(
  pod: SlimObject,
  root: TriagedEvent['rootOwner'],
  { cache, clusterUid }: Pick<Surroundings, 'cache'> & { clusterUid: string },
): boolean {
  if (root.kind !== 'Service') return false;
  const selector = Object.entries((cache.find(clusterUid, root)?.spec['selector'] ?? {}) as Record<string, unknown>);
  return selector.length > 0 && selector.every(([key, value]) => pod.labels[key] === value);
}
