/** The timeline of a place: the newest events, changes, turns of incidents and gaps of a range, oldest first. */
import type { WirePlaceTimeline } from '@tattle/contract';
import type { Scope } from '../model/access.ts';
import type { ObjectChange } from '../model/change.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { History } from '../model/ports.ts';
import type { Gap } from '../model/position.ts';
import { scoped } from './filters.ts';
import { seeAll } from './incident-sight.ts';
import { rfc3339 } from './times.ts';

export interface PlaceQuestion {
  readonly history: History;
  /** Those that are known by name. */
  readonly clusters: readonly ClusterRef[];
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

type Item = WirePlaceTimeline['items'][number];

export async function placeTimeline(question: PlaceQuestion): Promise<WirePlaceTimeline> {
  const parts = await Promise.all([events(question), changes(question), incidents(question), gaps(question)]);
  const items = parts.flatMap((part) => part.items).sort((a, b) => compare(a.at, b.at));
  const newest = items.slice(Math.max(0, items.length - question.limit));
  return { items: newest, partial: parts.some(({ more }) => more) || items.length > newest.length };
}

interface Part {
  readonly items: readonly Item[];
  readonly more: boolean;
}

async function events(question: PlaceQuestion): Promise<Part> {
  const { history, from, to, scope, limit } = question;
  const page = await history.events({ from, to, fields: fieldsOf(question), ...scoped(scope) }, { limit });
  return { items: page.items.map(happened), more: page.nextCursor !== null };
}

async function changes({
  history,
  cluster,
  namespace,
  kind,
  name,
  from,
  to,
  scope,
  limit,
}: PlaceQuestion): Promise<Part> {
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
  return { items: page.items.map(changed), more: page.nextCursor !== null };
}

async function incidents(question: PlaceQuestion): Promise<Part> {
  const { history, from, to, scope, limit } = question;
  const page = await history.incidents({ from, to, fields: fieldsOf(question), ...scoped(scope) }, { limit });
  const seen = await seeAll(page.items, scope, history);
  const items = seen.flatMap(({ id, title, severity, root, cluster, clusterName, openedAt, resolvedAt }) => {
    const of = { severity, object: objectOf(root), cluster, clusterName, incidentId: id };
    const opened: Item = { ...of, at: openedAt, kind: 'incident', text: title };
    return resolvedAt === null ? [opened] : [opened, { ...of, at: resolvedAt, kind: 'resolved' as const, text: title }];
  });
  // Its other end may lie outside of the range.
  const inside = items.filter(({ at }) => at >= rfc3339(from) && at < rfc3339(to));
  return { items: inside, more: page.nextCursor !== null };
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

function happened({
  lastSeen,
  severity,
  object,
  cluster,
  clusterName,
  reason,
  message,
  count,
  incidentId,
}: ClusterEvent): Item {
  const text = `${reason}${count > 1 ? ` (x${count})` : ''}: ${message}`;
  return { at: rfc3339(lastSeen), kind: 'event', severity, object, cluster, clusterName, text, incidentId };
}

function changed({ at, object, cluster, summary }: ObjectChange): Item {
  const place = { cluster: cluster.uid, clusterName: cluster.name };
  return { at: rfc3339(at), kind: 'change', severity: null, object, ...place, text: summary, incidentId: null };
}

/** One that began before the range stands at its beginning. */
function missed({ from, to, clusterUid, stream, reason, detail }: Gap, start: number, clusterName: string): Item {
  const begun = from < start ? ` since ${rfc3339(from)}` : '';
  const end = to === null ? 'until now' : `until ${rfc3339(to)}`;
  const text = `${stream} was not watched${begun} ${end}: ${reason}${detail === '' ? '' : ` (${detail})`}`;
  const place = { cluster: clusterUid, clusterName };
  const at = rfc3339(Math.max(from, start));
  return { at, kind: 'gap', severity: null, object: null, ...place, text, incidentId: null };
}

function objectOf({ kind, namespace, name, uid }: NonNullable<Item['object']>): Item['object'] {
  return { kind, namespace, name, uid };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
