/** Services that have pods to offer, none of them ready. */
import type { SlimObject } from '../../model/slim-object.ts';
import { fields, isFields, objects, text } from '../../kit/fields.ts';
import type { Context, Detector } from './detector.ts';
import { isLivePod, isReadyPod, wantedReplicas } from './reading.ts';
import { readySince, shortage, unreadySince } from './replicas.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const PLANNED_BY = ['Deployment', 'StatefulSet', 'ReplicaSet'] as const;

export const services: Detector = {
  name: 'services',
  kinds: ['Service'],
  *detect(service, context) {
    if (!needsEndpoints(service) || hasEndpoints(service, context) !== false) return;
    const pods = podsBehind(service, context);
    // Scaled to nothing, or never given pods: it is empty because somebody wants it so.
    if (pods.length === 0 && !arePlanned(service, context)) return;
    const { graces } = context;
    const since = pods.length === 0 ? undefined : Math.max(...pods.map(unreadySince));
    yield {
      condition: 'NoEndpoints',
      container: '',
      message:
        pods.length === 0
          ? 'The service has no endpoints: its pods are missing'
          : `The service has no endpoints: none of its ${pods.length} pods is ready`,
      ...shortage({ wanted: pods.length, available: 0, since, graceMs: graces.shortOfReplicasMs }, pods, context),
    };
  },
  overAt(service, raised, context) {
    if (!needsEndpoints(service)) return context.now;
    const answer = hasEndpoints(service, context);
    if (answer === undefined) return Number.POSITIVE_INFINITY;
    const since = answer ? readySince(podsBehind(service, context)) : undefined;
    return since === undefined ? context.now : Math.max(raised.since, since) + context.graces.stableMs;
  },
};

/** Without a selector somebody else keeps the endpoints. */
function needsEndpoints({ spec, deletingSince }: SlimObject): boolean {
  const selects = isFields(spec['selector']) && Object.keys(spec['selector']).length > 0;
  return (
    selects && deletingSince === null && spec['type'] !== 'ExternalName' && spec['publishNotReadyAddresses'] !== true
  );
}

/** By its EndpointSlices where they are known, else by the readiness of its pods; undefined where neither is. */
function hasEndpoints(service: SlimObject, context: Context): boolean | undefined {
  const { around } = context;
  const { namespace, name } = service.ref;
  if (around.knowledge('EndpointSlice') === 'synced') {
    const slices = [...around.list('EndpointSlice', namespace)].filter(({ labels }) => labels[SERVICE_NAME] === name);
    return slices.some(({ status }) => objects(status['endpoints']).some(({ ready }) => ready === true));
  }
  if (around.knowledge('Pod') !== 'synced') return undefined;
  return podsBehind(service, context).some(isReadyPod);
}

function podsBehind(service: SlimObject, { around }: Context): readonly SlimObject[] {
  return [...around.list('Pod', service.ref.namespace)].filter((pod) => isLivePod(pod) && selects(service, pod.labels));
}

export function selects({ spec }: SlimObject, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(fields(spec['selector']));
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Whether a workload wants pods that this service would select. */
function arePlanned(service: SlimObject, { around }: Context): boolean {
  const { namespace } = service.ref;
  return PLANNED_BY.some((kind) =>
    [...around.list(kind, namespace)].some(
      (workload) => wantedReplicas(workload) > 0 && selects(service, templateLabels(workload)),
    ),
  );
}

function templateLabels({ spec }: SlimObject): Readonly<Record<string, string>> {
  const labels = fields(fields(fields(spec['template'])['metadata'])['labels']);
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, text(value)]));
}
