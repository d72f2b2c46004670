/** An object as evidence sees it: from the cache first, since that still knows the deleted, from the API second. */
import type { Incident } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ClusterReader } from '../model/ports/cluster.ts';
import type { ObjectCache, SlimObject } from '../model/slim-object.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The parts of a cached object that an object from the API has, too. */
export type Snapshot = Pick<SlimObject, 'ref' | 'labels' | 'annotations' | 'owners' | 'createdAt' | 'spec' | 'status'>;

/** What every kind of evidence is gathered from. */
export interface Surroundings {
  readonly incident: Incident;
  readonly cache: ObjectCache;
  /** Already rate-limited and bounded in time. */
  readonly reader: ClusterReader;
  readonly signal: AbortSignal;
}

export type Sighting =
  | { readonly kind: 'seen'; readonly object: Snapshot }
  | { readonly kind: 'unseen'; readonly why: string };

export async function see(ref: ObjectRef, { incident, cache, reader, signal }: Surroundings): Promise<Sighting> {
  const cached = cache.find(incident.cluster.uid, ref);
  if (cached !== undefined) return { kind: 'seen', object: cached };
  try {
    const raw = await reader.getObject(ref, signal);
    if (raw === null) return { kind: 'unseen', why: `${ref.kind} ${ref.name} is not there any more` };
    const object = snapshotOf(ref, raw);
    if (ref.uid !== '' && object.ref.uid !== ref.uid) {
      return { kind: 'unseen', why: `${ref.kind} ${ref.name} is another one by now: it was deleted and made again` };
    }
    return { kind: 'seen', object };
  } catch (error) {
    return { kind: 'unseen', why: error instanceof Error ? error.message : String(error) };
  }
}

function snapshotOf(ref: ObjectRef, raw: Fields): Snapshot {
  const metadata = fields(raw.metadata);
  return {
    ref: { ...ref, uid: text(metadata.uid) },
    labels: texts(metadata.labels),
    annotations: texts(metadata.annotations),
    owners: objects(metadata.ownerReferences).map((owner) => ({
      kind: text(owner.kind),
      namespace: owner.kind === 'Node' ? '' : ref.namespace,
      name: text(owner.name),
      uid: text(owner.uid),
    })),
    createdAt: Date.parse(text(metadata.creationTimestamp)) || 0,
    spec: fields(raw.spec),
    status: fields(raw.status),
  };
}

/** An object's fields; none where the value is no object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function objects(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields(value)).map(([name, entry]) => [name, text(entry)]));
}
