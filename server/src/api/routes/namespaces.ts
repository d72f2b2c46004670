/** Namespaces to choose from: those that there are, those that something is stored of, and those whose Events arrived lately. */
import { endpoints, type WireNamespaces } from '@tattle/contract';
import { covers } from '../../kit/scope.ts';
import type { Place } from '../../model/access.ts';
import { scoped } from '../filters.ts';
import type { ApiPorts } from '../ports.ts';
import type { Routes } from '../registry.ts';

type Item = WireNamespaces['items'][number];
type Ports = Pick<ApiPorts, 'history' | 'knownNamespaces' | 'seen' | 'settings'>;

export function namespaceRoutes(routes: Routes, { history, knownNamespaces, seen, settings }: Ports): void {
  routes.add(endpoints.listNamespaces, async ({ scope }) => {
    const items = new Map<string, Item>();
    const add = ({ cluster, namespace }: Place, counts: Partial<Pick<Item, 'events' | 'seenLastDay'>> = {}) => {
      if (namespace === '') return;
      const key = JSON.stringify([cluster.uid, namespace]);
      const named = { cluster: cluster.uid, clusterName: cluster.name, namespace };
      const item = items.get(key) ?? { ...named, events: 0, seenLastDay: 0, monitored: settings.monitors(namespace) };
      items.set(key, { ...item, ...counts });
    };
    for (const { cluster, clusterName, namespace, events } of await history.namespaces(scoped(scope).scope)) {
      add({ cluster: { uid: cluster, name: clusterName }, namespace }, { events });
    }
    for (const place of knownNamespaces()) if (covers(scope, place)) add(place);
    // Where Namespaces may not be listed, and of those that are gone, their Events alone tell.
    for (const { arrivals, ...place } of seen.byNamespace()) {
      if (covers(scope, place)) add(place, { seenLastDay: arrivals });
    }
    return { items: [...items.values()].sort(byName) };
  });
}

function byName(a: Item, b: Item): number {
  return compare(a.namespace, b.namespace) || compare(a.cluster, b.cluster);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
