/** Uids for what comes without one of Kubernetes: the same each time that the same thing is handed in. */
import { hash } from 'node:crypto';

/** 128 bits in hex over length-prefixed parts, so that no two lists of parts run together. */
export function digest(...parts: readonly string[]): string {
  return hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'hex').slice(0, 32);
}

/**
 * For an Event that a sender ships who may not report about everything: uids are no secret, and under its own, whoever knows one could
 * write over what a watch saw, or what lies outside of their scope. Shipped again under the uid made here, it stays the same.
 */
export function shippedUid(namespace: string, uid: string): string {
  const own = `shipped/${digest(namespace)}/`;
  return uid.startsWith(own) ? uid : `${own}${digest(uid)}`;
}

/** Of two senders' ids that are the same in different namespaces, each is its own: nobody writes over what lies outside of their scope. */
export function reportUid(namespace: string, ...parts: readonly string[]): string {
  return `report/${digest(namespace, ...parts)}`;
}
