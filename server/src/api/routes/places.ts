/** What happened at a place: changes of objects, the timeline that puts them beside events, incidents and gaps, and one object. */
import { endpoints } from '@tattle/contract';
import { pageOf, scoped } from '../filters.ts';
import { readRange } from '../moments.ts';
import { clusterOf } from '../object-cluster.ts';
import { objectView } from '../object-view.ts';
import { placeTimeline } from '../place-timeline.ts';
import type { ApiPorts } from '../ports.ts';
import { notFound } from '../problem.ts';
import type { Routes } from '../registry.ts';
import { wireChange } from '../wire.ts';

/** Without a start, a timeline begins a day before its end. */
const USUAL_MS = 86_400_000;

export function placeRoutes(
  routes: Routes,
  { history, clusters, objects, clock }: Pick<ApiPorts, 'history' | 'clusters' | 'objects' | 'clock'>,
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
    const place = { cluster, namespace, kind, name, from, to, scope, limit };
    return placeTimeline({ history, clusters: clusters(), objects, ...place });
  });

  routes.add(endpoints.getObject, async ({ query, scope }) => {
    const { kind, namespace, name, uid = '' } = query;
    const ref = { kind, namespace, name, uid };
    const cluster = await clusterOf({ history, clusters: clusters(), asked: query.cluster, ref, scope });
    const view = cluster === null ? null : await objectView({ history, objects, cluster, ref, scope });
    if (view !== null) return view;
    throw notFound(
      'Nothing is known of such an object.',
      'Kinds are written as in Kubernetes, such as Deployment; cluster-scoped objects have no namespace. What is stored may be past its retention.',
    );
  });
}
