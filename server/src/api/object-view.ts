/** All that Tattle knows of one object: what is watched of it, and what is stored about it. */
import type { WireKnownObject } from '@tattle/contract';
import { covers } from '../kit/scope.ts';
import type { Scope } from '../model/access.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { ClusterRef, ObjectRef } from '../model/object-ref.ts';
import type { History } from '../model/ports/history.ts';
import type { EventFilter, ObjectName } from '../model/query.ts';
import { scoped } from './filters.ts';
import { seeAll } from './incident-sight.ts';
import { factsOf } from './object-facts.ts';
import type { KnownObjects, ObjectSighting } from './ports.ts';
import { rfc3339 } from './times.ts';
import { orNull, wireChange } from './wire.ts';

export interface ObjectQuestion {
  readonly history: History;
  readonly objects: KnownObjects;
  readonly cluster: ClusterRef;
  /** Without a uid, the newest of this name. It lies in the scope. */
  readonly ref: ObjectRef;
  readonly scope: Scope;
}

const MOST_OWNED = 200;
const MOST_OPEN = 50;
const MOST_EARLIER = 20;
const MOST_CHANGES = 20;
const MOST_EVIDENCE = 100;

/** Null where nothing is known of it. */
export async function objectView(question: ObjectQuestion): Promise<WireKnownObject | null> {
  const { history, objects, cluster, ref, scope } = question;
  const sighting = objects.sight(cluster.uid, ref);
  const about = nameOf(ref);
  const filter = eventsAbout(cluster, about, scope);
  const [counted, newest, owned, changes, open, earlier] = await Promise.all([
    history.aggregate(filter, [], 1),
    history.events(filter, { limit: 1 }),
    storedOwned(question),
    history.changes({
      cluster: cluster.uid,
      namespaces: [about.namespace],
      kinds: [about.kind],
      names: [about.name],
      ...scoped(scope),
      limit: MOST_CHANGES,
    }),
    incidentsAbout(question, '!resolved', MOST_OPEN),
    incidentsAbout(question, 'resolved', MOST_EARLIER),
  ]);
  const [event] = newest.items;
  const [total] = counted.rows;
  const isStored = event !== undefined || changes.items.length + open.length + earlier.length + owned.length > 0;
  if (sighting.object === null && !isStored) return null;
  const isSeen = ({ namespace }: Pick<ObjectRef, 'namespace'>) => covers(scope, { cluster, namespace });
  const incidents = [...open, ...earlier].map(({ id }) => id);
  const evidence = await history.evidenceAbout(about, incidents, MOST_EVIDENCE);
  const node = sighting.node || (event?.node ?? '');
  return {
    object: sighting.object?.ref ?? { ...ref, uid: ref.uid || (event?.object.uid ?? '') },
    cluster: cluster.uid,
    clusterName: cluster.name,
    presence: sighting.presence,
    since: orNull(beganAt(sighting, total?.firstSeen)),
    lastSeen: orNull(latest(total?.lastSeen, changes.items[0]?.at)),
    goneAt: orNull(sighting.goneAt),
    owners: ownersOf(sighting, event, about).filter(isSeen),
    owned: together([...sighting.owned].filter(isSeen), owned),
    node: node !== '' && isSeen({ namespace: '' }) ? node : null,
    labels: sighting.object?.labels ?? event?.labels ?? {},
    facts: sighting.object === null ? [] : [...factsOf(sighting.object)],
    events: {
      distinct: total?.events ?? 0,
      occurrences: total?.occurrences ?? 0,
      lastSeen: orNull(total?.lastSeen ?? null),
      partial: counted.partial,
    },
    openIncidents: open,
    earlierIncidents: earlier,
    changes: changes.items.map(wireChange),
    evidence: evidence.map(({ capturedAt, ...piece }) => ({ ...piece, capturedAt: rfc3339(capturedAt) })),
  };
}

function eventsAbout(cluster: ClusterRef, { kind, namespace, name }: ObjectName, scope: Scope): EventFilter {
  return {
    fields: { cluster: [cluster.uid], kind: [kind], namespace: [namespace], name: [name] },
    ...scoped(scope),
  };
}

function nameOf({ kind, namespace, name }: ObjectRef): ObjectName {
  return { kind, namespace, name };
}

/** By events about what had it as root owner, the most talked of first: within a time budget, the newest of them. */
async function storedOwned({ history, cluster, ref, scope }: ObjectQuestion): Promise<readonly ObjectRef[]> {
  // What is owned lies where its owner does, if that lies in a namespace.
  const namespace = ref.namespace === '' ? {} : { namespace: [ref.namespace] };
  const filter = { fields: { cluster: [cluster.uid], ...namespace }, ownedBy: nameOf(ref), ...scoped(scope) };
  const { rows } = await history.aggregate(filter, ['kind', 'namespace', 'name'], MOST_OWNED);
  return rows.map(({ key: { kind = '', namespace = '', name = '' } }) => ({ kind, namespace, name, uid: '' }));
}

async function incidentsAbout(question: ObjectQuestion, state: 'resolved' | '!resolved', limit: number) {
  const { history, cluster, ref, scope } = question;
  const fields = { cluster: [cluster.uid], state: [state] };
  const page = await history.incidents({ fields, about: nameOf(ref), ...scoped(scope) }, { limit });
  return seeAll(page.items, scope, history);
}

function beganAt({ object }: ObjectSighting, firstEvent: number | undefined): number | null {
  return object !== null && object.createdAt > 0 ? object.createdAt : (firstEvent ?? null);
}

function latest(...times: readonly (number | undefined)[]): number | null {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

/** Of an object that is not remembered, events tell the root alone. */
function ownersOf(
  { object, owners }: ObjectSighting,
  event: ClusterEvent | undefined,
  about: ObjectName,
): readonly ObjectRef[] {
  if (object !== null || event === undefined) return owners;
  return keyOf(event.rootOwner) === keyOf(about) ? [] : [event.rootOwner];
}

/** What is there now first; events tell again of some of it. */
function together(now: readonly ObjectRef[], stored: readonly ObjectRef[]): ObjectRef[] {
  const all = new Map<string, ObjectRef>();
  for (const ref of [...now, ...stored]) if (!all.has(keyOf(ref))) all.set(keyOf(ref), ref);
  return [...all.values()].slice(0, MOST_OWNED);
}

function keyOf({ kind, namespace, name }: ObjectName): string {
  return JSON.stringify([kind, namespace, name]);
}
