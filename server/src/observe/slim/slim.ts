/** Slims a watched object by its kind; a kind without its own slimmer is taken for a custom resource. */
import type { SlimObject } from '../../model/slim-object.ts';
import type { WatchedResource } from '../ports.ts';
import { isFields } from '../../kit/fields.ts';
import type { Interner } from './interner.ts';
import { slimMetadata } from './metadata.ts';
import {
  slimAutoscaler,
  slimClaim,
  slimCustom,
  slimEndpointSlice,
  slimNamespace,
  slimNode,
  slimService,
} from './others.ts';
import { slimPod } from './pod.ts';
import type { Slimmer } from './slimmed.ts';
import { slimCronJob, slimDaemonSet, slimDeployment, slimJob, slimReplicaSet, slimStatefulSet } from './workload.ts';

const SLIMMERS: ReadonlyMap<string, Slimmer> = new Map([
  ['Pod', slimPod],
  ['Node', slimNode],
  ['Namespace', slimNamespace],
  ['Deployment', slimDeployment],
  ['ReplicaSet', slimReplicaSet],
  ['StatefulSet', slimStatefulSet],
  ['DaemonSet', slimDaemonSet],
  ['Job', slimJob],
  ['CronJob', slimCronJob],
  ['PersistentVolumeClaim', slimClaim],
  ['HorizontalPodAutoscaler', slimAutoscaler],
  ['Service', slimService],
  ['EndpointSlice', slimEndpointSlice],
]);

/** The groups whose kinds have slimmers: a custom resource may well be called Service. */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set(['', 'apps', 'batch', 'autoscaling', 'discovery.k8s.io']);

function isBuiltIn(resource: WatchedResource): boolean {
  return BUILT_IN_GROUPS.has(resource.group) && SLIMMERS.has(resource.kind);
}

/** The kind that the cache knows a resource's objects by: a custom resource named like a built-in one carries its group. */
export function cachedKind(resource: WatchedResource): string {
  return SLIMMERS.has(resource.kind) && !isBuiltIn(resource) ? `${resource.kind}.${resource.group}` : resource.kind;
}

/** Undefined for what is no object or has no name. */
export function slim(resource: WatchedResource, raw: unknown, interner: Interner): SlimObject | undefined {
  if (!isFields(raw)) return undefined;
  const metadata = slimMetadata(cachedKind(resource), resource.namespaced, raw, interner);
  if (metadata === undefined) return undefined;
  const slimmer = (isBuiltIn(resource) ? SLIMMERS.get(resource.kind) : undefined) ?? slimCustom;
  return { ...metadata, ...slimmer(raw, interner) };
}
