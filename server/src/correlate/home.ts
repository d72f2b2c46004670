/** The open incident that an event belongs to, and by which rule: ties of people first, then the causal chains in their order. */
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { IncidentHead, JoinRule, Strand } from '../model/incident.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import { CHAINS } from './chains/index.ts';
import type { Link } from './chains/chain.ts';
import type { Draft } from './draft.ts';
import type { Ties } from './memory.ts';
import { placeOf } from './place.ts';

export interface Home {
  readonly incident: IncidentHead;
  readonly rule: JoinRule;
  readonly because: string;
  /** The event tells of the cause: the incident's root moves to its place. */
  readonly isCause: boolean;
}

interface Question {
  readonly event: TriagedEvent;
  /** What ties may name: the event's place and its strand's key. */
  readonly ends: readonly string[];
  /** When it happened; an incident that opened later than this, beyond the window, is none of its. */
  readonly happenedAt: number;
  readonly windowMs: number;
}

export function findHome(question: Question, draft: Draft, ties: Ties, cache: ObjectCache): Home | undefined {
  const { event } = question;
  const clusterUid = event.observation.cluster.uid;
  const tied = tiedByHand(question, draft, ties);
  if (tied !== undefined) return tied;
  const openAt = (place: string) =>
    draft.strandsAt(place).filter((strand) => isOpen(draft.incident(strand.incidentId)));
  const look = { cache, openAt: (place: Link['place']) => openAt(placeOf(clusterUid, place)) };
  for (const chain of CHAINS) {
    for (const link of chain(event, look)) {
      const strands = openAt(placeOf(clusterUid, link.place)).filter((strand) => link.accepts?.(strand) ?? true);
      const incident = earliest(strands, question, draft, ties);
      if (incident === undefined) continue;
      return { incident, rule: link.rule, because: link.because, isCause: link.isCause ?? false };
    }
  }
  return undefined;
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
        if (!isOpen(incident)) continue;
        return { incident, rule: 'by-hand', because: `${tie.by} put them together: ${tie.reason}`, isCause: false };
      }
    }
  }
  return undefined;
}

function earliest(strands: readonly Strand[], question: Question, draft: Draft, ties: Ties): IncidentHead | undefined {
  let best: IncidentHead | undefined;
  for (const { incidentId } of strands) {
    const incident = draft.incident(incidentId);
    if (incident === undefined || incident.openedAt > question.happenedAt + question.windowMs) continue;
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
