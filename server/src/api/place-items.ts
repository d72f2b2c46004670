/** What a timeline of a place is made of: one item for each event, change, gap, and turn of an incident. */
import type { WireIncident, WirePlaceTimeline } from '@tattle/contract';
import { covers } from '../kit/scope.ts';
import type { Scope } from '../model/access.ts';
import type { ObjectChange } from '../model/change.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Gap } from '../model/position.ts';
import type { KnownObjects } from './ports.ts';
import { rfc3339 } from './times.ts';
import { orNull } from './wire.ts';

export type PlaceItem = WirePlaceTimeline['items'][number];

/** Half-open, milliseconds. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Onlooker {
  readonly objects: Pick<KnownObjects, 'rootOwner'>;
  readonly scope: Scope;
}

/** What most items have nothing to say of. */
const NOTHING_SAID = {
  severity: null,
  since: null,
  until: null,
  count: null,
  type: null,
  reason: null,
  revision: null,
  uid: null,
  incidentId: null,
} as const;

/** One that began before the range goes on from its beginning; one that ended after it has no end here. */
export function turnsOf(incident: WireIncident, { from, to }: Stretch): readonly PlaceItem[] {
  const { id, title, severity, root, cluster, clusterName, openedAt, resolvedAt } = incident;
  const object = objectOf(root);
  const of = { ...NOTHING_SAID, severity, object, rootOwner: object, cluster, clusterName, since: openedAt };
  const start = rfc3339(from);
  const at = openedAt < start ? start : openedAt;
  const told = { ...of, text: title, incidentId: id };
  const opened: PlaceItem = { ...told, at, kind: 'incident', until: resolvedAt };
  if (resolvedAt === null || resolvedAt < start || resolvedAt >= rfc3339(to)) return [opened];
  return [opened, { ...told, at: resolvedAt, kind: 'resolved' }];
}

export function happened(event: ClusterEvent): PlaceItem {
  const { uid, type, reason, message, count, severity, object, rootOwner, cluster, clusterName, incidentId } = event;
  const text = `${reason}${count > 1 ? ` (x${count})` : ''}: ${message}`;
  const [at, since] = [rfc3339(event.lastSeen), rfc3339(event.firstSeen)];
  const said = { uid, type, reason, count, severity, incidentId, text, since };
  return { ...NOTHING_SAID, ...said, at, kind: 'event', object, rootOwner, cluster, clusterName };
}

export function changed(
  { at, object, cluster, summary, revision }: ObjectChange,
  { objects, scope }: Onlooker,
): PlaceItem {
  const root = objects.rootOwner(cluster.uid, object);
  const rootOwner = objectOf(covers(scope, { cluster, namespace: root.namespace }) ? root : object);
  const place = { object, rootOwner, cluster: cluster.uid, clusterName: cluster.name };
  return { ...NOTHING_SAID, at: rfc3339(at), kind: 'change', ...place, text: summary, revision };
}

/** One that began before the range stands at its beginning. */
export function missed(
  { from, to, clusterUid, stream, reason, detail }: Gap,
  start: number,
  clusterName: string,
): PlaceItem {
  const begun = from < start ? ` since ${rfc3339(from)}` : '';
  const end = to === null ? 'until now' : `until ${rfc3339(to)}`;
  const text = `${stream} was not watched${begun} ${end}: ${reason}${detail === '' ? '' : ` (${detail})`}`;
  const place = { object: null, rootOwner: null, cluster: clusterUid, clusterName };
  const [at, since, until] = [rfc3339(Math.max(from, start)), rfc3339(from), orNull(to)];
  return { ...NOTHING_SAID, at, kind: 'gap', ...place, text, reason, since, until };
}

/** Alike, wherever it comes from. */
function objectOf({ kind, namespace, name, uid }: ObjectRef): ObjectRef {
  return { kind, namespace, name, uid };
}
