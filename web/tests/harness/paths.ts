/** Every page, at addresses that show what it can. `INCIDENT` and `OBJECT` stand for what is only known when a cluster has played. */
import type { WireIncident } from '@tattle/contract';

export const PATHS = [
  '/',
  '/start',
  '/incidents',
  '/incidents?state=resolved&severity=critical',
  '/incidents/INCIDENT',
  '/events',
  '/events?q=reason%3ABackOff&severity=high&severity=medium',
  '/events?namespace=nowhere',
  '/timeline',
  '/timeline?namespace=checkout',
  '/object?OBJECT',
  '/object?kind=Pod&namespace=nowhere&name=nothing',
  '/patterns',
  '/deliveries',
  '/settings',
  '/settings/event-types',
  '/settings/retention',
  '/settings/channels',
  '/settings/channels?add=any',
  '/settings/channels?add=slack',
  '/settings/silences?ended=yes',
  '/settings/routes',
  '/settings/try',
  '/settings/sinks',
  '/settings/access',
  '/settings/audit',
  '/settings/about',
  '/no/such/page',
];

export function pathTo(path: string, { id, root, cluster }: Pick<WireIncident, 'id' | 'root' | 'cluster'>): string {
  const { kind, namespace, name } = root;
  const object = new URLSearchParams({ cluster, kind, namespace, name }).toString();
  return path.replace('INCIDENT', id).replace('OBJECT', object);
}
