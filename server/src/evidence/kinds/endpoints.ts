/** The services in front of the incident's pods: what they select, and how many endpoints are ready. From the cache alone. */
import { fields, isFields, objects, text } from '../../kit/fields.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import { type Captured, capturedValue } from '../captured.ts';
import type { Snapshot, Surroundings } from '../snapshot.ts';

/** Numbers are null where the kind that they are counted from is not known whole. */
interface ServiceEntry {
  readonly service: string;
  readonly namespace: string;
  readonly type: string;
  readonly selector: Readonly<Record<string, unknown>>;
  readonly ports: unknown;
  readonly ready: number | null;
  readonly not_ready: number | null;
  /** Pods that match the selector and have not ended. */
  readonly selected_pods: number | null;
}

type Labels = Readonly<Record<string, unknown>>;

const SERVICE_NAME = 'kubernetes.io/service-name';
const MOST_SERVICES = 5;

/** Null where no known service has to do with the incident. */
export function captureEndpoints(pods: readonly Snapshot[], surroundings: Surroundings): Captured | null {
  const services = servicesOf(pods, surroundings);
  if (services.length === 0) return null;
  return capturedValue(
    'endpoints',
    surroundings.incident.root,
    services.slice(0, MOST_SERVICES).map((service) => serviceEntry(service, surroundings)),
  );
}

/** The incident's own service, else those that select its pods, or would select them if there were any. */
function servicesOf(pods: readonly Snapshot[], { cache, incident }: Surroundings): readonly SlimObject[] {
  const own = [incident.subject, incident.root].find(({ kind }) => kind === 'Service');
  if (own !== undefined) {
    const service = cache.find(incident.cluster.uid, own);
    return service === undefined ? [] : [service];
  }
  const root = cache.find(incident.cluster.uid, incident.root);
  const template = fields(fields(fields(root?.spec['template'])['metadata'])['labels']);
  const labels: readonly Labels[] = [...pods.map((pod) => pod.labels), template];
  const namespaces = new Set([...pods.map((pod) => pod.ref.namespace), incident.root.namespace]);
  namespaces.delete('');
  return [...namespaces].flatMap((namespace) =>
    [...cache.list(incident.cluster.uid, 'Service', namespace)].filter((service) =>
      labels.some((each) => selects(service, each)),
    ),
  );
}

function selects({ spec }: SlimObject, labels: Labels): boolean {
  const wanted = Object.entries(fields(spec['selector']));
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

function serviceEntry(service: SlimObject, surroundings: Surroundings): ServiceEntry {
  const { spec, ref } = service;
  return {
    service: ref.name,
    namespace: ref.namespace,
    type: text(spec['type']),
    selector: fields(spec['selector']),
    ports: spec['ports'] ?? [],
    ...endpointCounts(service, surroundings),
    selected_pods: selectedPods(service, surroundings),
  };
}

/** A dual-stack service has every endpoint once for each family: the fuller family counts. */
function endpointCounts(
  { ref }: SlimObject,
  { cache, incident }: Surroundings,
): Pick<ServiceEntry, 'ready' | 'not_ready'> {
  const cluster = incident.cluster.uid;
  if (cache.knowledge(cluster, 'EndpointSlice') !== 'synced') return { ready: null, not_ready: null };
  const families = new Map<string, Map<string, boolean>>();
  for (const slice of cache.list(cluster, 'EndpointSlice', ref.namespace)) {
    if (slice.labels[SERVICE_NAME] !== ref.name) continue;
    const family = text(slice.spec['addressType']);
    const endpoints = families.get(family) ?? new Map<string, boolean>();
    families.set(family, endpoints);
    for (const [index, { targetRef, ready }] of objects(slice.status['endpoints']).entries()) {
      // While an endpoint moves between slices, both hold it.
      const name = isFields(targetRef) ? text(targetRef['name']) : `${slice.ref.name}/${index}`;
      endpoints.set(name, endpoints.get(name) === true || ready === true);
    }
  }
  const fullest = [...families.values()].sort((a, b) => b.size - a.size)[0]?.values() ?? [];
  const readiness = [...fullest];
  const ready = readiness.filter(Boolean).length;
  return { ready, not_ready: readiness.length - ready };
}

function selectedPods(service: SlimObject, { cache, incident }: Surroundings): number | null {
  const cluster = incident.cluster.uid;
  if (cache.knowledge(cluster, 'Pod') !== 'synced') return null;
  const live = [...cache.list(cluster, 'Pod', service.ref.namespace)].filter(
    ({ status }) => status['phase'] !== 'Succeeded' && status['phase'] !== 'Failed',
  );
  return live.filter((pod) => selects(service, pod.labels)).length;
}
