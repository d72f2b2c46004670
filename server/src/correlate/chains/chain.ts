/** A causal chain: where else the incident may already be open that an event belongs to. */
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { IncidentHead, JoinRule, Strand } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { ObjectCache } from '../../model/slim-object.ts';

/** An incident with a strand at `place` that `accepts` takes is the event's home. */
export interface Link {
  readonly place: ObjectRef;
  readonly rule: JoinRule;
  /** The rule in a sentence, for people who ask why these events are together. */
  readonly because: string;
  /** The event tells of the cause of what is open there: the root of an incident that sits at `place` moves to it. */
  readonly isCause?: boolean;
  readonly accepts?: (strand: Strand, incident: IncidentHead) => boolean;
}

export interface Surroundings {
  readonly cache: ObjectCache;
  /** When the event happened, by a clock that is not ahead of ours. */
  readonly happenedAt: number;
  /** Strands of open incidents at a place. */
  readonly openAt: (place: ObjectRef) => Iterable<Strand>;
  /** The open incident that such a strand is part of. */
  readonly incidentOf: (strand: Strand) => IncidentHead | undefined;
}

/** Pure; asks the cache only. Unknown is not absent: where the cache does not know, there is no link. */
export type Chain = (event: TriagedEvent, look: Surroundings) => Iterable<Link>;
