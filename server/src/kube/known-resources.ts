/** The built-in resources that Tattle asks for, and the versions they go by in Kubernetes 1.20 to 1.36, newest first. */
import type { ApiResource } from './api-resource.ts';

export interface KnownResource {
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Group and version joined as in `apps/v1`, the preferred one first. */
  readonly groupVersions: readonly [string, ...string[]];
}

/** Kept in the slim cache and read by detectors. */
export const WATCHED: readonly KnownResource[] = [
  known('namespaces', 'Namespace', ['v1'], false),
  known('nodes', 'Node', ['v1'], false),
  known('pods', 'Pod', ['v1']),
  known('replicasets', 'ReplicaSet', ['apps/v1']),
  known('deployments', 'Deployment', ['apps/v1']),
  known('statefulsets', 'StatefulSet', ['apps/v1']),
  known('daemonsets', 'DaemonSet', ['apps/v1']),
  known('jobs', 'Job', ['batch/v1']),
  known('cronjobs', 'CronJob', ['batch/v1', 'batch/v1beta1']),
  known('persistentvolumeclaims', 'PersistentVolumeClaim', ['v1']),
  known('horizontalpodautoscalers', 'HorizontalPodAutoscaler', [
    'autoscaling/v2',
    'autoscaling/v2beta2',
    'autoscaling/v2beta1',
    'autoscaling/v1',
  ]),
  known('services', 'Service', ['v1']),
  known('endpointslices', 'EndpointSlice', ['discovery.k8s.io/v1', 'discovery.k8s.io/v1beta1']),
];

/** One object in two shapes; the first that is there and allowed is watched. */
export const EVENTS = known('events', 'Event', ['events.k8s.io/v1', 'v1']);

/** Never watched, but read one at a time as evidence. Secrets are not among them, and never will be. */
const READ: readonly KnownResource[] = [
  known('poddisruptionbudgets', 'PodDisruptionBudget', ['policy/v1', 'policy/v1beta1']),
  known('replicationcontrollers', 'ReplicationController', ['v1']),
  known('persistentvolumes', 'PersistentVolume', ['v1'], false),
  known('storageclasses', 'StorageClass', ['storage.k8s.io/v1'], false),
  known('configmaps', 'ConfigMap', ['v1']),
  known('serviceaccounts', 'ServiceAccount', ['v1']),
  known('resourcequotas', 'ResourceQuota', ['v1']),
  known('limitranges', 'LimitRange', ['v1']),
  known('endpoints', 'Endpoints', ['v1']),
  known('ingresses', 'Ingress', ['networking.k8s.io/v1', 'networking.k8s.io/v1beta1']),
  known('networkpolicies', 'NetworkPolicy', ['networking.k8s.io/v1']),
];

export function knownByKind(kind: string): KnownResource | undefined {
  return [...WATCHED, ...READ].find((one) => one.kind === kind);
}

export function inVersion(resource: KnownResource, groupVersion: string): ApiResource {
  const [group, version] = splitGroupVersion(groupVersion);
  return { group, version, resource: resource.resource, kind: resource.kind, namespaced: resource.namespaced };
}

export function splitGroupVersion(groupVersion: string): [group: string, version: string] {
  const slash = groupVersion.indexOf('/');
  return slash === -1 ? ['', groupVersion] : [groupVersion.slice(0, slash), groupVersion.slice(slash + 1)];
}

function known(
  resource: string,
  kind: string,
  groupVersions: KnownResource['groupVersions'],
  namespaced = true,
): KnownResource {
  return { resource, kind, namespaced, groupVersions };
}
