/** A small cluster whose workloads break on command, and a webhook that says when it was told. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { systemClock } from '../server/src/kit/clock.ts';
import { type ApiServer, startApiServer } from '../server/src/simulate/api-server.ts';
import { ClusterStore } from '../server/src/simulate/cluster-store.ts';
import { FaultScript } from '../server/src/simulate/faults.ts';
import { addLoadObjects, type LoadPod, loadResources } from '../server/src/simulate/load-objects.ts';

const EVENTS = { group: 'events.k8s.io', version: 'v1', resource: 'events', kind: 'Event', namespaced: true };
/** As many as the load's objects have; the first pod of each Deployment breaks. */
const PODS_A_WORKLOAD = 5;
const NODES = 3;

export interface Stage {
  readonly url: string;
  readonly webhookUrl: string;
  /** The event of this uid appears at the API server now; resolves to the time at which the webhook is told of it. */
  breakWorkload(i: number, uid: string): Promise<number>;
  close(): Promise<void>;
}

export async function startStage(options: { workloads: number; backgroundRate: number }): Promise<Stage> {
  const store = new ClusterStore({ resources: [...loadResources, EVENTS], clock: systemClock, firstVersion: 1000 });
  const size = { pods: options.workloads * PODS_A_WORKLOAD, nodes: NODES, namespaces: 5 };
  const pods = addLoadObjects(store, size, `stage ${Date.now()}`);
  const server = await serveStore(store);
  const put = (uid: string, pod: LoadPod | undefined, event: object) => {
    if (pod === undefined) throw new Error('no such workload');
    store.put(EVENTS, rawEvent(uid, pod, event));
  };
  const background = setInterval(() => {
    put(randomUUID(), pods[Math.floor(Math.random() * pods.length)], {
      type: 'Normal',
      reason: 'Pulled',
      note: 'Container image pulled',
      deprecatedCount: 1,
    });
  }, 1000 / options.backgroundRate);
  const waiting = new Map<string, (at: number) => void>();
  const webhook = createServer((request, response) => {
    const at = performance.now();
    text(request).then(
      (body) => {
        waiting.get((JSON.parse(body) as { event_uid: string }).event_uid)?.(at);
        response.writeHead(204).end();
      },
      () => response.destroy(),
    );
  });
  webhook.listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  return {
    url: server.url,
    webhookUrl: `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`,
    breakWorkload: (i, uid) => {
      const told = new Promise<number>((resolve) => waiting.set(uid, resolve));
      put(uid, pods[i * PODS_A_WORKLOAD], {
        type: 'Warning',
        reason: 'BackOff',
        note: 'Back-off restarting failed container main in pod',
        deprecatedCount: 12,
      });
      return told;
    },
    close: async () => {
      clearInterval(background);
      webhook.closeAllConnections();
      webhook.close();
      await server.close();
    },
  };
}

/** A store over HTTP, without faults. */
export function serveStore(store: ClusterStore): Promise<ApiServer> {
  const silent = () => undefined;
  return startApiServer({
    store,
    clock: systemClock,
    logger: { debug: silent, info: silent, warn: console.error, error: console.error },
    faults: new FaultScript(systemClock, []),
    readLog: async () => null,
    watch: { bookmarkMs: 60_000, streamingList: true, expiredAnswer: () => 'stream' },
    gitVersion: 'v1.36.0',
    port: 0,
  });
}

function rawEvent(uid: string, pod: LoadPod, event: object) {
  const now = new Date().toISOString();
  return {
    metadata: { name: `${pod.name}.${uid.slice(0, 16)}`, namespace: pod.namespace, uid, creationTimestamp: now },
    eventTime: null,
    reportingController: 'kubelet',
    reportingInstance: pod.node,
    deprecatedSource: { component: 'kubelet', host: pod.node },
    deprecatedFirstTimestamp: now,
    deprecatedLastTimestamp: now,
    regarding: { kind: 'Pod', apiVersion: 'v1', namespace: pod.namespace, name: pod.name, uid: pod.uid },
    ...event,
  };
}
