/** The rules of a strand's life: which event begins one, how later events change it, when it is over. */
import { SEVERITIES, type Severity, type TriagedEvent } from '../model/cluster-event.ts';
import type { JoinRule, Strand } from '../model/incident.ts';
import { holdDownOf, type IncidentTimes } from './times.ts';

const OPENING: ReadonlySet<Severity> = new Set(['critical', 'high', 'medium']);

/** When the event happened, never later than when it arrived: clocks of reporters may run ahead. */
export function happenedAt(event: TriagedEvent, ingestedAt: number): number {
  return Math.min(event.observation.lastSeen, ingestedAt);
}

export function isCleared(event: TriagedEvent): boolean {
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

/** What is minor accompanies a problem and never keeps one open. */
export function isSerious({ severity }: Pick<Strand, 'severity'>): boolean {
  return OPENING.has(severity);
}

export function isMoreSevere(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}

/** Which of the problems of one name it is. A kill for a probe is the kubelet's own word for why a container restarts. */
export function aspectOf({ condition, observation }: TriagedEvent): string {
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
  if (level.holds === true) return null;
  const ended = level.holds === false || (level.holds === undefined && level.healthy === true);
  if (ended) return Math.max(strand.clearedAt ?? strand.lastSeen, strand.lastSeen) + holdDown;
  if (level.healthy === false) return null;
  return strand.lastSeen + times.quietMs;
}
