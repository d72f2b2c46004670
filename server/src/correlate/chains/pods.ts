/** Readings of pods that several chains share: whose they are, where they run, whether they serve, who selects them. */
import { fields, objects, text } from '../../kit/fields.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { ObjectCache, SlimObject } from '../../model/slim-object.ts';

export function isReady(pod: SlimObject): boolean {
  return objects(pod.status['conditions']).some(({ type, status }) => type === 'Ready' && status === 'True');
}

export function nodeNameOf(pod: SlimObject): string {
  return text(pod.spec['nodeName'], 512);
}

export function isSame(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** The pods of a root owner, by name, so that one made anew under its old name counts as the same. */
export function* podsUnder(cache: ObjectCache, clusterUid: string, root: ObjectRef): Iterable<SlimObject> {
  for (const pod of cache.list(clusterUid, 'Pod', root.namespace)) {
    if (isSame(cache.rootOwner(clusterUid, pod.ref), root)) yield pod;
  }
}

/** Whether a service with this selector takes what is labelled so. Without a selector somebody else keeps its endpoints. */
export function selects({ spec }: SlimObject, labels: Readonly<Record<string, unknown>>): boolean {
  const wanted = Object.entries(fields(spec['selector']));
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
