/** The fields that the API server lets each resource be selected by, read from an object once when it is stored. */
import type { ApiResource } from '../kube/api-resource.ts';
import { isObject, valueAt, type RawObject } from '../kube/recording/recorded-line.ts';
import { resourceKey } from '../kube/recording/recorded-resource.ts';

type FieldPaths = Readonly<Record<string, readonly string[]>>;

const paths = (...labels: readonly string[]): FieldPaths =>
  Object.fromEntries(labels.map((label) => [label, label.split('.')]));

const referenceFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

const byResource: Readonly<Record<string, FieldPaths>> = {
  pods: paths(
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ),
  nodes: paths('spec.unschedulable'),
  namespaces: { ...paths('status.phase'), name: ['metadata', 'name'] },
  events: {
    ...paths(...referenceFields.map((field) => `involvedObject.${field}`), 'reason', 'type', 'reportingComponent'),
    source: ['source', 'component'],
  },
  'events.events.k8s.io': paths(
    ...referenceFields.map((field) => `regarding.${field}`),
    'reason',
    'type',
    'reportingController',
  ),
  'replicasets.apps': paths('status.replicas'),
  'jobs.batch': paths('status.successful'),
};

const metadata = paths('metadata.name', 'metadata.namespace');

export function selectableFields(resource: ApiResource): FieldPaths {
  return { ...metadata, ...byResource[resourceKey(resource)] };
}

/** Every selectable field of the object as text, empty where it is unset. */
export function readFields(selectable: FieldPaths, object: RawObject): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [label, path] of Object.entries(selectable)) fields[label] = asText(valueAt(object, ...path));
  return fields;
}

export function readLabels(object: RawObject): Record<string, string> {
  const labels = valueAt(object, 'metadata', 'labels');
  if (!isObject(labels)) return {};
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, asText(value)]));
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
