/** Whether an event that is at hand answers a filter, as the store would say of it. */
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { EventFilter, FilterField, ObjectName } from '../model/query.ts';
import { covers } from './scope.ts';

/** As the store does: more words are not looked for. */
const WORDS_LIMIT = 16;

/**
 * Two questions only the store can answer in full. The time range looks at when the event was last seen: that it happened
 * earlier, too, is not told. And what was merged into an incident belongs to it: name the merged ones with it.
 */
export function matchesEvent(filter: EventFilter, event: ClusterEvent): boolean {
  const cluster = { uid: event.cluster, name: event.clusterName };
  return (
    event.lastSeen >= (filter.from ?? -Infinity) &&
    event.lastSeen < (filter.to ?? Infinity) &&
    covers(filter.scope ?? 'everything', { cluster, namespace: event.object.namespace }) &&
    matchesFields(filter.fields, event) &&
    isOwned(filter.ownedBy, event) &&
    Object.entries(filter.labels ?? {}).every(([key, value]) => labelOf(event, stored(key)) === stored(value)) &&
    saysAll(stored(filter.text ?? ''), event)
  );
}

function matchesFields(fields: EventFilter['fields'], event: ClusterEvent): boolean {
  return (Object.entries(fields) as [FilterField, readonly string[] | undefined][]).every(([field, list = []]) => {
    const own = VALUES[field](event);
    const wanted = list.filter((value) => !value.startsWith('!')).map(stored);
    const unwanted = list.filter((value) => value.startsWith('!')).map((value) => stored(value.slice(1)));
    return (
      (wanted.length === 0 || own.some((value) => wanted.includes(value))) &&
      !own.some((value) => unwanted.includes(value))
    );
  });
}

/** All the texts by which an event is found; an event of no incident is found by none. */
const VALUES: Readonly<Record<FilterField, (event: ClusterEvent) => readonly string[]>> = {
  // A cluster is found by its uid or by the name that people know.
  cluster: ({ cluster, clusterName }) => [cluster, clusterName],
  namespace: ({ object }) => [object.namespace],
  kind: ({ object }) => [object.kind],
  name: ({ object }) => [object.name],
  reason: ({ reason }) => [reason],
  type: ({ type }) => [type],
  category: ({ category }) => [category],
  severity: ({ severity }) => [severity],
  source: ({ source }) => [source],
  node: ({ node }) => [node],
  incident: ({ incidentId }) => (incidentId === null ? [] : [incidentId]),
  fingerprint: ({ fingerprint }) => [fingerprint],
  uid: ({ uid }) => [uid],
};

function isOwned(owner: ObjectName | undefined, { object, rootOwner }: ClusterEvent): boolean {
  return owner === undefined || (isCalled(rootOwner, owner) && !isCalled(object, owner));
}

function isCalled(object: ObjectName, { kind, namespace, name }: ObjectName): boolean {
  return object.kind === stored(kind) && object.namespace === stored(namespace) && object.name === stored(name);
}

/** Own labels only: `constructor` is one like any other. */
function labelOf({ labels }: ClusterEvent, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function saysAll(text: string, event: ClusterEvent): boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, WORDS_LIMIT);
  if (words.length === 0) return true;
  const said = [event.message, event.reason, event.object.name].map((each) => each.toLowerCase());
  return words.every((word) => said.some((each) => each.includes(word)));
}

/** What is asked for is repaired as what was stored has been: no NUL, no lone surrogate. */
function stored(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
