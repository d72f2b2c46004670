/** The rules of a strand's life: which event begins one, how later events change it, when it is over. */
import { SEVERITIES, type Severity, type TriagedEvent } from '../model/cluster-event.ts';
import type { JoinRule, Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { isEnd } from '../model/observation.ts';
import { holdDownOf, type IncidentTimes } from './times.ts';

const OPENING: ReadonlySet<Severity> = new Set(['critical', 'high', 'medium']);

/**
 * When the event happened, never later than when it arrived: clocks of reporters may run ahead. An alert happened when it began,
 * however long it has gone on: so it keeps its place before or after its end, in whatever order the two are heard of.
 */
export function happenedAt({ observation }: TriagedEvent, ingestedAt: number): number {
  return Math.min(observation.source === 'alert' ? observation.firstSeen : observation.lastSeen, ingestedAt);
}

/** Until when it is known to have gone on. */
export function heldUntil({ observation }: TriagedEvent, ingestedAt: number): number {
  return Math.min(observation.lastSeen, ingestedAt);
}

export function isCleared({ observation }: TriagedEvent): boolean {
  return isEnd(observation);
}

const ALERT = 'alert ';

/** Of an alert: what goes on until somebody says that it is over, whatever can be seen of its object. */
export function isAlert({ aspect }: Pick<Strand, 'aspect'>): boolean {
  return aspect.startsWith(ALERT);
}

/** Which alerts it is of: their observations' `series`. */
export function alertSeries({ aspect }: Pick<Strand, 'aspect'>): string {
  return aspect.slice(ALERT.length);
}

/** An alert is the same whatever is known of its object by the time that it ends: its pod may be long gone. */
export function keyPlace({ observation, rootOwner }: TriagedEvent): ObjectRef {
  return observation.source === 'alert' ? NOWHERE : rootOwner;
}

const NOWHERE: ObjectRef = Object.freeze({ kind: '', namespace: '', name: '', uid: '' });

/** A condition that is serious enough, is not ending, and is not history. */
export function opensIncident(event: TriagedEvent, ingestedAt: number, times: IncidentTimes): boolean {
  return (
    event.condition !== null &&
    !isCleared(event) &&
    OPENING.has(event.severity) &&
    ingestedAt - heldUntil(event, ingestedAt) <= times.staleMs
  );
}

/** What is minor accompanies a problem and never keeps one open. */
export function isSerious({ severity }: Pick<Strand, 'severity'>): boolean {
  return OPENING.has(severity);
}

export function isMoreSevere(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}

/**
 * Which of the problems of one name it is. Alerts of one name end one by one. A kill for a probe is the kubelet's own word for why a
 * container restarts.
 */
export function aspectOf({ condition, observation }: TriagedEvent): string {
  if (observation.source === 'alert') return `${ALERT}${observation.series}`;
  if (condition !== 'Unhealthy') return '';
  const { reason, message } = observation;
  if (reason === 'Killing') return 'probe-kill';
  if (message.startsWith('Liveness')) return 'liveness';
  return message.startsWith('Startup') ? 'startup' : 'readiness';
}

export interface Birth {
  readonly key: string;
  readonly incidentId: string;
  readonly condition: string;
  readonly aspect: string;
  readonly rule: JoinRule;
  readonly because: string;
}

export function begin(event: TriagedEvent, delta: number, at: number, birth: Birth): Strand {
  const { observation, rootOwner, category, severity } = event;
  const seen = happenedAt(event, at);
  return {
    ...birth,
    bornIn: birth.incidentId,
    cluster: observation.cluster,
    root: rootOwner,
    subject: observation.object,
    category,
    severity,
    firstSeen: Math.min(observation.firstSeen, seen),
    lastSeen: seen,
    clearedAt: null,
    eventCount: delta,
  };
}

/** The strand after one more event of its problem. */
export function absorb(strand: Strand, event: TriagedEvent, delta: number, at: number): Strand {
  const seen = happenedAt(event, at);
  const eventCount = strand.eventCount + delta;
  // The end of an earlier time that the alert fired, heard of after it began again.
  if (isCleared(event) && isAlert(strand) && seen < strand.lastSeen) return { ...strand, eventCount };
  // Of several objects that get over it one after the other, the last one counts.
  if (isCleared(event)) return { ...strand, eventCount, clearedAt: Math.max(strand.clearedAt ?? seen, seen) };
  return {
    ...strand,
    eventCount,
    lastSeen: Math.max(strand.lastSeen, seen),
    severity: isMoreSevere(event.severity, strand.severity) ? event.severity : strand.severity,
    clearedAt: strand.clearedAt !== null && seen >= strand.clearedAt ? null : strand.clearedAt,
  };
}

/** What can be known of the problem's present: undefined is unknown, and unknown is never read as ended. */
export interface Level {
  readonly holds: boolean | undefined;
  readonly healthy: boolean | undefined;
}

/**
 * When the strand is over, or null while it is not. The answer is a deadline, not the time of asking, so that it does not
 * depend on how often one asks.
 */
export function overAt(strand: Strand, level: Level, regressions: number, times: IncidentTimes): number | null {
  const holdDown = holdDownOf(regressions, times);
  if (!isSerious(strand)) return strand.lastSeen + holdDown;
  if (isAlert(strand)) return strand.clearedAt === null ? null : Math.max(strand.clearedAt, strand.lastSeen) + holdDown;
  if (level.holds === true) return null;
  const ended = level.holds === false || (level.holds === undefined && level.healthy === true);
  if (ended) return Math.max(strand.clearedAt ?? strand.lastSeen, strand.lastSeen) + holdDown;
  if (level.healthy === false) return null;
  return strand.lastSeen + times.quietMs;
}
