/** A recorded cluster as evidence sees it at a moment: objects in a cache, logs behind a reader, events as they were stored. */
import { fileURLToPath } from 'node:url';
import { openRecording, type Recording } from '../../kube/recording/recording.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { ClusterReader } from '../../model/ports/cluster.ts';
import type { KindKnowledge, ObjectCache, SlimObject } from '../../model/slim-object.ts';
import { fields, objects, text } from '../snapshot.ts';

export const CLUSTER = { uid: 'recorded', name: 'recorded' };

export interface RecordedCluster {
  readonly cache: MemoryCache;
  readonly reader: ClusterReader;
  readonly events: readonly ClusterEvent[];
}

/** As the recording leaves it at `until` seconds; deleted objects are gone. */
export async function recordedCluster(name: 'states' | 'story', until: number): Promise<RecordedCluster> {
  const folder = fileURLToPath(new URL(`../../../../examples/${name}`, import.meta.url));
  const recording = await openRecording(folder);
  const cache = new MemoryCache();
  const events = new Map<string, ClusterEvent>();
  for await (const { line, resource } of recording.lines()) {
    if (line.type === 'BROKEN' || line.t > until) continue;
    if (line.type !== 'ADDED' && line.type !== 'MODIFIED' && line.type !== 'DELETED') continue;
    const { kind } = resource;
    if (kind === 'Event') {
      if (resource.group === '') events.set(text(fields(line.object.metadata).uid), storedEvent(line.object));
      continue;
    }
    const object = cachedObject(kind, line.object);
    if (line.type === 'DELETED') cache.delete(object.ref);
    else cache.put(object);
  }
  return { cache, reader: recordedReader(recording, cache), events: [...events.values()] };
}

function recordedReader(recording: Recording, cache: MemoryCache): ClusterReader {
  return {
    getObject: async (ref) => cache.raw(ref),
    podLog: async ({ namespace, pod, container, previous, tailLines, limitBytes }) => {
      const log = await recording.log({ namespace, pod, container, previous });
      if (log === null) return { kind: 'error', error: `no log of container "${container}"` };
      const lines = log.replace(/\n$/, '').split('\n').slice(-tailLines).join('\n');
      return { kind: 'log', text: lines.slice(0, limitBytes) };
    },
    listObjects: async () => null,
    podMetrics: async () => null,
  };
}

/** A reader that has nothing, for tests to spread over. */
export const EMPTY_READER: ClusterReader = {
  getObject: async () => null,
  podLog: async () => ({ kind: 'error', error: 'no log' }),
  listObjects: async () => null,
  podMetrics: async () => null,
};

/** The object cache port over plain maps. Grows with what a test puts in. */
export class MemoryCache implements ObjectCache {
  readonly #objects = new Map<string, SlimObject>();

  put(object: SlimObject): void {
    this.#objects.set(keyOf(object.ref), object);
  }

  delete(ref: ObjectRef): void {
    this.#objects.delete(keyOf(ref));
  }

  raw(ref: ObjectRef): Readonly<Record<string, unknown>> | null {
    const object = this.#objects.get(keyOf(ref));
    if (object === undefined) return null;
    return { metadata: { name: object.ref.name, uid: object.ref.uid }, spec: object.spec, status: object.status };
  }

  find(_clusterUid: string, ref: ObjectRef): SlimObject | undefined {
    const named = this.#objects.get(keyOf(ref));
    return named === undefined || (ref.uid !== '' && named.ref.uid !== ref.uid) ? undefined : named;
  }

  list(_clusterUid: string, kind: string, namespace?: string): Iterable<SlimObject> {
    const matches = ({ ref }: SlimObject) => ref.kind === kind && (namespace ?? ref.namespace) === ref.namespace;
    return [...this.#objects.values()].filter(matches);
  }

  knowledge(): KindKnowledge {
    return 'synced';
  }

  rootOwner(clusterUid: string, ref: ObjectRef): ObjectRef {
    return this.ownerChain(clusterUid, ref).at(-1)?.ref ?? ref;
  }

  ownerChain(clusterUid: string, ref: ObjectRef): readonly SlimObject[] {
    const object = this.find(clusterUid, ref);
    if (object === undefined) return [];
    const [owner] = object.owners;
    return [object, ...(owner === undefined ? [] : this.ownerChain(clusterUid, owner))];
  }

  nodeOf(clusterUid: string, ref: ObjectRef): string {
    return ref.kind === 'Node' ? ref.name : text(this.find(clusterUid, ref)?.spec.nodeName);
  }
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

export function cachedObject(kind: string, raw: Readonly<Record<string, unknown>>): SlimObject {
  const metadata = fields(raw.metadata);
  const namespace = text(metadata.namespace);
  return {
    ref: { kind, namespace, name: text(metadata.name), uid: text(metadata.uid) },
    resourceVersion: '1',
    labels: fields(metadata.labels) as Record<string, string>,
    annotations: fields(metadata.annotations) as Record<string, string>,
    owners: objects(metadata.ownerReferences).map((owner) => ({
      kind: text(owner.kind),
      namespace: owner.kind === 'Node' ? '' : namespace,
      name: text(owner.name),
      uid: text(owner.uid),
    })),
    createdAt: Date.parse(text(metadata.creationTimestamp)) || 0,
    deletingSince: null,
    generation: 1,
    spec: fields(raw.spec),
    status: fields(raw.status),
  };
}

function storedEvent(raw: Readonly<Record<string, unknown>>): ClusterEvent {
  const object = fields(raw.involvedObject) as unknown as ObjectRef;
  const seen = Date.parse(text(raw.lastTimestamp) || text(raw.eventTime)) || 0;
  return {
    uid: text(fields(raw.metadata).uid),
    cluster: CLUSTER.uid,
    clusterName: CLUSTER.name,
    origin: 'event',
    type: text(raw.type),
    reason: text(raw.reason),
    message: text(raw.message),
    count: typeof raw.count === 'number' ? raw.count : 1,
    firstSeen: seen,
    lastSeen: seen,
    ingestedAt: seen,
    category: 'Other',
    severity: 'low',
    condition: null,
    fingerprint: '',
    correlationId: '',
    incidentId: null,
    object: { kind: object.kind, namespace: object.namespace ?? '', name: object.name, uid: object.uid ?? '' },
    rootOwner: object,
    node: '',
    labels: {},
    source: '',
  };
}
