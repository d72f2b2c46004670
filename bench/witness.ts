/** An API server that remembers every event it served, and a webhook that remembers everything it was told: the oracle of kill tests. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { systemClock } from '../server/src/kit/clock.ts';
import { ClusterStore } from '../server/src/simulate/cluster-store.ts';
import { serveStore } from './stage.ts';
import { addLoadObjects, type LoadPod, loadResources } from '../server/src/simulate/load-objects.ts';

export interface Served {
  readonly count: number;
  readonly message: string;
}

export interface Witness {
  readonly url: string;
  readonly webhookUrl: string;
  /** uid → what was last served of it. */
  readonly served: ReadonlyMap<string, Served>;
  /** Incident → kind of notice → the webhook-ids under which it was told, alone or among others. */
  readonly told: Told;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export type Told = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
type Telling = Map<string, Map<string, Set<string>>>;

/** As the webhook's native body says it; a summary tells of no incident alone. */
interface ToldBody {
  readonly notice: string;
  readonly incident?: { readonly id: string };
  readonly also?: readonly { readonly id: string; readonly notice: string }[];
}

interface Live extends Served {
  readonly pod: LoadPod;
  readonly name: string;
  readonly reason: string;
  readonly first: string;
}

const EVENTS = { group: 'events.k8s.io', version: 'v1', resource: 'events', kind: 'Event', namespaced: true };
const PACE_MS = 20;
const REASONS = [
  { reason: 'Pulled', type: 'Normal', note: 'Container image "shop/cart:1" already present on machine' },
  { reason: 'Scheduled', type: 'Normal', note: 'Successfully assigned the pod' },
  { reason: 'BackOff', type: 'Warning', note: 'Back-off restarting failed container' },
  { reason: 'FailedMount', type: 'Warning', note: 'MountVolume.SetUp failed for volume "tls": secret "tls" not found' },
] as const;

/** `rate` events a second, half of them new, half repeats of older ones. */
export async function startWitness(rate: number): Promise<Witness> {
  const clock = systemClock;
  const store = new ClusterStore({ resources: [...loadResources, EVENTS], clock, firstVersion: 1000 });
  const pods = addLoadObjects(store, { pods: 50, nodes: 3, namespaces: 5 }, `witness ${clock.now()}`);
  const server = await serveStore(store);
  const live = new Map<string, Live>();
  const serve = () => {
    const uids = [...live.keys()];
    for (let i = 0; i < (rate * PACE_MS) / 1000; i += 1) {
      const old = i % 2 === 1 ? uids[Math.floor(Math.random() * uids.length)] : undefined;
      const uid = old ?? randomUUID();
      const event = old === undefined ? newEvent(pods) : again(live.get(old));
      live.set(uid, event);
      store.put(EVENTS, rawEvent(uid, event));
    }
  };
  let pace: NodeJS.Timeout | undefined = setInterval(serve, PACE_MS);
  const told: Telling = new Map();
  const webhook = await startWebhook(told);
  return {
    url: server.url,
    webhookUrl: `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/told`,
    served: live,
    told,
    pause: () => clearInterval(pace),
    resume: () => {
      pace = setInterval(serve, PACE_MS);
    },
    close: async () => {
      clearInterval(pace);
      webhook.closeAllConnections();
      webhook.close();
      await server.close();
    },
  };
}

function newEvent(pods: readonly LoadPod[]): Live {
  const pod = pods[Math.floor(Math.random() * pods.length)];
  const kind = REASONS[Math.floor(Math.random() * REASONS.length)];
  if (pod === undefined || kind === undefined) throw new Error('the witness has no pods');
  const name = `${pod.name}.${randomUUID().slice(0, 16)}`;
  return { pod, name, reason: kind.reason, first: new Date().toISOString(), count: 1, message: kind.note };
}

function again(event: Live | undefined): Live {
  if (event === undefined) throw new Error('only what was served can come again');
  return { ...event, count: event.count + 1 + Math.floor(Math.random() * 3) };
}

function rawEvent(uid: string, { pod, name, reason, first, count, message }: Live) {
  const type = REASONS.find((known) => known.reason === reason)?.type ?? 'Normal';
  return {
    metadata: { name, namespace: pod.namespace, uid, creationTimestamp: first },
    type,
    reason,
    note: message,
    eventTime: null,
    reportingController: 'kubelet',
    reportingInstance: pod.node,
    deprecatedSource: { component: 'kubelet', host: pod.node },
    deprecatedFirstTimestamp: first,
    deprecatedLastTimestamp: new Date().toISOString(),
    deprecatedCount: count,
    regarding: { kind: 'Pod', apiVersion: 'v1', namespace: pod.namespace, name: pod.name, uid: pod.uid },
  };
}

function hear(told: Telling, incident: string, notice: string, id: string): void {
  const kinds = told.get(incident) ?? new Map<string, Set<string>>();
  told.set(incident, kinds.set(notice, (kinds.get(notice) ?? new Set()).add(id)));
}

async function startWebhook(told: Telling): Promise<Server> {
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const { incident, notice, also = [] } = JSON.parse(body) as ToldBody;
        const id = String(request.headers['webhook-id']);
        if (incident !== undefined) hear(told, incident.id, notice, id);
        for (const other of also) hear(told, other.id, other.notice, id);
        response.writeHead(204).end();
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
