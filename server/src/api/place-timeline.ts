/** The timeline of a place: what goes on and the newest of the events, changes, incidents and gaps of a range, oldest first. */
import type { WirePlaceTimeline } from '@tattle/contract';
import type { Scope } from '../model/access.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { History } from '../model/ports/history.ts';
import { scoped } from './filters.ts';
import { seeAll } from './incident-sight.ts';
import { changed, happened, missed, type PlaceItem, turnsOf } from './place-items.ts';
import type { KnownObjects } from './ports.ts';
import { rfc3339 } from './times.ts';

export interface PlaceQuestion {
  readonly history: History;
  /** Those that are known by name. */
  readonly clusters: readonly ClusterRef[];
  readonly objects: Pick<KnownObjects, 'rootOwner'>;
  readonly cluster: string | undefined;
  readonly namespace: readonly string[];
  readonly kind: readonly string[];
  readonly name: readonly string[];
  /** Half-open, milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly scope: Scope;
  readonly limit: number;
}

export async function placeTimeline(question: PlaceQuestion): Promise<WirePlaceTimeline> {
  const parts = await Promise.all([events(question), changes(question), incidents(question), gaps(question)]);
  const items = parts.flatMap((part) => part.items);
  const kept = cut(items, question).sort((a, b) => compare(a.at, b.at));
  return { items: kept, partial: parts.some(({ more }) => more) || items.length > kept.length };
}

/**
 * The newest, and before them what goes on still: whoever looks must see that something is in trouble, however much has happened
 * since. That takes half of the room at the most.
 */
function cut(items: readonly PlaceItem[], { to, limit }: PlaceQuestion): PlaceItem[] {
  const newest = [...items].sort((a, b) => compare(b.at, a.at));
  const goingOn = newest.filter((item) => goesOn(item, to)).slice(0, Math.floor(limit / 2));
  const first = new Set(goingOn);
  return [...goingOn, ...newest.filter((item) => !first.has(item)).slice(0, limit - goingOn.length)];
}

function goesOn({ kind, until }: PlaceItem, to: number): boolean {
  return (kind === 'incident' || kind === 'gap') && (until === null || until >= rfc3339(to));
}

interface Part {
  readonly items: readonly PlaceItem[];
  readonly more: boolean;
}

async function events(question: PlaceQuestion): Promise<Part> {
  const { history, from, to, scope, limit } = question;
  const page = await history.events({ from, to, fields: fieldsOf(question), ...scoped(scope) }, { limit });
  return { items: page.items.map(happened), more: page.nextCursor !== null };
}

async function changes(question: PlaceQuestion): Promise<Part> {
  const { history, cluster, namespace, kind, name, from, to, scope, limit } = question;
  const page = await history.changes({
    ...(cluster === undefined ? {} : { cluster }),
    ...(namespace.length === 0 ? {} : { namespaces: namespace }),
    ...(kind.length === 0 ? {} : { kinds: kind }),
    ...(name.length === 0 ? {} : { names: name }),
    from,
    to,
    ...scoped(scope),
    limit,
  });
  return { items: page.items.map((change) => changed(change, question)), more: page.nextCursor !== null };
}

async function incidents(question: PlaceQuestion): Promise<Part> {
  const { history, from, to, scope, limit } = question;
  const page = await history.incidents({ from, to, fields: fieldsOf(question), ...scoped(scope) }, { limit });
  const seen = await seeAll(page.items, scope, history);
  return { items: seen.flatMap((incident) => turnsOf(incident, question)), more: page.nextCursor !== null };
}

/** Told whatever is asked for: silence must not look like health. */
async function gaps({ history, clusters, cluster, from, to, scope, limit }: PlaceQuestion): Promise<Part> {
  const meant = clusters.filter(({ uid, name }) => cluster === uid || cluster === name).map(({ uid }) => uid);
  const own = cluster === undefined ? {} : { clusters: [cluster, ...meant] };
  const found = await history.gaps({ from, to, ...own, ...scoped(scope), limit });
  const names = new Map(clusters.map(({ uid, name }) => [uid, name]));
  const items = found.map((gap) => missed(gap, from, names.get(gap.clusterUid) ?? gap.clusterName));
  return { items, more: found.length === limit };
}

function fieldsOf({ cluster, namespace, kind, name }: PlaceQuestion) {
  return {
    ...(cluster === undefined ? {} : { cluster: [cluster] }),
    ...(namespace.length === 0 ? {} : { namespace }),
    ...(kind.length === 0 ? {} : { kind }),
    ...(name.length === 0 ? {} : { name }),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
