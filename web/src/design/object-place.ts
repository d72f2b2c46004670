/** Where an object's page is, and how its name is written. */
import type { WireObjectRef } from '@tattle/contract';
import { linkTo } from '../address/link.ts';

export function objectLink({ kind, namespace, name }: Omit<WireObjectRef, 'uid'>, cluster: string): string {
  return linkTo('/object', { cluster, kind, namespace, name });
}

/** `shop/web-7d9f`, without a namespace `node-1`. */
export function objectName({ namespace, name }: Pick<WireObjectRef, 'namespace' | 'name'>): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
