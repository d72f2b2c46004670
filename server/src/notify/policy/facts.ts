/** What is known of an incident by name: what matchers look at, and what grouping and inhibition compare. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Incident } from '../../model/incident.ts';

export type Facts = Readonly<Record<string, string>>;

/** Beside these, `label.<key>`: a label of the object that the newest event was about. */
export const FACT_NAMES = [
  'cluster',
  'namespace',
  'severity',
  'category',
  'condition',
  'cause',
  'kind',
  'name',
  'node',
  'reason',
  'state',
  'title',
] as const;

export interface Known {
  readonly incident: Incident;
  readonly event: ClusterEvent | null;
  readonly diagnosis: Pick<Diagnosis, 'cause'> | null;
}

export function factsOf({ incident, event, diagnosis }: Known): Facts {
  const { root, cluster } = incident;
  const labels = Object.entries(event?.labels ?? {}).map(([key, value]) => [`label.${key}`, value] as const);
  return {
    ...Object.fromEntries(labels),
    cluster: cluster.name,
    namespace: root.namespace,
    severity: incident.severity,
    category: incident.category,
    condition: incident.condition,
    cause: diagnosis?.cause ?? '',
    kind: root.kind,
    name: root.name,
    node: root.kind === 'Node' ? root.name : (event?.node ?? ''),
    reason: event?.reason ?? '',
    state: incident.state,
    title: incident.title,
  };
}

/** The same names, as far as an event alone knows them. */
export function eventFacts(event: ClusterEvent): Facts {
  const labels = Object.entries(event.labels).map(([key, value]) => [`label.${key}`, value] as const);
  return {
    ...Object.fromEntries(labels),
    cluster: event.clusterName,
    namespace: event.object.namespace,
    severity: event.severity,
    category: event.category,
    condition: event.condition ?? '',
    cause: '',
    kind: event.rootOwner.kind,
    name: event.rootOwner.name,
    node: event.node,
    reason: event.reason,
    state: '',
    title: '',
  };
}
