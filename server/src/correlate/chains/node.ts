/** A node that is lost, or under pressure, and what that does to the pods on it. */
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { IncidentHead, Strand } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { ObjectCache } from '../../model/slim-object.ts';
import type { Chain, Surroundings } from './chain.ts';
import { isReady, isSame, nodeNameOf, selects } from './pods.ts';

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
/** What evictions leave behind. */
const AFTER_EVICTION: ReadonlySet<string> = new Set(
  'Evicted NodeEvicted PodFailed MinimumReplicasUnavailable ReplicasUnavailable NoEndpoints FailedScheduling'.split(
    ' ',
  ),
);

/** Pods are given up after five minutes, replacements take a few more: what begins later, the loss did not bring about. */
const LOSS_SPREADS_MS = 1_800_000;
/** After a node came back, what was on it needs this long to come to rest. */
export const NODE_RECOVERS_MS = 300_000;
/** A kubelet is missed 40 s after its last sign of life at the earliest: its pods may have been missed before. */
const UNNOTICED_MS = 90_000;

/** Whether a lost node, or one under pressure, may have brought this about. */
export function comesFromNodes(condition: string | null): boolean {
  return condition !== null && (SURELY.has(condition) || PERHAPS.has(condition));
}

export const nodeLost: Chain = function* (event, look) {
  const { condition, observation } = event;
  if (condition === null || observation.object.kind === 'Node') return;
  if (!SURELY.has(condition) && (!PERHAPS.has(condition) || hasTroubleOfItsOwn(event, look))) return;
  for (const node of nodesOf(event, look)) {
    yield {
      place: nodeRef(node),
      rule: 'node-lost',
      because: `${observation.object.kind} ${observation.object.name} had a pod on node ${node} when the node was lost`,
      accepts: (strand) =>
        strand.condition === 'NodeNotReady' && (SURELY.has(condition) || mayExplain(strand, look.happenedAt)),
    };
  }
};

/** For a while after the loss, and for a moment after the return. */
function mayExplain({ lastSeen, clearedAt }: Strand, happenedAt: number): boolean {
  if (clearedAt !== null) return happenedAt <= clearedAt + NODE_RECOVERS_MS;
  return happenedAt <= lastSeen + LOSS_SPREADS_MS;
}

export const nodePressure: Chain = function* ({ condition, observation, node }) {
  if (condition !== 'Evicted' && condition !== 'NodeEvicted') return;
  if (node === '' || isOwnLimit(observation.message)) return;
  yield {
    place: nodeRef(node),
    rule: 'node-pressure',
    because: `node ${node} evicted it to get its own resources back`,
    accepts: (strand) => PRESSURES.has(strand.condition),
  };
};

/**
 * A pod that went over a limit of its own is no victim of its node. Victims may have gone over their request: older kubelets say
 * `which exceeds its request`.
 */
function isOwnLimit(message: string): boolean {
  if (message.includes('node was low on resource') || message.includes('node had condition')) return false;
  return message.includes('exceed') && message.includes('limit');
}

/** The node's event, after those of its pods. */
export const victimsOfNode: Chain = function* (event, look) {
  const { condition, observation, rootOwner } = event;
  if (rootOwner.kind !== 'Node' || condition === null) return;
  const isLost = condition === 'NodeNotReady';
  if (!isLost && !PRESSURES.has(condition)) return;
  const explained = isLost
    ? (name: string) => SURELY.has(name) || PERHAPS.has(name)
    : (name: string) => AFTER_EVICTION.has(name);
  // An Event that repeats keeps its first time from long ago.
  const since = (observation.source === 'state' ? observation.firstSeen : look.happenedAt) - UNNOTICED_MS;
  for (const place of placesOn(rootOwner.name, observation.cluster.uid, look.cache)) {
    yield {
      place,
      rule: isLost ? 'node-lost' : 'node-pressure',
      because: `${place.kind} ${place.name} had a pod on node ${rootOwner.name} when the node ${isLost ? 'was lost' : 'ran short'}`,
      accepts: (strand) =>
        explained(strand.condition) &&
        strand.firstSeen >= since &&
        (isLost || strand.condition === 'Evicted' || strand.condition === 'NodeEvicted' || strand.rule !== 'opened') &&
        mayBeOn(rootOwner.name, strand, look.cache),
    };
  }
};

/** The workloads of the node's pods, and the services in front of them. */
function placesOn(node: string, clusterUid: string, cache: ObjectCache): Iterable<ObjectRef> {
  const places = new Map<string, ObjectRef>();
  const add = (ref: ObjectRef) => places.set(`${ref.kind}/${ref.namespace}/${ref.name}`, ref);
  for (const pod of cache.list(clusterUid, 'Pod')) {
    if (nodeNameOf(pod) !== node) continue;
    add(cache.rootOwner(clusterUid, pod.ref));
    for (const service of cache.list(clusterUid, 'Service', pod.ref.namespace)) {
      if (selects(service, pod.labels)) add(service.ref);
    }
  }
  return places.values();
}

/** A pod that was told of ran there, or waits for a place. */
function mayBeOn(node: string, { cluster, subject }: Strand, cache: ObjectCache): boolean {
  if (subject.kind !== 'Pod') return true;
  const own = cache.nodeOf(cluster.uid, subject);
  return own === node || own === '';
}

/** An incident that was open before goes on under its own name: the node only adds to it. */
function hasTroubleOfItsOwn({ rootOwner }: TriagedEvent, { openAt, incidentOf }: Surroundings): boolean {
  for (const strand of openAt(rootOwner)) if (!isOfNode(incidentOf(strand))) return true;
  return false;
}

function isOfNode(incident: IncidentHead | undefined): boolean {
  return incident?.root.kind === 'Node';
}

/** The pod's own node; for a workload, or a pod that waits for a node, those of its siblings that are not ready. */
function nodesOf({ observation, node, rootOwner }: TriagedEvent, { cache }: Surroundings): ReadonlySet<string> {
  if (node !== '') return new Set([node]);
  const clusterUid = observation.cluster.uid;
  const nodes = new Set<string>();
  const root = rootOwner.namespace === '' ? { ...rootOwner, namespace: observation.object.namespace } : rootOwner;
  const service = root.kind === 'Service' ? cache.find(clusterUid, root) : undefined;
  for (const pod of cache.list(clusterUid, 'Pod', root.namespace)) {
    if (isReady(pod) || nodeNameOf(pod) === '') continue;
    const isItsOwn =
      service === undefined ? isSame(cache.rootOwner(clusterUid, pod.ref), root) : selects(service, pod.labels);
    if (isItsOwn) nodes.add(nodeNameOf(pod));
  }
  return nodes;
}

function nodeRef(name: string): ObjectRef {
  return { kind: 'Node', namespace: '', name, uid: '' };
}
