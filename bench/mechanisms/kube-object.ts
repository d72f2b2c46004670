/** Shapes of the objects that a recording holds, and names and ids that are the same with every run. */
import { createHash } from 'node:crypto';

export type Fields = Record<string, unknown>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
  readonly blockOwnerDeletion: true;
}

export interface Metadata {
  name: string;
  generateName?: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: readonly OwnerReference[];
  finalizers?: readonly string[];
}

export interface KubeObject {
  kind: string;
  apiVersion: string;
  metadata: Metadata;
  spec?: Fields;
  status?: Fields;
  [more: string]: unknown;
}

/** What a scenario says of a new object; the rest of its metadata is the API server's. */
export interface NewObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly generation?: number;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly owner?: KubeObject;
  readonly finalizers?: readonly string[];
  readonly spec?: Fields;
  readonly status?: Fields;
  readonly more?: Fields;
}

export const API_VERSIONS: Readonly<Record<string, readonly [apiVersion: string, plural: string]>> = {
  Namespace: ['v1', 'namespaces'],
  Node: ['v1', 'nodes'],
  Pod: ['v1', 'pods'],
  Service: ['v1', 'services'],
  PersistentVolumeClaim: ['v1', 'persistentvolumeclaims'],
  Event: ['v1', 'events'],
  Deployment: ['apps/v1', 'deployments'],
  ReplicaSet: ['apps/v1', 'replicasets'],
  StatefulSet: ['apps/v1', 'statefulsets'],
  DaemonSet: ['apps/v1', 'daemonsets'],
  Job: ['batch/v1', 'jobs'],
  CronJob: ['batch/v1', 'cronjobs'],
  EndpointSlice: ['discovery.k8s.io/v1', 'endpointslices'],
  HorizontalPodAutoscaler: ['autoscaling/v2', 'horizontalpodautoscalers'],
};

export function digest(seed: string): string {
  return createHash('sha256').update(seed).digest('hex');
}

export function uidOf(seed: string): string {
  const hex = digest(`uid ${seed}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Kubernetes leaves vowels and look-alikes out of generated names. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export function generatedName(seed: string, length: number): string {
  const hex = digest(`name ${seed}`);
  let name = '';
  for (let at = 0; at < length; at += 1) name += LETTERS[Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16) % 27];
  return name;
}

export function ownedBy({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}
