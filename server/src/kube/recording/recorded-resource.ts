/** Which API resource a file of a recording holds: group, version, plural, kind and scope. */
import type { ApiResource } from '../api-resource.ts';
import type { LineHeader } from './recorded-line.ts';

/** Built-in resources, for recordings whose empty lists say nothing of themselves. */
const builtIn: readonly (readonly [plural: string, kind: string, apiVersion: string, namespaced: boolean])[] = [
  ['pods', 'Pod', 'v1', true],
  ['nodes', 'Node', 'v1', false],
  ['namespaces', 'Namespace', 'v1', false],
  ['services', 'Service', 'v1', true],
  ['endpoints', 'Endpoints', 'v1', true],
  ['configmaps', 'ConfigMap', 'v1', true],
  ['serviceaccounts', 'ServiceAccount', 'v1', true],
  ['limitranges', 'LimitRange', 'v1', true],
  ['resourcequotas', 'ResourceQuota', 'v1', true],
  ['replicationcontrollers', 'ReplicationController', 'v1', true],
  ['persistentvolumeclaims', 'PersistentVolumeClaim', 'v1', true],
  ['persistentvolumes', 'PersistentVolume', 'v1', false],
  ['events', 'Event', 'v1', true],
  ['deployments', 'Deployment', 'apps/v1', true],
  ['replicasets', 'ReplicaSet', 'apps/v1', true],
  ['statefulsets', 'StatefulSet', 'apps/v1', true],
  ['daemonsets', 'DaemonSet', 'apps/v1', true],
  ['controllerrevisions', 'ControllerRevision', 'apps/v1', true],
  ['jobs', 'Job', 'batch/v1', true],
  ['cronjobs', 'CronJob', 'batch/v1', true],
  ['horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'autoscaling/v2', true],
  ['poddisruptionbudgets', 'PodDisruptionBudget', 'policy/v1', true],
  ['endpointslices', 'EndpointSlice', 'discovery.k8s.io/v1', true],
  ['ingresses', 'Ingress', 'networking.k8s.io/v1', true],
  ['networkpolicies', 'NetworkPolicy', 'networking.k8s.io/v1', true],
  ['storageclasses', 'StorageClass', 'storage.k8s.io/v1', false],
  ['volumeattachments', 'VolumeAttachment', 'storage.k8s.io/v1', false],
  ['leases', 'Lease', 'coordination.k8s.io/v1', true],
  ['priorityclasses', 'PriorityClass', 'scheduling.k8s.io/v1', false],
  ['customresourcedefinitions', 'CustomResourceDefinition', 'apiextensions.k8s.io/v1', false],
];

const builtInByPlural = new Map(builtIn.map((entry) => [entry[0], entry]));

/** The built-in resource of a kind; undefined for custom ones, of whose plural a kind says nothing. */
export function builtInResource(kind: string): ApiResource | undefined {
  const entry = builtIn.find(([, name]) => name === kind);
  if (entry === undefined) return undefined;
  const [resource, , apiVersion, namespaced] = entry;
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  return { group, version, resource, kind, namespaced };
}

/**
 * The resource that these headers (of the first lines of one file) describe, or null while they say too little.
 * `resource` is a plural, alone or as `plural.group`; the events of events.k8s.io go by their group alone.
 */
export function resolveResource(headers: readonly LineHeader[]): ApiResource | null {
  const name = headers[0]?.resource ?? '';
  if (name === '') return null;
  const dot = name.indexOf('.');
  const plural = dot < 0 ? name : name.slice(0, dot);
  const known = name === 'events.k8s.io' ? undefined : builtInByPlural.get(plural);
  const stated = headers.find((header) => header.apiVersion !== '')?.apiVersion;
  const apiVersion = stated ?? (name === 'events.k8s.io' ? 'events.k8s.io/v1' : known?.[2]);
  const kind = headers.find((header) => header.kind !== '')?.kind ?? (plural === 'events' ? 'Event' : known?.[1]);
  if (apiVersion === undefined || kind === undefined) return null;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const isBuiltIn = known !== undefined && known[2].split('/').length === apiVersion.split('/').length;
  const seen = headers.find((header) => header.namespaced !== undefined)?.namespaced;
  return {
    group,
    version: apiVersion.slice(slash + 1),
    resource: plural,
    kind,
    namespaced: plural === 'events' ? true : isBuiltIn && known[1] === kind ? known[3] : (seen ?? true),
  };
}

export function resourceKey(resource: Pick<ApiResource, 'group' | 'resource'>): string {
  return resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`;
}

export function apiVersionOf(resource: Pick<ApiResource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** Whether these are Events, in either of the two API groups. */
export function isEventResource(resource: Pick<ApiResource, 'group' | 'resource'>): boolean {
  return resource.resource === 'events' && (resource.group === '' || resource.group === 'events.k8s.io');
}
