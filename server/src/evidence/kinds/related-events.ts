/** Recent events of the same root and objects, as the store has them: redacted when they were stored. */
import { rfc3339 } from '../../kit/format-time.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Incident } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import { type Captured, capturedError, capturedValue } from '../captured.ts';

/** Most recent first, at most `limit`: events of the incident, of its root, of its subject, and of what is `beside` it. */
export type RelatedEvents = (
  incident: Incident,
  beside: readonly ObjectRef[],
  limit: number,
  signal: AbortSignal,
) => Promise<readonly ClusterEvent[]>;

const MOST_EVENTS = 30;

export async function captureEvents(
  incident: Incident,
  beside: readonly ObjectRef[],
  related: RelatedEvents,
  signal: AbortSignal,
): Promise<Captured> {
  try {
    const events = await related(incident, beside, MOST_EVENTS, signal);
    return capturedValue('events', incident.subject, events.slice(0, MOST_EVENTS).map(eventEntry));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return capturedError('events', incident.subject, `the stored events could not be asked: ${why}`);
  }
}

function eventEntry(event: ClusterEvent) {
  const { kind, namespace, name } = event.object;
  return {
    uid: event.uid,
    type: event.type,
    reason: event.reason,
    message: event.message,
    count: event.count,
    first_seen: rfc3339(event.firstSeen),
    last_seen: rfc3339(event.lastSeen),
    object: { kind, namespace, name },
    source: event.source,
  };
}
