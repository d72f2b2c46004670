/** Which incident an event belongs to: the one that its strand is part of, one that a rule leads to, one that comes back, or a new one. */
import { createHash } from 'node:crypto';
import type { NewEvent, RepeatedEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { IncidentHead, Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import type { Assessment } from './assessment.ts';
import type { Draft } from './draft.ts';
import type { Ending } from './ending.ts';
import { gather } from './gathering.ts';
import { findHome, findVictims, type Home, isOpen, type Question } from './home.ts';
import { titleOf } from './headline.ts';
import type { Memory } from './memory.ts';
import { lookAgain } from './node-return.ts';
import { placeOf, spoken } from './place.ts';
import { absorb, aspectOf, begin, heldUntil, isCleared, keyPlace, opensIncident } from './strand.ts';
import type { IncidentTimes } from './times.ts';

export interface JoiningParts {
  readonly cache: ObjectCache;
  readonly ending: Ending;
  /** What makes two observations one problem. `condition` may carry an aspect after a slash. */
  readonly problemKey: (clusterUid: string, root: ObjectRef, condition: string) => string;
  readonly times: IncidentTimes;
  readonly memory: Memory;
}

/** What is told of a batch's events beside themselves. */
export interface Arrival {
  /** False for a repeat within the deduplication window: it tells nobody again. */
  readonly isFresh: (event: TriagedEvent) => boolean;
  /** When it came in; the time of deciding unless told. What waited for the store meanwhile is no old news for that. */
  readonly arrivedAt?: number;
}

/**
 * The turn of an incident's first opening. No time: a commit that a power cut took away after its notice had gone out is decided
 * again from an event that may have moved on, and must tell under the same id.
 */
const FIRST = 0;

/** Over one batch. */
export class Joining {
  readonly #parts: JoiningParts;
  readonly #draft: Draft;
  readonly #assessment: Assessment;

  constructor(parts: JoiningParts, draft: Draft, assessment: Assessment) {
    this.#parts = parts;
    this.#draft = draft;
    this.#assessment = assessment;
  }

  /** The incident that it belongs to; null where it tells of no problem, or of one that is over. */
  join(row: NewEvent | RepeatedEvent, arrived: Arrival): string | null {
    const { event, delta } = row;
    if (event.condition === null) return null;
    const { arrivedAt = this.#draft.at } = arrived;
    const aspect = aspectOf(event);
    const named = aspect === '' ? event.condition : `${event.condition}/${aspect}`;
    const key = this.#parts.problemKey(event.observation.cluster.uid, keyPlace(event), named);
    const strand = this.#draft.strand(key);
    const current = strand === undefined ? undefined : this.#draft.incident(strand.incidentId);
    if (strand !== undefined && isOpen(current)) return this.#absorb(current, strand, row);
    if (delta === 0 || isCleared(event)) return current?.id ?? null;
    const problem = { key, aspect, condition: event.condition };
    const question = this.#questionOf(event, key);
    const home = findHome(question, this.#draft, this.#parts.memory.ties, this.#parts.cache);
    if (home !== undefined) return this.#gather(question, this.#add(home, row, problem));
    if (!opensIncident(event, arrivedAt, this.#parts.times)) return current?.id ?? null;
    if (strand !== undefined && current !== undefined && this.#regresses(current, this.#draft.at)) {
      if (this.#isOfThePast(current, strand, event, arrivedAt)) return current.id;
      const id = this.#reopen(current, strand, row, arrived.isFresh(event));
      return this.#gather(question, id);
    }
    // Over before it was heard of: nobody needs to look at it any more.
    const first = begin(event, delta, this.#draft.at, { ...problem, incidentId: '', rule: 'opened', because: '' });
    if (this.#parts.ending.wasOver(first, arrivedAt)) return current?.id ?? null;
    return this.#gather(question, this.#begin(row, problem));
  }

  /** A late word of what ended, or of what a person has just closed, is no return. */
  #isOfThePast(ended: IncidentHead, strand: Strand, event: TriagedEvent, arrivedAt: number): boolean {
    if (this.#wasJustClosed(ended, this.#draft.at)) return true;
    const again = { ...absorb(strand, event, 0, this.#draft.at), clearedAt: null };
    if (this.#parts.ending.wasOver(again, arrivedAt)) return true;
    const isLate = ended.resolvedAt !== null && heldUntil(event, this.#draft.at) <= ended.resolvedAt;
    return isLate && !this.#parts.ending.isSeen(strand);
  }

  #questionOf(event: TriagedEvent, key: string): Question {
    return {
      event,
      ends: [placeOf(event.observation.cluster.uid, event.rootOwner), key],
      // An alert that goes on may be about what befell its object long after it began to fire.
      happenedAt: heldUntil(event, this.#draft.at),
      windowMs: this.#parts.times.windowMs,
    };
  }

  /** The event may tell of what others suffer from already. */
  #gather(question: Question, id: string): string {
    const own = this.#draft.incident(id);
    if (!isOpen(own)) return id;
    const victims = findVictims(question, own, this.#draft, {
      ties: this.#parts.memory.ties,
      cache: this.#parts.cache,
    });
    if (victims.length > 0) this.#assessment.reassess(gather(own, victims, this.#draft));
    return id;
  }

  #absorb(incident: IncidentHead, strand: Strand, row: NewEvent | RepeatedEvent): string {
    if (row.delta === 0) return incident.id;
    const next = this.#parts.ending.asSeen(absorb(strand, row.event, row.delta, this.#draft.at));
    const turned = next.severity !== strand.severity || (next.clearedAt === null) !== (strand.clearedAt === null);
    this.#draft.putStrand(next, turned || next.clearedAt !== strand.clearedAt);
    if (next.clearedAt !== null && strand.clearedAt === null) {
      this.#draft.note(
        incident.id,
        'cleared',
        `${strand.condition} of ${spoken(strand.root)} is over`,
        next.clearedAt,
        'tattle',
        // What flickers is told once.
        `${strand.key}:${incident.regressions}`,
      );
      if (strand.condition === 'NodeNotReady' && strand.root.kind === 'Node') {
        lookAgain(next, this.#parts.memory, this.#draft, this.#parts.cache);
      }
    }
    if (turned) this.#assessment.reassess(incident);
    return incident.id;
  }

  #add(
    { incident, rule, because, isCause }: Home,
    { event, delta }: NewEvent | RepeatedEvent,
    problem: Problem,
  ): string {
    const strand = begin(event, delta, this.#draft.at, { ...problem, incidentId: incident.id, rule, because });
    this.#draft.putStrand(strand, true);
    const rooted = isCause
      ? { ...incident, root: strand.root, title: titleOf(incident.condition, strand.root) }
      : incident;
    if (isCause) this.#reroot(rooted);
    this.#assessment.reassess(rooted);
    return incident.id;
  }

  /** What is known about the cause is evidence, too. */
  #reroot(incident: IncidentHead): void {
    this.#draft.putIncident(incident);
    this.#draft.capture(incident.id, `root-${placeOf(incident.cluster.uid, incident.root)}`, incident.regressions);
  }

  #begin(row: NewEvent | RepeatedEvent, problem: Problem): string {
    const { event, delta } = row;
    const { observation, rootOwner, category, severity } = event;
    const id = incidentId(problem.key, openingOf(row));
    const because = `${problem.condition} of ${spoken(rootOwner)} opened it`;
    const strand = begin(event, delta, this.#draft.at, { ...problem, incidentId: id, rule: 'opened', because });
    this.#draft.putStrand(strand, true);
    const incident: IncidentHead = {
      id,
      cluster: observation.cluster,
      state: 'open',
      severity,
      category,
      condition: problem.condition,
      root: rootOwner,
      subject: observation.object,
      title: titleOf(problem.condition, rootOwner),
      openedAt: strand.lastSeen,
      resolvedAt: null,
      resolvedBy: null,
      openedBy: observation.uid,
      regressions: 0,
      mergedInto: null,
      resolution: null,
    };
    this.#draft.putIncident({ ...incident, severity: this.#assessment.severityOf([strand]) });
    this.#draft.note(id, 'opened', observation.message, incident.openedAt, 'tattle', 'first');
    this.#draft.capture(id, 'opened', FIRST);
    this.#draft.tell(id, 'opened', FIRST, observation.uid);
    return id;
  }

  #regresses(incident: IncidentHead, at: number): boolean {
    return at - (incident.resolvedAt ?? at) <= this.#parts.times.regressionMs;
  }

  /** A person closed it: the last repeats of what they know about are no return. */
  #wasJustClosed({ resolvedBy, resolvedAt }: IncidentHead, at: number): boolean {
    return resolvedBy !== 'tattle' && resolvedAt !== null && at - resolvedAt <= this.#parts.times.holdDownMs;
  }

  #reopen(resolved: IncidentHead, strand: Strand, { event, delta }: NewEvent | RepeatedEvent, fresh: boolean): string {
    const next = { ...absorb(strand, event, delta, this.#draft.at), clearedAt: null };
    this.#draft.putStrand(next, true);
    const again: IncidentHead = {
      ...resolved,
      state: 'regressed',
      resolvedAt: null,
      resolvedBy: null,
      regressions: resolved.regressions + 1,
    };
    this.#draft.putIncident(again);
    this.#draft.note(again.id, 'regressed', `${strand.condition} of ${spoken(strand.root)} came back`, next.lastSeen);
    this.#draft.capture(again.id, 'regressed', next.lastSeen);
    if (fresh) this.#draft.tell(again.id, 'opened', next.lastSeen, event.observation.uid);
    this.#assessment.reassess(again);
    return again.id;
  }
}

interface Problem {
  readonly key: string;
  readonly aspect: string;
  readonly condition: string;
}

/** An Event that goes on counting after its incident was closed and forgotten opens another one: what is stored of it tells them apart. */
function openingOf(row: NewEvent | RepeatedEvent): string {
  const { uid } = row.event.observation;
  return 'known' in row && row.known.incidentId !== null ? `${uid}@${row.known.count}` : uid;
}

/** The same opening observation of the same problem always makes the same id, also when a crash hid the first commit. */
function incidentId(problemKey: string, openedBy: string): string {
  return createHash('sha256').update(`${problemKey.length}:${problemKey}${openedBy}`).digest('hex').slice(0, 16);
}
