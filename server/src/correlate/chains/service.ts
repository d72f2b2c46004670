/** Workloads in trouble → the services in front of them → the autoscalers that measure them. */
import { fields, text } from '../../kit/fields.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import type { Chain, Surroundings } from './chain.ts';

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const;
/** How the autoscaler says that there is nothing to measure because nothing runs. */
const NOTHING_TO_MEASURE =
  /any ready pods|no ready pods|returned from resource metrics API|no metrics returned|pods might be unready/i;

export const serviceOfWorkload: Chain = function* ({ rootOwner, observation }, look) {
  if (rootOwner.kind !== 'Service') return;
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
export const workloadOfService: Chain = function* ({ rootOwner, observation }, { cache }) {
  if (!WORKLOADS.some((kind) => kind === rootOwner.kind)) return;
  const workload = cache.find(observation.cluster.uid, rootOwner);
  if (workload === undefined) return;
  for (const service of cache.list(observation.cluster.uid, 'Service', rootOwner.namespace)) {
    if (!selects(service, workload)) continue;
    yield {
      place: service.ref,
      rule: 'service',
      because: `service ${service.ref.name} sends its traffic to ${rootOwner.kind} ${rootOwner.name}`,
      isCause: true,
    };
  }
};

export const autoscalerOfWorkload: Chain = function* ({ rootOwner, observation }, { cache }) {
  if (rootOwner.kind !== 'HorizontalPodAutoscaler' || !NOTHING_TO_MEASURE.test(observation.message.slice(0, 2000)))
    return;
  const target = fields(cache.find(observation.cluster.uid, rootOwner)?.spec['scaleTargetRef']);
  const [kind, name] = [text(target['kind'], 256), text(target['name'], 256)];
  if (name === '') return;
  yield {
    place: { kind, namespace: rootOwner.namespace, name, uid: '' },
    rule: 'autoscaler',
    because: `autoscaler ${rootOwner.name} has nothing to measure while ${kind} ${name} does not run`,
  };
};

function* workloadsBehind(clusterUid: string, service: SlimObject, { cache }: Surroundings): Iterable<ObjectRef> {
  for (const kind of WORKLOADS) {
    for (const workload of cache.list(clusterUid, kind, service.ref.namespace)) {
      if (selects(service, workload)) yield cache.rootOwner(clusterUid, workload.ref);
    }
  }
}

function selects({ spec }: SlimObject, workload: SlimObject): boolean {
  const wanted = Object.entries(fields(spec['selector']));
  const labels = fields(fields(fields(workload.spec['template'])['metadata'])['labels']);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
