/** Uids for what comes without one of Kubernetes: the same each time that the same thing is handed in. */
import { hash } from 'node:crypto';

/** 128 bits in hex over length-prefixed parts, so that no two lists of parts run together. */
export function digest(...parts: readonly string[]): string {
  return hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'hex').slice(0, 32);
}

/** Of two senders' ids that are the same in different namespaces, each is its own: nobody writes over what lies outside of their scope. */
export function reportUid(namespace: string, ...parts: readonly string[]): string {
  return `report/${digest(namespace, ...parts)}`;
}
