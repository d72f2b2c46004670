/** What happened at a place: changes of objects, and the timeline that puts them beside events, incidents and gaps. */
import { endpoints } from '@tattle/contract';
import { pageOf, scoped } from '../filters.ts';
import { readRange } from '../moments.ts';
import { placeTimeline } from '../place-timeline.ts';
import type { ApiPorts } from '../ports.ts';
import type { Routes } from '../registry.ts';
import { wireChange } from '../wire.ts';

/** Without a start, a timeline begins a day before its end. */
const USUAL_MS = 86_400_000;

export function placeRoutes(
  routes: Routes,
  { history, clusters, clock }: Pick<ApiPorts, 'history' | 'clusters' | 'clock'>,
): void {
  routes.add(endpoints.listChanges, async ({ query, scope }) => {
    const { cluster, namespace, kind, name } = query;
    const page = await history.changes({
      ...readRange(query, clock.now()),
      ...(cluster === undefined ? {} : { cluster }),
      ...(namespace.length === 0 ? {} : { namespaces: namespace }),
      ...(kind.length === 0 ? {} : { kinds: kind }),
      ...(name.length === 0 ? {} : { names: name }),
      ...scoped(scope),
      ...pageOf(query),
    });
    const items = page.items.map((change) => ({
      ...wireChange(change),
      cluster: change.cluster.uid,
      clusterName: change.cluster.name,
    }));
    return { items, nextCursor: page.nextCursor, partial: false };
  });

  routes.add(endpoints.timeline, async ({ query, scope }) => {
    const now = clock.now();
    const range = readRange(query, now);
    const to = range.to ?? now + 1;
    const from = range.from ?? Math.max(0, to - USUAL_MS);
    const { cluster, namespace, kind, name, limit } = query;
    return placeTimeline({ history, clusters: clusters(), cluster, namespace, kind, name, from, to, scope, limit });
  });
}
