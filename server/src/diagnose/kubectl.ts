/** Commands that only read, safe to paste: names come from clusters, and one that is no Kubernetes name makes no command. */
import type { ObjectRef } from '../model/object-ref.ts';

type Named = Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;

/** DNS subdomains, and the colons that names of roles and the like may hold. */
const NAME = /^[a-z0-9][a-z0-9.:-]{0,252}$/;
const KIND = /^[A-Za-z][A-Za-z0-9.]{0,62}$/;

export function isName(name: string): boolean {
  return NAME.test(name);
}

/** `kubectl -n shop describe pod api-1`; null where a name is no name. */
export function describeCommand({ kind, namespace, name }: Named): string | null {
  if (!KIND.test(kind) || !isName(name)) return null;
  const place = placeOf(namespace);
  return place === null ? null : `kubectl ${place}describe ${kind.toLowerCase()} ${name}`;
}

/** `kubectl -n shop get events --field-selector involvedObject.name=api-1`. */
export function eventsCommand({ namespace, name }: Named): string | null {
  const place = placeOf(namespace === '' ? 'default' : namespace);
  return place === null || !isName(name)
    ? null
    : `kubectl ${place}get events --field-selector involvedObject.name=${name}`;
}

/** `kubectl -n shop get resourcequota,limitrange`: what follows `get` is the caller's own, no text of a cluster. */
export function getCommand(namespace: string, what: string): string | null {
  const place = placeOf(namespace);
  return place === null ? null : `kubectl ${place}get ${what}`;
}

/** Those that could be made. */
export function commandsOf(...commands: readonly (string | null)[]): readonly string[] {
  return [...new Set(commands.filter((command) => command !== null))];
}

function placeOf(namespace: string): string | null {
  if (namespace === '') return '';
  return isName(namespace) ? `-n ${namespace} ` : null;
}
