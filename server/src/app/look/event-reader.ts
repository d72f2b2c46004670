/** From raw Events to events as the store would have them: normalised, redacted, classified, but stored nowhere. */
import type { ClusterEvent, TriagedEvent } from '../../model/cluster-event.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Clock } from '../../model/ports/process.ts';
import { DEFAULT_FILTER } from '../../model/settings.ts';
import { SlimCache } from '../../observe/cache.ts';
import type { ChangeType } from '../../observe/ports.ts';
import { createEventNormaliser } from '../../observe/normalise.ts';
import { createTriage } from '../../triage/triage.ts';
import type { Configuration } from '../config-schema.ts';
import { redactorOf } from '../redactor.ts';

/** Null for what tells of no event: its TTL ran out, or it cannot be read. */
export type EventReader = (raw: unknown, type: 'LIST' | ChangeType, cluster: ClusterRef) => ClusterEvent | null;

/** Objects are not read: owners and conditions of object state stay unknown. What is asked for is filtered later, so that all is kept. */
export function createEventReader(redaction: Configuration['redaction'], clock: Pick<Clock, 'now'>): EventReader {
  const cache = new SlimCache();
  const normalise = createEventNormaliser(clock);
  const triage = createTriage({
    objects: cache,
    filter: { ...DEFAULT_FILTER, namespaces: 'all' },
    redactor: redactorOf(redaction, cache),
  });
  return (raw, type, cluster) => {
    const arrival = normalise(raw, type, cluster);
    if (arrival.kind !== 'observation') return null;
    const [kept] = triage.triage([arrival.observation]).kept;
    return kept === undefined ? null : asEvent(kept, clock.now());
  };
}

function asEvent(triaged: TriagedEvent, now: number): ClusterEvent {
  const { observation, category, severity, condition, rootOwner, fingerprint, correlationId, node } = triaged;
  const { uid, cluster, source, type, reason, message, count, firstSeen, lastSeen, object, labels, component } =
    observation;
  return {
    ...{ uid, cluster: cluster.uid, clusterName: cluster.name, origin: source },
    ...{ type, reason, message, count, firstSeen, lastSeen, ingestedAt: now },
    ...{ category, severity, condition, fingerprint, correlationId, incidentId: null },
    ...{ object, rootOwner, node, labels, source: component },
  };
}
