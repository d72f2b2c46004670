/** What the slim cache knows of an object, as the API may show it: with its texts redacted, and where its absence means something. */
import type { KnownObjects, ObjectSighting } from '../api/ports.ts';
import { fields } from '../kit/fields.ts';
import type { Redactor } from '../kit/redaction.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { SlimObject } from '../model/slim-object.ts';
import type { SlimCache } from '../observe/cache.ts';
import type { Watching } from './watching.ts';

export interface KnownObjectsParts {
  readonly cache: SlimCache;
  readonly redactor: Redactor;
  readonly watching: Pick<Watching, 'clusters' | 'status'>;
}

export function knownObjects(parts: KnownObjectsParts): KnownObjects {
  return {
    sight: (clusterUid, ref) => sight(clusterUid, ref, parts),
    rootOwner: (clusterUid, ref) => parts.cache.rootOwner(clusterUid, ref),
  };
}

function sight(clusterUid: string, ref: ObjectRef, parts: KnownObjectsParts): ObjectSighting {
  const { cache, redactor, watching } = parts;
  const isWatched = watching.clusters().some(({ uid }) => uid === clusterUid);
  const object = isWatched ? find(clusterUid, ref, cache) : undefined;
  if (object === undefined) {
    const presence = isWatched && isAbsenceKnown(clusterUid, ref, parts) ? 'gone' : 'unknown';
    return { presence, object: null, goneAt: null, owners: [], owned: [], node: '' };
  }
  const goneAt = cache.of(clusterUid).goneAt(object.ref.uid) ?? null;
  const node = cache.nodeOf(clusterUid, object.ref);
  return {
    presence: goneAt === null ? 'there' : 'gone',
    object: redacted(object, redactor),
    goneAt,
    owners: ownersOf(clusterUid, object, cache),
    owned: ownedBy(clusterUid, object, cache),
    node: redactor.masksNodes && object.ref.kind !== 'Node' ? redactor.text(node) : node,
  };
}

/** A uid is one object's alone: that of another name or kind is nobody's that was asked for. */
function find(clusterUid: string, { kind, namespace, name, uid }: ObjectRef, cache: SlimCache): SlimObject | undefined {
  const found = cache.find(clusterUid, { kind, namespace, name, uid });
  const isIt = found?.ref.kind === kind && found.ref.namespace === namespace && found.ref.name === name;
  return isIt ? found : undefined;
}

/** All of its kind was read, and its namespace is among those that are watched. */
function isAbsenceKnown(clusterUid: string, ref: ObjectRef, { cache, watching }: KnownObjectsParts): boolean {
  if (cache.knowledge(clusterUid, ref.kind) !== 'synced') return false;
  const streams = watching.status().filter(({ cluster }) => cluster.uid === clusterUid);
  const parts = streams.map(({ stream }) => stream.split('@')[1]).filter((namespace) => namespace !== undefined);
  return ref.namespace === '' || parts.length === 0 || parts.includes(ref.namespace);
}

function ownersOf(clusterUid: string, { ref }: SlimObject, cache: SlimCache): readonly ObjectRef[] {
  const above = cache
    .ownerChain(clusterUid, ref)
    .slice(1)
    .map((owner) => owner.ref);
  const root = cache.rootOwner(clusterUid, ref);
  const last = above.at(-1) ?? ref;
  // The top itself may not be watched: references name it.
  return root.kind === last.kind && root.name === last.name ? above : [...above, root];
}

function* ownedBy(clusterUid: string, { ref }: SlimObject, cache: SlimCache): Iterable<ObjectRef> {
  for (const object of cache.of(clusterUid).ownedBy(ref.uid)) yield object.ref;
}

/** Of a spec, images are what is shown; commands and environments never leave the process. */
function redacted(object: SlimObject, redactor: Redactor): SlimObject {
  return {
    ...object,
    labels: redactor.labels(object.labels),
    annotations: redactor.labels(object.annotations),
    spec: fields(redactor.structure(object.spec)),
    status: fields(redactor.structure(object.status)),
  };
}
