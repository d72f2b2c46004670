/** The open incident that an event belongs to, and by which rule: ties of people first, then the causal chains in their order. */
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { IncidentHead, JoinRule, Strand } from '../model/incident.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import { CHAINS, GATHERING } from './chains/index.ts';
import type { Link, Surroundings } from './chains/chain.ts';
import type { Draft } from './draft.ts';
import type { Ties } from './memory.ts';
import { placeOf } from './place.ts';
import { isAlert } from './strand.ts';

export interface Home {
  readonly incident: IncidentHead;
  readonly rule: JoinRule;
  readonly because: string;
  /** The event tells of the cause: the incident's root moves to its place. */
  readonly isCause: boolean;
}

export interface Question {
  readonly event: TriagedEvent;
  /** What ties may name: the event's place and its strand's key. */
  readonly ends: readonly string[];
  /** When it happened; an incident whose trouble began later than this, beyond the window, is none of its. */
  readonly happenedAt: number;
  readonly windowMs: number;
}

export function findHome(question: Question, draft: Draft, ties: Ties, cache: ObjectCache): Home | undefined {
  const { event } = question;
  const clusterUid = event.observation.cluster.uid;
  const tied = tiedByHand(question, draft, ties);
  if (tied !== undefined) return tied;
  const look = surroundings(question, draft, cache);
  for (const chain of CHAINS) {
    for (const link of chain(event, look)) {
      const incident = earliest(acceptedBy(link, look), question, draft, ties);
      if (incident === undefined) continue;
      const isCause =
        link.isCause === true &&
        placeOf(clusterUid, incident.root) === placeOf(clusterUid, link.place) &&
        explainsAll(link, incident, draft);
      return { incident, rule: link.rule, because: link.because, isCause };
    }
  }
  return undefined;
}

export interface Victim {
  readonly incident: IncidentHead;
  readonly rule: JoinRule;
  readonly because: string;
}

/** Open incidents beside `own` that hold nothing but what this event's cause brought about. */
export function findVictims(
  question: Question,
  own: IncidentHead,
  draft: Draft,
  { ties, cache }: { readonly ties: Ties; readonly cache: ObjectCache },
): readonly Victim[] {
  const victims = new Map<string, Victim>();
  const look = surroundings(question, draft, cache);
  for (const chain of GATHERING) {
    for (const link of chain(question.event, look)) {
      for (const strand of acceptedBy(link, look)) {
        const incident = draft.incident(strand.incidentId);
        if (!isOpen(incident) || incident.id === own.id || victims.has(incident.id)) continue;
        // Somebody works on it under its own name.
        if (incident.state === 'acknowledged' || !explainsAll(link, incident, draft)) continue;
        if (areApart(question.ends, incident, draft, ties)) continue;
        victims.set(incident.id, { incident, rule: link.rule, because: link.because });
      }
    }
  }
  return [...victims.values()];
}

function surroundings({ event, happenedAt }: Question, draft: Draft, cache: ObjectCache): Surroundings {
  const clusterUid = event.observation.cluster.uid;
  const incidentOf = (strand: Strand) => {
    const incident = draft.incident(strand.incidentId);
    return isOpen(incident) ? incident : undefined;
  };
  const openAt = (place: Link['place']) =>
    draft.strandsAt(placeOf(clusterUid, place)).filter((strand) => incidentOf(strand) !== undefined);
  return { cache, happenedAt, openAt, incidentOf };
}

function acceptedBy({ place, accepts }: Link, { openAt, incidentOf }: Surroundings): readonly Strand[] {
  return [...openAt(place)].filter((strand) => {
    const incident = incidentOf(strand);
    return incident !== undefined && (accepts?.(strand, incident) ?? true);
  });
}

/** What only followed from the other strands is explained with them. */
const FOLLOWED: ReadonlySet<JoinRule> = new Set(['service', 'autoscaler']);

function explainsAll({ accepts }: Link, incident: IncidentHead, draft: Draft): boolean {
  if (accepts === undefined) return true;
  const strands = draft.strandsOf(incident.id);
  // Alerts measure what the others tell of; where there is nothing else, they are all that is known.
  const telling = strands.filter((strand) => !isAlert(strand));
  return telling.length > 0 && telling.every((strand) => FOLLOWED.has(strand.rule) || accepts(strand, incident));
}

export function isOpen(incident: IncidentHead | undefined): incident is IncidentHead {
  return incident !== undefined && incident.state !== 'resolved' && incident.mergedInto === null;
}

function tiedByHand({ ends }: Question, draft: Draft, ties: Ties): Home | undefined {
  for (const end of ends) {
    for (const [other, tie] of ties.of(end) ?? []) {
      if (tie.kind !== 'together') continue;
      const strand = draft.strand(other);
      for (const { incidentId } of strand === undefined ? draft.strandsAt(other) : [strand]) {
        const incident = draft.incident(incidentId);
        if (!isOpen(incident) || areApart(ends, incident, draft, ties)) continue;
        return { incident, rule: 'by-hand', because: `${tie.by} put them together: ${tie.reason}`, isCause: false };
      }
    }
  }
  return undefined;
}

function earliest(strands: readonly Strand[], question: Question, draft: Draft, ties: Ties): IncidentHead | undefined {
  let best: IncidentHead | undefined;
  for (const { incidentId, firstSeen } of strands) {
    const incident = draft.incident(incidentId);
    if (incident === undefined) continue;
    // A trouble that was found late began before its incident opened.
    if (Math.min(incident.openedAt, firstSeen) > question.happenedAt + question.windowMs) continue;
    if (best !== undefined && best.openedAt <= incident.openedAt) continue;
    if (!areApart(question.ends, incident, draft, ties)) best = incident;
  }
  return best;
}

/** Whether a person took the event's place, or its strand, apart from something in that incident. */
function areApart(ends: readonly string[], incident: IncidentHead, draft: Draft, ties: Ties): boolean {
  for (const end of ends) {
    const others = ties.of(end);
    if (others === undefined || others.size === 0) continue;
    for (const strand of draft.strandsOf(incident.id)) {
      for (const other of [placeOf(strand.cluster.uid, strand.root), strand.key]) {
        if (others.get(other)?.kind === 'apart') return true;
      }
    }
  }
  return false;
}
