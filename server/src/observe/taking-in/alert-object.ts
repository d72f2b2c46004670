/** Which object an alert is about, by the labels that Kubernetes people use. */
import { text } from '../../kit/fields.ts';
import type { ClusterRef, ObjectRef } from '../../model/object-ref.ts';
import { IN_NO_NAMESPACE } from './place.ts';
import type { Around } from './reading.ts';

type Labels = Readonly<Record<string, string>>;

/** The most telling first: of the objects that are known, the first one is meant. */
const KINDS: readonly (readonly [label: string, kind: string])[] = [
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ['pod', 'Pod'],
  ['pod_name', 'Pod'],
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['replicaset', 'ReplicaSet'],
  ['job_name', 'Job'],
  ['cronjob', 'CronJob'],
  ['horizontalpodautoscaler', 'HorizontalPodAutoscaler'],
  ['hpa', 'HorizontalPodAutoscaler'],
  ['node', 'Node'],
];

/** Names of the scrape, most often: they mean an object only where there is one of that name. */
const PERHAPS: readonly (readonly [label: string, kind: string])[] = [
  ['job', 'Job'],
  ['instance', 'Node'],
  ['nodename', 'Node'],
  ['kubernetes_node', 'Node'],
];

/** Where a pod is named beside its workload and neither is known, the pod is often the exporter that measured. */
const PODS: ReadonlySet<string> = new Set(['pod', 'pod_name']);

/** Prometheus calls so what the target said itself, where the scrape has a label of that name. */
export function labelOf(labels: Labels, name: string): string {
  return labels[`exported_${name}`] ?? labels[name] ?? '';
}

export function namespaceOf(labels: Labels): string {
  return labelOf(labels, 'namespace') || labelOf(labels, 'kubernetes_namespace');
}

/** Of what names none, the alert itself: alerts of one name in one namespace are about the same then. */
export function alertObject(labels: Labels, alertname: string, cluster: ClusterRef, { objects }: Around): ObjectRef {
  const namespace = text(namespaceOf(labels), 253);
  const named = candidates(labels, KINDS, namespace);
  for (const ref of [...named, ...candidates(labels, PERHAPS, namespace)]) {
    const known = objects.find(cluster.uid, ref);
    if (known !== undefined) return known.ref;
  }
  const [first] = named.length > 1 ? named.filter(({ kind }) => kind !== 'Pod' || isPodMeant(labels)) : named;
  return first ?? { kind: 'Alert', namespace, name: alertname, uid: '' };
}

function candidates(labels: Labels, kinds: typeof KINDS, namespace: string): readonly ObjectRef[] {
  return kinds.flatMap(([label, kind]) => {
    const name = nameOf(label, labelOf(labels, label));
    if (name === '' || (namespace === '' && !IN_NO_NAMESPACE.has(kind))) return [];
    return [{ kind, namespace: IN_NO_NAMESPACE.has(kind) ? '' : namespace, name, uid: '' }];
  });
}

/** An instance is a host with a port. */
function nameOf(label: string, value: string): string {
  return text(label === 'instance' ? value.replace(/:\d+$/, '') : value, 253);
}

/** Its name begins with that of the workload beside it, or it has none beside it. */
function isPodMeant(labels: Labels): boolean {
  const pod = labelOf(labels, 'pod') || labelOf(labels, 'pod_name');
  const workloads = KINDS.filter(
    ([label]) => !PODS.has(label) && label !== 'node' && label !== 'persistentvolumeclaim',
  );
  const beside = workloads.map(([label]) => labelOf(labels, label)).filter((name) => name !== '');
  return beside.length === 0 || beside.some((name) => pod.startsWith(`${name}-`));
}
