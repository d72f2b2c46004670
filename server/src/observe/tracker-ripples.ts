/** Which other objects must be looked at again when one changes: detectors read surroundings, too. */
import type { SlimObject } from '../model/slim-object.ts';
import type { ClusterObjects } from './cache-cluster.ts';
import { claimsOf } from './detectors/claims.ts';
import { conditionOf, isReadyPod, phaseOf, wantedReplicas } from './detectors/reading.ts';
import { selects } from './detectors/services.ts';
import { fields } from '../kit/fields.ts';

/** Uids of live objects. Either of before and after is undefined where the object is new or gone. */
export function ripples(
  objects: ClusterObjects,
  before: SlimObject | undefined,
  after: SlimObject | undefined,
): ReadonlySet<string> {
  const touched = new Set<string>();
  const object = after ?? before;
  if (object === undefined) return touched;
  const { kind } = object.ref;
  if (kind === 'Pod') {
    if (podFacts(before) !== podFacts(after)) touchAroundPod(objects, object, touched);
  } else if (kind === 'Node') {
    if (nodeFacts(before) !== nodeFacts(after)) touchNode(objects, object, touched);
  } else if (kind === 'Job') {
    for (const owner of object.owners) for (const sibling of objects.ownedBy(owner.uid)) touched.add(sibling.ref.uid);
  } else if (kind === 'EndpointSlice') {
    const service = objects.named('Service', object.ref.namespace, object.labels['kubernetes.io/service-name'] ?? '');
    if (service !== undefined) touched.add(service.ref.uid);
  } else if (kind === 'Deployment' || kind === 'StatefulSet') {
    if (replicaFacts(before) !== replicaFacts(after))
      touchServices(objects, object.ref.namespace, templateLabels(object), touched);
  }
  touched.delete(object.ref.uid);
  return touched;
}

/** What the detectors of other objects read of a pod. */
function podFacts(pod: SlimObject | undefined): string {
  if (pod === undefined) return '';
  const scheduled = conditionOf(pod, 'PodScheduled');
  const ready = conditionOf(pod, 'Ready');
  return [
    isReadyPod(pod),
    ready?.since,
    pod.deletingSince !== null,
    phaseOf(pod),
    scheduled?.status,
    scheduled?.message,
  ].join('|');
}

function nodeFacts(node: SlimObject | undefined): string {
  return node === undefined ? '' : (conditionOf(node, 'Ready')?.status ?? '?');
}

function replicaFacts(workload: SlimObject | undefined): string {
  return workload === undefined ? '' : String(wantedReplicas(workload));
}

function touchAroundPod(objects: ClusterObjects, pod: SlimObject, touched: Set<string>): void {
  for (const owner of pod.owners) {
    const workload = objects.live(owner.uid);
    if (workload === undefined) continue;
    touched.add(workload.ref.uid);
    if (workload.ref.kind === 'ReplicaSet')
      for (const above of workload.owners) if (objects.live(above.uid)) touched.add(above.uid);
  }
  touchServices(objects, pod.ref.namespace, pod.labels, touched);
  for (const name of claimsOf(pod)) {
    const claim = objects.named('PersistentVolumeClaim', pod.ref.namespace, name);
    if (claim !== undefined && phaseOf(claim) === 'Pending') touched.add(claim.ref.uid);
  }
}

/** A node that went or came explains, or no longer explains, the troubles of its pods. */
function touchNode(objects: ClusterObjects, node: SlimObject, touched: Set<string>): void {
  for (const pod of objects.podsOn(node.ref.name)) {
    touched.add(pod.ref.uid);
    touchAroundPod(objects, pod, touched);
  }
}

function touchServices(
  objects: ClusterObjects,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  touched: Set<string>,
): void {
  for (const service of objects.list('Service', namespace)) {
    if (selects(service, labels)) touched.add(service.ref.uid);
  }
}

function templateLabels({ spec }: SlimObject): Readonly<Record<string, string>> {
  return fields(fields(fields(spec['template'])['metadata'])['labels']) as Readonly<Record<string, string>>;
}
