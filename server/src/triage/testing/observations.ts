/** Observations and a small object cache for tests, and the recorded clusters' events as observations. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { EventObservation, StateObservation, Transition } from '../../model/observation.ts';
import type { ObjectCache, SlimObject } from '../../model/slim-object.ts';

const cluster = { uid: 'cluster-uid', name: 'test' };

export function ref(kind: string, namespace: string, name: string): ObjectRef {
  return { kind, namespace, name, uid: `${kind}/${namespace}/${name}` };
}

export function event(changes: Partial<EventObservation> = {}): EventObservation {
  return {
    source: 'event',
    cluster,
    uid: 'event-1',
    object: ref('Pod', 'shop', 'web-6cb8cfb857-5kckr'),
    reason: 'Started',
    type: 'Normal',
    message: 'Container started',
    count: 1,
    firstSeen: 1000,
    lastSeen: 1000,
    component: 'kubelet',
    host: 'node-1',
    labels: {},
    annotations: {},
    related: null,
    ...changes,
  };
}

export function state(
  condition: string,
  transition: Transition,
  changes: Partial<StateObservation> = {},
): StateObservation {
  return {
    ...event({ component: 'tattle', host: '', type: transition === 'raised' ? 'Warning' : 'Normal' }),
    source: 'state',
    reason: condition,
    condition,
    transition,
    container: '',
    ...changes,
  };
}

export function slim(of: ObjectRef, changes: Partial<SlimObject> = {}): SlimObject {
  return {
    ref: of,
    resourceVersion: '1',
    labels: {},
    annotations: {},
    owners: [],
    createdAt: 0,
    deletingSince: null,
    generation: 1,
    spec: {},
    status: {},
    ...changes,
  };
}

/** Objects by kind, namespace and name; owners are followed. */
export function cacheOf(...objects: readonly SlimObject[]): ObjectCache {
  const key = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace}/${name}`;
  const known = new Map(objects.map((object) => [key(object.ref), object]));
  const find = (_cluster: string, of: ObjectRef) => known.get(key(of));
  const ownerChain = (clusterUid: string, of: ObjectRef): SlimObject[] => {
    const object = find(clusterUid, of);
    const owner = object?.owners[0];
    return object === undefined ? [] : [object, ...(owner === undefined ? [] : ownerChain(clusterUid, owner))];
  };
  return {
    find,
    ownerChain,
    list: (_cluster, kind) => objects.filter((object) => object.ref.kind === kind),
    knowledge: () => 'synced',
    rootOwner: (clusterUid, of) => {
      const top = ownerChain(clusterUid, of).at(-1);
      return top?.owners[0] ?? top?.ref ?? of;
    },
    nodeOf: () => '',
  };
}

/** A deployment of `replicas` pods as the controllers name them. */
export function deployment(
  namespace: string,
  name: string,
  replicas: number,
): { pods: ObjectRef[]; objects: SlimObject[] } {
  const top = ref('Deployment', namespace, name);
  const set = ref('ReplicaSet', namespace, `${name}-6cb8cfb857`);
  const suffixes = ['5kckr', 's79jx', 'cvr79', 'bcdfg', 'nw5f4', 'x4z2p'];
  const pods = suffixes.slice(0, replicas).map((suffix) => ref('Pod', namespace, `${set.name}-${suffix}`));
  const objects = [slim(top), slim(set, { owners: [top] }), ...pods.map((pod) => slim(pod, { owners: [set] }))];
  return { pods, objects };
}

interface RecordedEvent {
  readonly metadata: { readonly uid: string };
  readonly involvedObject: { kind: string; namespace?: string; name: string; uid?: string };
  readonly reason: string;
  readonly message: string;
  readonly type: string;
  readonly count?: number;
  readonly series?: { readonly count: number };
  readonly source: { readonly component?: string; readonly host?: string };
  readonly lastTimestamp: string | null;
  readonly eventTime: string | null;
}

/** Every arrival of a recording, in order. */
export function recorded(recording: 'states' | 'story'): EventObservation[] {
  const file = join(import.meta.dirname, '../../../../examples', recording, 'events.ndjson');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const { type, items, object } = JSON.parse(line) as {
      type: string;
      items?: RecordedEvent[];
      object?: RecordedEvent;
    };
    return type === 'DELETED' ? [] : (items ?? (object === undefined ? [] : [object])).map(observed);
  });
}

function observed(recordedEvent: RecordedEvent): EventObservation {
  const { metadata, involvedObject, reason, message, type, count, series, source } = recordedEvent;
  const lastSeen = Date.parse(recordedEvent.lastTimestamp ?? recordedEvent.eventTime ?? '1970-01-01');
  const { kind, namespace = '', name, uid = '' } = involvedObject;
  return event({
    uid: metadata.uid,
    object: { kind, namespace, name, uid },
    reason,
    message,
    type,
    count: series?.count ?? count ?? 1,
    firstSeen: lastSeen,
    lastSeen,
    component: source.component ?? 'default-scheduler',
    host: source.host ?? '',
  });
}

/** Numbers in [0, below), the same for the same seed. */
export function seeded(seed: number): (below: number) => number {
  let now = seed;
  return (below) => {
    now = (now * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((now / 2_147_483_648) * below);
  };
}
