/** Related events from the stored history: those of the incident, of its root, and of its subject. */
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { History } from '../model/ports.ts';
import type { EventFilter } from '../model/query.ts';
import type { RelatedEvents } from './kinds/related-events.ts';

/** What happened longer ago than this before the incident explains little, milliseconds. */
const LOOK_BACK_MS = 3_600_000;

export function relatedEventsFrom(history: Pick<History, 'events'>): RelatedEvents {
  return async (incident, limit) => {
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
    ]);
    const byUid = new Map<string, ClusterEvent>();
    for (const event of pages.flatMap((page) => page.items)) byUid.set(event.uid, event);
    return [...byUid.values()].sort((a, b) => b.lastSeen - a.lastSeen || (a.uid < b.uid ? -1 : 1)).slice(0, limit);
  };
}
