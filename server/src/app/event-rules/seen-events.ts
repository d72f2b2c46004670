/** What a commit brought, as rules look at it. */
import type { ChangeSet } from '../../model/change-set.ts';
import type { ClusterEvent, TriagedEvent } from '../../model/cluster-event.ts';
import type { Seen } from '../../notify/event-rules/firing.ts';
import { RULE_COMPONENT } from './rule-alerts.ts';

/** Events that happened anew; what a list brings again after a restart did not. */
export function* happenedIn({ created, repeated, at }: Pick<ChangeSet, 'created' | 'repeated' | 'at'>): Iterable<Seen> {
  for (const { event, delta, incidentId } of [...created, ...repeated]) {
    if (delta > 0 && event.observation.component !== RULE_COMPONENT) {
      yield { event: clusterEventOf(event, incidentId, at), delta, at: Math.min(event.observation.lastSeen, at) };
    }
  }
}

function clusterEventOf(triaged: TriagedEvent, incidentId: string | null, at: number): ClusterEvent {
  const { observation, category, severity, condition, rootOwner, fingerprint, correlationId, node } = triaged;
  const { uid, cluster, source, type, reason, message, count, firstSeen, lastSeen, object, labels } = observation;
  return {
    uid,
    cluster: cluster.uid,
    clusterName: cluster.name,
    origin: source,
    type,
    reason,
    message,
    count,
    firstSeen,
    lastSeen,
    ingestedAt: at,
    category,
    severity,
    condition,
    fingerprint,
    correlationId,
    incidentId,
    object,
    rootOwner,
    node,
    labels,
    source: observation.component,
  };
}
