/** Where an object lies that somebody names: its scope goes by its namespace, so that nothing else may lead elsewhere. */
import type { ClusterRef, ObjectRef } from '../../model/object-ref.ts';
import type { Around } from './reading.ts';

export const IN_NO_NAMESPACE: ReadonlySet<string> = new Set(['Node', 'PersistentVolume', 'Namespace', 'StorageClass']);

/** What is in no namespace is in none, whatever its sender says. */
export function inItsNamespace(ref: ObjectRef): ObjectRef {
  return IN_NO_NAMESPACE.has(ref.kind) ? { ...ref, namespace: '' } : ref;
}

/** Without a uid that something of another name has: what is told of it would else be told of that one. */
export function asItIsNamed(told: ObjectRef, cluster: ClusterRef, { objects }: Pick<Around, 'objects'>): ObjectRef {
  const ref = inItsNamespace(told);
  const known = ref.uid === '' ? undefined : objects.find(cluster.uid, ref)?.ref;
  if (known === undefined) return ref;
  const isIt = known.kind === ref.kind && known.namespace === ref.namespace && known.name === ref.name;
  return isIt ? ref : { ...ref, uid: '' };
}
