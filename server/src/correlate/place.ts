/** Where something happened: the key of an object by name, so that one made anew under its old name is the same place. */
import type { ObjectRef } from '../model/object-ref.ts';

/** Names of Kubernetes objects hold no `|`. */
export function placeOf(clusterUid: string, { kind, namespace, name }: ObjectRef): string {
  return `${clusterUid}|${kind}|${namespace}|${name}`;
}

/** `Deployment shop/cart`, `Node node-1`. */
export function spoken({ kind, namespace, name }: ObjectRef): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
