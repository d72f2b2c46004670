/** Whether the object that somebody asks about was seen: a misspelt name must not pass for a healthy object. */
import type { ClusterRef } from '../../model/object-ref.ts';
import type { ObjectCache } from '../../model/slim-object.ts';

export interface ObjectName {
  readonly kind: string;
  readonly name: string;
}

/** Null where its kind is not known in whole. */
export function whetherThere(
  { kind, name }: ObjectName,
  cache: Pick<ObjectCache, 'list' | 'knowledge'>,
  clusters: readonly ClusterRef[],
): boolean | null {
  for (const { uid } of clusters) for (const { ref } of cache.list(uid, kind)) if (ref.name === name) return true;
  return clusters.every(({ uid }) => cache.knowledge(uid, kind) === 'synced') ? false : null;
}
