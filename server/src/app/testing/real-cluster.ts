/** Writes to a real API server what controllers and kubelets would. */
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ControlPlane } from '../../kube/testing/control-plane.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export interface RealCluster {
  readonly post: (path: string, object: JsonObject) => Promise<JsonObject>;
  readonly merge: (path: string, patch: JsonObject) => Promise<JsonObject>;
  readonly remove: (path: string) => Promise<JsonObject>;
}

/** As `admin`. Rejects for every answer but success. */
export async function realCluster(plane: ControlPlane): Promise<RealCluster> {
  const ca = await readFile(join(plane.directory, 'ca.crt'));
  const send = async (method: string, path: string, type: string, object: JsonObject): Promise<JsonObject> => {
    const body = JSON.stringify(object);
    // Without a length, Node would send the body of a DELETE as the beginning of the next request.
    const length = Buffer.byteLength(body);
    const headers = { authorization: 'Bearer admin-token', 'content-type': type, 'content-length': length };
    const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
    const call = request(new URL(path, plane.server), { method, headers, ca, timeout: 10_000 }, (response) => {
      text(response).then((answer) => {
        if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(answer) as JsonObject);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`));
      }, reject);
    });
    call.on('error', reject);
    call.end(body);
    return promise;
  };
  return {
    post: (path, object) => send('POST', path, 'application/json', object),
    merge: (path, patch) => send('PATCH', path, 'application/merge-patch+json', patch),
    remove: (path) => send('DELETE', path, 'application/json', { apiVersion: 'v1', kind: 'DeleteOptions' }),
  };
}

/** A Deployment with its ReplicaSet and one running pod; answers the pod's uid. */
export async function deploy({ post, merge }: RealCluster, namespace: string, name: string): Promise<string> {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: 'registry.example/web:1' }] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const deployment = await post(`${apps}/deployments`, { metadata: { name, labels }, spec });
  const replicaSet = await post(`${apps}/replicasets`, {
    metadata: { name: `${name}-7d9f`, labels, ownerReferences: [ownedBy('Deployment', name, deployment)] },
    spec,
  });
  const pod = await post(`/api/v1/namespaces/${namespace}/pods`, {
    metadata: {
      name: `${name}-7d9f-x2x4k`,
      labels,
      ownerReferences: [ownedBy('ReplicaSet', `${name}-7d9f`, replicaSet)],
    },
    spec: { ...template.spec, nodeName: 'node-1' },
  });
  await merge(`${apps}/deployments/${name}/status`, {
    status: { observedGeneration: 1, replicas: 1, readyReplicas: 0, unavailableReplicas: 1 },
  });
  return uidOf(pod);
}

/** As a kubelet does after the third crash. */
export async function crashLoop({ post, merge }: RealCluster, namespace: string, pod: string, uid: string) {
  const container = pod.split('-')[0] ?? pod;
  const finishedAt = new Date().toISOString();
  const ended = { exitCode: 1, reason: 'Error', startedAt: finishedAt, finishedAt, containerID: 'containerd://1' };
  const message = `back-off 40s restarting failed container=${container} pod=${pod}_${namespace}(${uid})`;
  await merge(`/api/v1/namespaces/${namespace}/pods/${pod}/status`, {
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: finishedAt }],
      containerStatuses: [
        {
          name: container,
          image: 'registry.example/web:1',
          imageID: '',
          ready: false,
          started: false,
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff', message } },
          lastState: { terminated: ended },
        },
      ],
    },
  });
  const seen = finishedAt.replace(/\.\d+Z/, 'Z');
  await post(`/api/v1/namespaces/${namespace}/events`, {
    metadata: { name: `${pod}.1`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name: pod, uid },
    reason: 'BackOff',
    type: 'Warning',
    message: `Back-off restarting failed container ${container} in pod ${pod}_${namespace}(${uid})`,
    count: 4,
    firstTimestamp: seen,
    lastTimestamp: seen,
    source: { component: 'kubelet', host: 'node-1' },
  });
}

/** An event of little weight, reason `Noted`. */
export async function noteEvent({ post }: RealCluster, namespace: string, name: string): Promise<void> {
  const seen = new Date().toISOString().replace(/\.\d+Z/, 'Z');
  await post(`/api/v1/namespaces/${namespace}/events`, {
    metadata: { name, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid: name },
    reason: 'Noted',
    type: 'Normal',
    message: 'happened while nobody watched',
    count: 1,
    firstTimestamp: seen,
    lastTimestamp: seen,
    source: { component: 'kubelet', host: 'node-1' },
  });
}

function uidOf(object: JsonObject): string {
  return (object['metadata'] as { uid: string }).uid;
}

function ownedBy(kind: string, name: string, owner: JsonObject): JsonObject {
  return { apiVersion: 'apps/v1', kind, name, uid: uidOf(owner), controller: true };
}
