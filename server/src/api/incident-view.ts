/** An incident as people see it: its diagnosis, what led up to it, what belongs to it and why, and its timeline. */
import type { WireIncident, WireIncidentView } from '@tattle/contract';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Incident } from '../model/incident.ts';
import type { History, Outbox } from '../model/ports.ts';
import { timelineOf } from './timeline.ts';
import { orNull, wireChange, wireDiagnosis, wireIncident, wireStrand } from './wire.ts';
import { rfc3339 } from './times.ts';

export interface ViewPorts {
  readonly history: History;
  readonly outbox: Outbox;
}

const MOST_OBJECTS = 200;
const MOST_EVENTS = 200;
const MOST_EARLIER = 5;
const MOST_DELIVERIES = 100;

export async function viewOf(incident: Incident, { history, outbox }: ViewPorts): Promise<WireIncidentView> {
  const { id } = incident;
  const [diagnosis, objects, strands, log, events, captures, earlier, deliveries] = await Promise.all([
    history.diagnosis(id),
    history.incidentObjects(id, MOST_OBJECTS),
    history.strands(id),
    history.log(id),
    history.events({ fields: { incident: [id] } }, { limit: MOST_EVENTS }),
    history.captures(id),
    history.earlierIncidents(incident, MOST_EARLIER),
    outbox.deliveries({ incidentId: id, limit: MOST_DELIVERIES }),
  ]);
  const changes = diagnosis?.changes ?? [];
  return {
    ...headOf(incident, diagnosis),
    objects: [...objects],
    changes: changes.map(wireChange),
    together: strands.map(wireStrand),
    timeline: [...timelineOf({ strands, log, changes, events: events.items, captures, diagnosis, deliveries })],
    earlier: earlier.map((other) => ({
      id: other.id,
      openedAt: rfc3339(other.openedAt),
      resolvedAt: orNull(other.resolvedAt),
      resolution: other.resolution,
    })),
  };
}

export function headOf(incident: Incident, diagnosis: Diagnosis | null): WireIncident {
  return { ...wireIncident(incident), diagnosis: diagnosis === null ? null : wireDiagnosis(diagnosis) };
}
