/** The rules of an incident's life: when an event opens one, how later events change it, when it is over. */
import { createHash } from 'node:crypto';
import { SEVERITIES, type Severity, type TriagedEvent } from '../model/cluster-event.ts';
import type { Incident } from '../model/incident.ts';

export interface IncidentTimes {
  /** After its condition ended, an incident stays open this long, so that flapping is one incident. */
  readonly holdDownMs: number;
  /** An incident whose end nobody can observe is over when it was quiet for this long: an Event's usual time to live. */
  readonly quietMs: number;
  /** The same problem within this time after its end is the same incident again. */
  readonly regressionMs: number;
  /** An event older than this when it arrives tells of the past: it is stored, but opens nothing. */
  readonly staleMs: number;
}

export const INCIDENT_TIMES: IncidentTimes = {
  holdDownMs: 60_000,
  quietMs: 3_600_000,
  regressionMs: 3_600_000,
  staleMs: 600_000,
};

const OPENING: ReadonlySet<Severity> = new Set(['critical', 'high', 'medium']);

/** When the event happened, never later than when it arrived: clocks of reporters may run ahead. */
function happenedAt(event: TriagedEvent, ingestedAt: number): number {
  return Math.min(event.observation.lastSeen, ingestedAt);
}

function isCleared(event: TriagedEvent): boolean {
  return event.observation.source === 'state' && event.observation.transition === 'cleared';
}

/** A condition that is serious enough, is not ending, and is not history. */
export function opensIncident(event: TriagedEvent, ingestedAt: number, times: IncidentTimes): boolean {
  return (
    event.condition !== null &&
    !isCleared(event) &&
    OPENING.has(event.severity) &&
    ingestedAt - happenedAt(event, ingestedAt) <= times.staleMs
  );
}

export function isMoreSevere(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}

/** The same opening observation of the same problem always makes the same id, also when a crash hid the first commit. */
function incidentId(problemKey: string, openedBy: string): string {
  return createHash('sha256').update(`${problemKey.length}:${problemKey}${openedBy}`).digest('hex').slice(0, 16);
}

export function open(event: TriagedEvent, condition: string, problemKey: string, at: number): Incident {
  const { observation, rootOwner } = event;
  const place = rootOwner.namespace === '' ? rootOwner.name : `${rootOwner.namespace}/${rootOwner.name}`;
  const openedAt = happenedAt(event, at);
  return {
    id: incidentId(problemKey, observation.uid),
    cluster: observation.cluster,
    problemKey,
    state: 'open',
    severity: event.severity,
    category: event.category,
    condition,
    root: rootOwner,
    subject: observation.object,
    title: `${condition}: ${rootOwner.kind} ${place}`,
    openedAt,
    lastSeen: openedAt,
    clearedAt: null,
    resolvedAt: null,
    eventCount: 0,
    openedBy: observation.uid,
  };
}

/** The incident after one more event of its problem. */
export function absorb(incident: Incident, event: TriagedEvent, delta: number, at: number): Incident {
  const seen = happenedAt(event, at);
  const eventCount = incident.eventCount + delta;
  if (isCleared(event)) return { ...incident, eventCount, clearedAt: incident.clearedAt ?? seen };
  return {
    ...incident,
    eventCount,
    lastSeen: Math.max(incident.lastSeen, seen),
    severity: isMoreSevere(event.severity, incident.severity) ? event.severity : incident.severity,
    clearedAt: incident.clearedAt !== null && seen >= incident.clearedAt ? null : incident.clearedAt,
  };
}

/** What can be known of the problem's present: undefined is unknown, and unknown is never read as ended. */
export interface Level {
  readonly holds: boolean | undefined;
  readonly healthy: boolean | undefined;
}

/**
 * When the incident is over, or null while it is not. The answer is a deadline, not the time of asking,
 * so that it does not depend on how often one asks.
 */
export function overAt(incident: Incident, level: Level, times: IncidentTimes): number | null {
  if (level.holds === true) return null;
  const ended = level.holds === false || (level.holds === undefined && level.healthy === true);
  if (ended) return Math.max(incident.clearedAt ?? incident.lastSeen, incident.lastSeen) + times.holdDownMs;
  if (level.healthy === false) return null;
  return incident.lastSeen + times.quietMs;
}
