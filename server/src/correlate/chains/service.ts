/** Workloads in trouble → the services in front of them that have nothing to offer. */
import { fields } from '../../kit/fields.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import type { Chain, Surroundings } from './chain.ts';
import { podsUnder, selects } from './pods.ts';

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const;
/** A service's other troubles (its load balancer, its addresses) are none of its pods'. */
const WITHOUT_PODS = 'NoEndpoints';

export const serviceOfWorkload: Chain = function* ({ rootOwner, observation, condition }, look) {
  if (rootOwner.kind !== 'Service' || condition !== WITHOUT_PODS) return;
  const service = look.cache.find(observation.cluster.uid, rootOwner);
  if (service === undefined) return;
  for (const place of workloadsBehind(observation.cluster.uid, service, look)) {
    yield {
      place,
      rule: 'service',
      because: `service ${rootOwner.name} sends its traffic to ${place.kind} ${place.name}`,
    };
  }
};

/** The workload's event, after the service's: the cause came to light second. */
export const workloadOfService: Chain = function* ({ rootOwner, observation }, look) {
  if (rootOwner.kind === 'Service' || rootOwner.namespace === '') return;
  const clusterUid = observation.cluster.uid;
  for (const service of look.cache.list(clusterUid, 'Service', rootOwner.namespace)) {
    if (!hasNothingToOffer(service, look) || !isBehind(clusterUid, service, rootOwner, look)) continue;
    yield {
      place: service.ref,
      rule: 'service',
      because: `service ${service.ref.name} sends its traffic to ${rootOwner.kind} ${rootOwner.name}`,
      isCause: true,
      accepts: (strand) => strand.condition === WITHOUT_PODS,
    };
  }
};

function hasNothingToOffer({ ref }: SlimObject, { openAt }: Surroundings): boolean {
  for (const { condition } of openAt(ref)) if (condition === WITHOUT_PODS) return true;
  return false;
}

function isBehind(clusterUid: string, service: SlimObject, root: ObjectRef, { cache }: Surroundings): boolean {
  const workload = cache.find(clusterUid, root);
  if (workload !== undefined && selects(service, templateLabels(workload))) return true;
  // Bare pods, and workloads of kinds that are not watched.
  for (const pod of podsUnder(cache, clusterUid, root)) if (selects(service, pod.labels)) return true;
  return false;
}

/** By their templates, also while they have no pods; by the pods where nothing that makes them is known. */
export function workloadsBehind(
  clusterUid: string,
  service: SlimObject,
  { cache }: Pick<Surroundings, 'cache'>,
): Iterable<ObjectRef> {
  const places = new Map<string, ObjectRef>();
  const add = ({ ref }: SlimObject) => {
    const root = cache.rootOwner(clusterUid, ref);
    places.set(`${root.kind}/${root.name}`, root);
  };
  for (const kind of WORKLOADS) {
    for (const workload of cache.list(clusterUid, kind, service.ref.namespace)) {
      if (selects(service, templateLabels(workload))) add(workload);
    }
  }
  for (const pod of cache.list(clusterUid, 'Pod', service.ref.namespace)) if (selects(service, pod.labels)) add(pod);
  return places.values();
}

function templateLabels({ spec }: SlimObject): Readonly<Record<string, unknown>> {
  return fields(fields(fields(spec['template'])['metadata'])['labels']);
}
