/** The cluster that a load of Events speaks of: namespaces, nodes, and deployments down to their pods. */
import type { ApiResource } from '../kube/api-resource.ts';
import type { RawObject } from '../kube/recording/recorded-line.ts';
import type { ClusterStore } from './cluster-store.ts';
import { otherUid } from './lap.ts';

export interface LoadSize {
  readonly namespaces: number;
  readonly nodes: number;
  readonly pods: number;
}

/** A pod that Events are about. */
export interface LoadPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly container: string;
}

const PODS_PER_DEPLOYMENT = 5;

const resource = (group: string, plural: string, kind: string, namespaced = true): ApiResource => ({
  group,
  version: 'v1',
  resource: plural,
  kind,
  namespaced,
});

const namespaces = resource('', 'namespaces', 'Namespace', false);
const nodes = resource('', 'nodes', 'Node', false);
const pods = resource('', 'pods', 'Pod');
const deployments = resource('apps', 'deployments', 'Deployment');
const replicaSets = resource('apps', 'replicasets', 'ReplicaSet');

export const loadResources: readonly ApiResource[] = [namespaces, nodes, deployments, replicaSets, pods];

/** Fills the store; the pods as Events name them. `seed` decides every uid. */
export function addLoadObjects(store: ClusterStore, size: LoadSize, seed: string): readonly LoadPod[] {
  const created = '2026-01-01T00:00:00Z';
  const meta = (name: string, namespace?: string) => ({
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: otherUid(seed, `${namespace ?? ''}/${name}`),
    creationTimestamp: created,
  });
  store.put(namespaces, { metadata: meta('kube-system'), status: { phase: 'Active' } });
  for (let n = 0; n < size.namespaces; n++) {
    store.put(namespaces, { metadata: meta(namespaceName(n)), status: { phase: 'Active' } });
  }
  for (let n = 0; n < size.nodes; n++) store.put(nodes, { metadata: meta(`node-${n}`), ...readyNode });
  const made: LoadPod[] = [];
  for (let n = 0; n < size.pods; n++) {
    const workload = Math.floor(n / PODS_PER_DEPLOYMENT);
    const namespace = namespaceName(workload % size.namespaces);
    const app = `service-${workload}`;
    const hash = `${otherUid(seed, app).slice(0, 8)}5b`;
    const labels = { app, 'pod-template-hash': hash };
    const set = { ...meta(`${app}-${hash}`, namespace), labels };
    if (n % PODS_PER_DEPLOYMENT === 0) addWorkload(store, { ...meta(app, namespace), labels: { app } }, set);
    const name = `${set.name}-${otherUid(seed, String(n)).slice(0, 5)}`;
    const node = `node-${n % size.nodes}`;
    const pod = { ...meta(name, namespace), labels, ownerReferences: [owner('ReplicaSet', set)] };
    store.put(pods, { metadata: pod, ...runningPod(app, node, created) });
    made.push({ namespace, name, uid: pod.uid, node, container: app });
  }
  return made;
}

function namespaceName(n: number): string {
  return `team-${n}`;
}

function addWorkload(store: ClusterStore, deployment: Meta, set: Meta): void {
  const counts = { replicas: PODS_PER_DEPLOYMENT, readyReplicas: PODS_PER_DEPLOYMENT, observedGeneration: 1 };
  const status = { ...counts, availableReplicas: PODS_PER_DEPLOYMENT, updatedReplicas: PODS_PER_DEPLOYMENT };
  const spec = { replicas: PODS_PER_DEPLOYMENT };
  store.put(deployments, { metadata: deployment, spec, status });
  store.put(replicaSets, {
    metadata: { ...set, ownerReferences: [owner('Deployment', deployment)] },
    spec,
    status: { ...counts, availableReplicas: PODS_PER_DEPLOYMENT },
  });
}

interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function owner(kind: string, { name, uid }: Meta): RawObject {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true };
}

const readyNode = {
  spec: {},
  status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is ready' }] },
};

function runningPod(app: string, node: string, created: string): RawObject {
  const ready = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  return {
    spec: {
      nodeName: node,
      restartPolicy: 'Always',
      containers: [{ name: app, image: `registry.example/${app}:v1`, resources: { limits: { memory: '256Mi' } } }],
    },
    status: {
      phase: 'Running',
      startTime: created,
      conditions: ready.map((type) => ({ type, status: 'True', lastTransitionTime: created })),
      containerStatuses: [
        {
          name: app,
          ready: true,
          started: true,
          restartCount: 0,
          image: `registry.example/${app}:v1`,
          state: { running: { startedAt: created } },
        },
      ],
    },
  };
}
