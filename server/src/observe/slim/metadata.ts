/** Slims metadata: identity, labels, the annotations worth keeping, owners with the controller first. */
import type { ObjectRef } from '../../model/object-ref.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import { count, type Fields, fields, isFields, objects, text, time } from '../../kit/fields.ts';
import type { Interner } from './interner.ts';

export type SlimMetadata = Omit<SlimObject, 'spec' | 'status'>;

/** Whole manifests and checksummed blobs hide in annotations; what tells who manages an object is short. */
const ANNOTATION_LIMIT = 256;
const ENTRIES = 64;

/** Undefined where an object has no name: nothing could be said about it. */
export function slimMetadata(
  kind: string,
  namespaced: boolean,
  raw: Fields,
  interner: Interner,
): SlimMetadata | undefined {
  const metadata = fields(raw['metadata']);
  const name = text(metadata['name'], 512);
  if (name === '') return undefined;
  const namespace = namespaced ? interner.word(text(metadata['namespace'], 512)) : '';
  const finalizers = Array.isArray(metadata['finalizers']) ? metadata['finalizers'].map((each) => text(each, 256)) : [];
  return {
    ref: {
      kind: interner.word(kind),
      namespace,
      name,
      uid: text(metadata['uid'], 128) || `derived-${namespace}/${name}`,
    },
    resourceVersion: text(metadata['resourceVersion'], 64),
    labels: sharedMap(metadata['labels'], interner, () => true),
    annotations: sharedMap(metadata['annotations'], interner, (value) => value.length <= ANNOTATION_LIMIT),
    owners: ownersOf(metadata['ownerReferences'], namespace, interner),
    createdAt: time(metadata['creationTimestamp']) ?? 0,
    deletingSince: time(metadata['deletionTimestamp']) ?? null,
    generation: count(metadata['generation']),
    ...(finalizers.length > 0 && { finalizers: interner.share(finalizers) }),
  };
}

function ownersOf(value: unknown, namespace: string, interner: Interner): readonly ObjectRef[] {
  const references = objects(value);
  if (references.length === 0) return NO_OWNERS;
  const controllersFirst = [...references].sort(
    (a, b) => Number(b['controller'] === true) - Number(a['controller'] === true),
  );
  const owners = controllersFirst.slice(0, 8).map((owner) => {
    const kind = text(owner['kind'], 128);
    // An owner lives in the same namespace or in none; of those that own pods, only nodes are in none.
    return {
      kind,
      namespace: kind === 'Node' ? '' : namespace,
      name: text(owner['name'], 512),
      uid: text(owner['uid'], 128),
    };
  });
  return interner.share(owners);
}

const NO_OWNERS: readonly ObjectRef[] = Object.freeze([]);
const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

export function sharedMap(
  value: unknown,
  interner: Interner,
  keep: (value: string) => boolean,
): Readonly<Record<string, string>> {
  if (!isFields(value)) return NOTHING;
  const kept = Object.keys(value)
    .filter((key) => key !== '__proto__')
    .map((key) => [text(key, 512), text(value[key], 4096)] as const)
    .filter(([, content]) => keep(content))
    .slice(0, ENTRIES);
  return kept.length === 0 ? NOTHING : interner.share(Object.fromEntries(kept));
}
