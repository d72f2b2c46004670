/** Related events from the stored history: those of the incident, of its root, of its subject, and of claims that it mounts. */
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { History } from '../model/ports/history.ts';
import type { EventFilter } from '../model/query.ts';
import type { RelatedEvents } from './kinds/related-events.ts';

/** What happened longer ago than this before the incident explains little, milliseconds. */
const LOOK_BACK_MS = 3_600_000;

/** Claims of one pod, and the events of each. */
const MOST_BESIDE = 5;
const EACH_BESIDE = 5;

export function relatedEventsFrom(history: Pick<History, 'events'>): RelatedEvents {
  return async (incident, beside, limit) => {
    const from = incident.openedAt - LOOK_BACK_MS;
    const cluster = [incident.cluster.uid];
    const about = ({ kind, namespace, name }: ObjectRef): EventFilter => ({
      from,
      fields: { cluster, kind: [kind], name: [name], ...(namespace !== '' && { namespace: [namespace] }) },
    });
    const pages = await Promise.all([
      history.events({ fields: { incident: [incident.id] } }, { limit }),
      history.events(about(incident.root), { limit }),
      history.events(about(incident.subject), { limit }),
      ...beside.slice(0, MOST_BESIDE).map((ref) => history.events(about(ref), { limit: EACH_BESIDE })),
    ]);
    const own = newest(pages.slice(0, 3).flatMap((page) => page.items));
    const others = newest(pages.slice(3).flatMap((page) => page.items)).filter(
      ({ uid }) => !own.some((event) => event.uid === uid),
    );
    // What lies beside keeps a place, however much the incident has to say of itself.
    const places = Math.min(others.length, Math.ceil(limit / 3));
    return newest([...own.slice(0, limit - places), ...others.slice(0, limit)]).slice(0, limit);
  };
}

/** Each once. */
function newest(events: readonly ClusterEvent[]): readonly ClusterEvent[] {
  const byUid = new Map(events.map((event) => [event.uid, event]));
  return [...byUid.values()].sort((a, b) => b.lastSeen - a.lastSeen || (a.uid < b.uid ? -1 : 1));
}
