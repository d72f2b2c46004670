/** An incident as people see it: its diagnosis, what led up to it, what belongs to it and why, and its timeline. */
import type { WireEvidence, WireIncidentView } from '@tattle/contract';
import { covers } from '../kit/scope.ts';
import { withoutName } from '../kit/seen-incident.ts';
import type { Scope } from '../model/access.ts';
import type { Incident, LogEntry, LogKind } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { History } from '../model/ports/history.ts';
import type { Outbox } from '../model/ports/telling.ts';
import { scoped } from './filters.ts';
import { lookAt, type Sight } from './incident-sight.ts';
import { timelineOf } from './timeline.ts';
import { orNull, wireChange, wireEvidence, wireHead, wireStrand } from './wire.ts';
import { rfc3339 } from './times.ts';

export interface ViewPorts {
  readonly history: History;
  readonly outbox: Outbox;
}

const MOST_OBJECTS = 200;
const MOST_EVENTS = 200;
const MOST_EARLIER = 5;
const MOST_DELIVERIES = 100;

export async function viewOf(sight: Sight, { history, outbox }: ViewPorts): Promise<WireIncidentView> {
  const { incident, strands, whole, scope } = sight;
  const { id } = incident;
  const inScope = scoped(scope).scope;
  const [diagnosis, objects, log, events, captures, earlier, deliveries] = await Promise.all([
    history.diagnosis(id),
    history.incidentObjects(id, MOST_OBJECTS, inScope),
    history.log(id),
    history.events({ fields: { incident: [id] }, ...scoped(scope) }, { limit: MOST_EVENTS }),
    history.captures(id),
    history.earlierIncidents(incident, MOST_EARLIER, inScope),
    outbox.deliveries({ incidentId: id, limit: MOST_DELIVERIES, ...scoped(scope) }),
  ]);
  const seen = seenBy(sight);
  const changes = (diagnosis?.changes ?? []).filter(({ object }) => seen(object));
  const timeline = timelineOf({
    strands,
    log: whole ? log : turnsAlone(log),
    changes,
    events: events.items,
    captures: whole ? captures : [],
    diagnosis: whole ? diagnosis : null,
    deliveries: whole ? deliveries.items : [],
  });
  return {
    ...wireHead(incident, whole ? diagnosis : null, !whole),
    objects: [...objects],
    changes: changes.map(wireChange),
    together: strands.map(wireStrand),
    timeline: [...timeline],
    timelineCut: events.nextCursor !== null,
    earlier: [...(await earlierSeen(earlier, scope, history))],
  };
}

/** Each is seen as far as the caller sees it: what is theirs now may have been part of more. */
async function earlierSeen(earlier: readonly Incident[], scope: Scope, history: History) {
  const sights = await Promise.all(earlier.map((other) => lookAt(other, scope, history)));
  return sights
    .filter((sight) => sight !== null)
    .map(({ incident: { id, openedAt, resolvedAt, resolution } }) => ({
      id,
      openedAt: rfc3339(openedAt),
      resolvedAt: orNull(resolvedAt),
      resolution,
    }));
}

export async function evidenceOf(sight: Sight, history: History): Promise<readonly WireEvidence[]> {
  const seen = seenBy(sight);
  const evidence = await history.evidence(sight.incident.id);
  // Nodes and volumes lie in no namespace; what their state did to a workload is its owner's business.
  return evidence.filter(({ object }) => seen(object) || (sight.whole && object.namespace === '')).map(wireEvidence);
}

function seenBy({ incident, scope }: Sight): (object: ObjectRef) => boolean {
  return ({ namespace }) => covers(scope, { cluster: incident.cluster, namespace });
}

const TURNS: Partial<Record<LogKind, string>> = {
  opened: 'opened',
  acknowledged: 'acknowledged',
  cleared: 'its last condition has ended',
  resolved: 'resolved',
  regressed: 'came back',
};

/** For whoever sees a part: the words of an entry may name the rest. */
function turnsAlone(log: readonly LogEntry[]): readonly LogEntry[] {
  return log.flatMap((entry) => {
    const text = TURNS[entry.kind];
    return text === undefined ? [] : [{ ...entry, by: withoutName(entry.by), text }];
  });
}
