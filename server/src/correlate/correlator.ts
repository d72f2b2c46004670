/** Ties events to incidents: one problem is one incident, rooted where its cause sits. */
import { createHash } from 'node:crypto';
import type { EventMove, NewEvent, RepeatedEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { IncidentHead, LogEntry, NewJob, Strand, Tie } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ActiveConditions, ObjectCache } from '../model/slim-object.ts';
import { Assessment } from './assessment.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import { perform } from './commands.ts';
import { Draft } from './draft.ts';
import { Ending } from './ending.ts';
import { gather } from './gathering.ts';
import { findHome, findVictims, type Home, isOpen, type Question } from './home.ts';
import { titleOf } from './headline.ts';
import { Memory, type Outlook, type Remembered } from './memory.ts';
import { lookAgain } from './node-return.ts';
import { placeOf, spoken } from './place.ts';
import { release } from './releasing.ts';
import { absorb, aspectOf, begin, happenedAt, isCleared, isMoreSevere, isSerious, opensIncident } from './strand.ts';
import { INCIDENT_TIMES, type IncidentTimes } from './times.ts';

export interface CorrelatorOptions {
  readonly cache: ObjectCache;
  readonly active: ActiveConditions;
  /** What makes two observations one problem. `condition` may carry an aspect after a slash. */
  readonly problemKey: (clusterUid: string, root: ObjectRef, condition: string) => string;
  readonly times?: IncidentTimes;
}

export interface Arrived {
  readonly created: readonly NewEvent[];
  readonly repeated: readonly RepeatedEvent[];
  /** False for a repeat within the deduplication window: it tells nobody again. */
  readonly isFresh: (event: TriagedEvent) => boolean;
  /** When it came in; the time of deciding unless told. What waited for the store meanwhile is no old news for that. */
  readonly arrivedAt?: number;
}

/** What a batch means, before memory knows of it: commit it, then `adopt`, or drop it. */
export interface Correlated {
  readonly created: readonly NewEvent[];
  readonly repeated: readonly RepeatedEvent[];
  readonly incidents: readonly IncidentHead[];
  readonly strands: readonly Strand[];
  readonly counted: readonly Strand[];
  readonly log: readonly LogEntry[];
  readonly ties: readonly Tie[];
  readonly moves: readonly EventMove[];
  readonly jobs: readonly NewJob[];
  adopt(): void;
}

/**
 * The turn of an incident's first opening. No time: a commit that a power cut took away after its notice had gone out is decided
 * again from an event that may have moved on, and must tell under the same id.
 */
const FIRST = 0;

export class Correlator {
  readonly #cache: ObjectCache;
  readonly #ending: Ending;
  readonly #problemKey: CorrelatorOptions['problemKey'];
  readonly #times: IncidentTimes;
  readonly #memory = new Memory();
  /** The second in which incidents that still serve were last looked at for having gone down. */
  #reassessedAt = 0;

  constructor(options: CorrelatorOptions) {
    this.#cache = options.cache;
    this.#problemKey = options.problemKey;
    this.#times = options.times ?? INCIDENT_TIMES;
    this.#ending = new Ending(options.active, this.#times);
  }

  get openCount(): number {
    return this.#memory.openCount;
  }

  get holdDownMs(): number {
    return this.#times.holdDownMs;
  }

  /** How long ago an incident may have ended and still regress. */
  get rememberMs(): number {
    return this.#times.regressionMs;
  }

  /** Forgets what it knew: memory follows the store, after a restart and after a failed commit. */
  recover(remembered: Remembered): void {
    this.#memory.replaceAll(remembered);
  }

  decide(arrived: Arrived, at: number): Correlated {
    const draft = new Draft(this.#memory, at);
    const assessment = this.#assessment(draft);
    const join = (row: NewEvent | RepeatedEvent) => {
      const id = this.#join(draft, assessment, row, arrived);
      this.#settle(draft, id, row.event);
      return id;
    };
    const created = arrived.created.map((row) => ({ ...row, incidentId: join(row) }));
    const repeated = arrived.repeated.map((row) => ({ ...row, incidentId: join(row) ?? row.known.incidentId }));
    return this.#correlated(draft, created, repeated);
  }

  /** Resolves what is over by now, and looks again at what still served. */
  tick(now: number): Correlated {
    const draft = new Draft(this.#memory, now);
    const second = Math.floor(now / 1000);
    const assessment = this.#assessment(draft);
    this.#memory.forgetEndedBefore(now - this.#times.regressionMs);
    for (const id of this.#memory.openIds()) {
      const incident = this.#memory.incident(id);
      if (incident === undefined) continue;
      const outlook = this.#memory.outlook(id) ?? this.#lookAhead(incident, draft);
      if (this.#endsBy(now, incident, outlook, { draft, assessment })) continue;
      if (second === this.#reassessedAt) continue;
      if (outlook.worseAt.some((root) => !assessment.serves(incident, root))) assessment.worsen(incident);
    }
    this.#reassessedAt = second;
    return this.#correlated(draft, [], []);
  }

  /**
   * What a person, or a later finding, does to incidents. `loaded` brings those that memory does not hold any more; `key` is the act's
   * own, so that deciding it again is the same act.
   */
  act(
    command: Command,
    loaded: Pick<Remembered, 'incidents' | 'strands'>,
    at: number,
    key = String(at),
  ): Correlated & CommandOutcome {
    this.#memory.learn({
      incidents: loaded.incidents.filter(({ id }) => this.#memory.incident(id) === undefined),
      strands: loaded.strands.filter(({ key }) => this.#memory.strand(key) === undefined),
    });
    const draft = new Draft(this.#memory, at, key);
    const outcome = perform(command, draft, this.#assessment(draft));
    return { ...this.#correlated(draft, [], []), ...outcome };
  }

  #assessment(draft: Draft): Assessment {
    return new Assessment(draft, this.#cache);
  }

  /** What holds until something of the incident changes. */
  #lookAhead(incident: IncidentHead, draft: Draft): Outlook {
    const worseAt = new Map<string, ObjectRef>();
    for (const { root, severity, clearedAt } of draft.strandsOf(incident.id)) {
      if (clearedAt !== null || !isMoreSevere(severity, incident.severity)) continue;
      worseAt.set(placeOf(incident.cluster.uid, root), root);
    }
    const outlook = { heldBy: null, worseAt: [...worseAt.values()] };
    this.#memory.setOutlook(incident.id, outlook);
    return outlook;
  }

  /** Thousands of incidents are asked this many times a second: what kept one open the last time is asked first. */
  #endsBy(now: number, incident: IncidentHead, outlook: Outlook, { draft, assessment }: Deciding): boolean {
    const { id } = incident;
    if (outlook.heldBy !== null && this.#ending.keepsOpen(outlook.heldBy, incident, draft)) {
      // It may have been well for a moment in between.
      this.#memory.relapsed(id);
      return false;
    }
    const left = this.#ending.leftBehind(incident, draft, now);
    if (left !== null) release(left, draft, assessment, this.#cache);
    const strands = draft.strandsOf(id);
    const end = this.#ending.endOf(incident, strands, draft);
    const heldBy = this.#ending.heldBy(incident, strands, draft);
    if (end === null || heldBy !== null) {
      this.#memory.relapsed(id);
      // Of a node's incident other ones have a say, too.
      if (incident.root.kind !== 'Node') this.#memory.setOutlook(id, { ...outlook, heldBy });
      return false;
    }
    this.#memory.recovered(id, now);
    if (!this.#ending.isOver(end, incident, this.#memory.recoveredAt(id), now)) return false;
    this.#resolve(draft, incident, end.at);
    return true;
  }

  /** Whether it is over by the time of deciding: within a batch as between two. */
  #settle(draft: Draft, id: string | null, event: TriagedEvent): void {
    // Its strand alone keeps it open for longer; so it is with nearly all that arrive in time.
    const isFresh = happenedAt(event, draft.at) + this.#times.holdDownMs > draft.at;
    if (id === null || (isFresh && isSerious(event))) return;
    const incident = draft.incident(id);
    if (!isOpen(incident)) return;
    const end = this.#ending.endOf(incident, draft.strandsOf(id), draft);
    if (end !== null && this.#ending.isOver(end, incident, this.#memory.recoveredAt(id), draft.at)) {
      this.#resolve(draft, incident, end.at);
    }
  }

  #resolve(draft: Draft, incident: IncidentHead, end: number): void {
    for (const strand of draft.strandsOf(incident.id)) {
      if (strand.clearedAt === null) draft.putStrand({ ...strand, clearedAt: strand.lastSeen }, true);
    }
    draft.putIncident({ ...incident, state: 'resolved', resolvedAt: end, resolvedBy: 'tattle' });
    draft.note(incident.id, 'resolved', 'it has been quiet since its conditions ended', end);
    draft.tell(incident.id, 'resolved', end);
  }

  #join(draft: Draft, assessment: Assessment, row: NewEvent | RepeatedEvent, arrived: Arrived): string | null {
    const { event, delta } = row;
    if (event.condition === null) return null;
    const { arrivedAt = draft.at } = arrived;
    const aspect = aspectOf(event);
    const named = aspect === '' ? event.condition : `${event.condition}/${aspect}`;
    const key = this.#problemKey(event.observation.cluster.uid, event.rootOwner, named);
    const strand = draft.strand(key);
    const current = strand === undefined ? undefined : draft.incident(strand.incidentId);
    if (strand !== undefined && isOpen(current)) return this.#absorb(draft, assessment, current, strand, row);
    if (delta === 0 || isCleared(event)) return current?.id ?? null;
    const problem = { key, aspect, condition: event.condition };
    const question = this.#questionOf(event, key, draft);
    const home = findHome(question, draft, this.#memory.ties, this.#cache);
    if (home !== undefined)
      return this.#gather(draft, assessment, question, this.#add(draft, assessment, home, row, problem));
    if (!opensIncident(event, arrivedAt, this.#times)) return current?.id ?? null;
    if (strand !== undefined && current !== undefined && this.#regresses(current, draft.at)) {
      if (this.#isOfThePast(draft, current, strand, event, arrivedAt)) return current.id;
      const id = this.#reopen(draft, assessment, current, strand, row, arrived.isFresh(event));
      return this.#gather(draft, assessment, question, id);
    }
    // Over before it was heard of: nobody needs to look at it any more.
    const first = begin(event, delta, draft.at, { ...problem, incidentId: '', rule: 'opened', because: '' });
    if (this.#ending.wasOver(first, arrivedAt)) return current?.id ?? null;
    return this.#gather(draft, assessment, question, this.#begin(draft, assessment, row, problem));
  }

  /** A late word of what ended, or of what a person has just closed, is no return. */
  #isOfThePast(draft: Draft, ended: IncidentHead, strand: Strand, event: TriagedEvent, arrivedAt: number): boolean {
    if (this.#wasJustClosed(ended, draft.at)) return true;
    const again = { ...absorb(strand, event, 0, draft.at), clearedAt: null };
    if (this.#ending.wasOver(again, arrivedAt)) return true;
    const isLate = ended.resolvedAt !== null && happenedAt(event, draft.at) <= ended.resolvedAt;
    return isLate && !this.#ending.isSeen(strand);
  }

  #questionOf(event: TriagedEvent, key: string, draft: Draft): Question {
    return {
      event,
      ends: [placeOf(event.observation.cluster.uid, event.rootOwner), key],
      happenedAt: happenedAt(event, draft.at),
      windowMs: this.#times.windowMs,
    };
  }

  /** The event may tell of what others suffer from already. */
  #gather(draft: Draft, assessment: Assessment, question: Question, id: string): string {
    const own = draft.incident(id);
    if (!isOpen(own)) return id;
    const victims = findVictims(question, own, draft, { ties: this.#memory.ties, cache: this.#cache });
    if (victims.length > 0) assessment.reassess(gather(own, victims, draft));
    return id;
  }

  #absorb(
    draft: Draft,
    assessment: Assessment,
    incident: IncidentHead,
    strand: Strand,
    row: NewEvent | RepeatedEvent,
  ): string {
    if (row.delta === 0) return incident.id;
    const next = this.#ending.asSeen(absorb(strand, row.event, row.delta, draft.at));
    const turned = next.severity !== strand.severity || (next.clearedAt === null) !== (strand.clearedAt === null);
    draft.putStrand(next, turned || next.clearedAt !== strand.clearedAt);
    if (next.clearedAt !== null && strand.clearedAt === null) {
      draft.note(
        incident.id,
        'cleared',
        `${strand.condition} of ${spoken(strand.root)} is over`,
        next.clearedAt,
        'tattle',
        // What flickers is told once.
        `${strand.key}:${incident.regressions}`,
      );
      if (strand.condition === 'NodeNotReady' && strand.root.kind === 'Node') {
        lookAgain(next, this.#memory, draft, this.#cache);
      }
    }
    if (turned) assessment.reassess(incident);
    return incident.id;
  }

  #add(
    draft: Draft,
    assessment: Assessment,
    { incident, rule, because, isCause }: Home,
    { event, delta }: NewEvent | RepeatedEvent,
    problem: Problem,
  ): string {
    const strand = begin(event, delta, draft.at, { ...problem, incidentId: incident.id, rule, because });
    draft.putStrand(strand, true);
    const rooted = isCause
      ? { ...incident, root: strand.root, title: titleOf(incident.condition, strand.root) }
      : incident;
    if (isCause) this.#reroot(draft, rooted);
    assessment.reassess(rooted);
    return incident.id;
  }

  /** What is known about the cause is evidence, too. */
  #reroot(draft: Draft, incident: IncidentHead): void {
    draft.putIncident(incident);
    draft.capture(incident.id, `root-${placeOf(incident.cluster.uid, incident.root)}`, incident.regressions);
  }

  #begin(draft: Draft, assessment: Assessment, row: NewEvent | RepeatedEvent, problem: Problem): string {
    const { event, delta } = row;
    const { observation, rootOwner, category, severity } = event;
    const id = incidentId(problem.key, openingOf(row));
    const because = `${problem.condition} of ${spoken(rootOwner)} opened it`;
    const strand = begin(event, delta, draft.at, { ...problem, incidentId: id, rule: 'opened', because });
    draft.putStrand(strand, true);
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
    draft.putIncident({ ...incident, severity: assessment.severityOf([strand]) });
    draft.note(id, 'opened', observation.message, incident.openedAt, 'tattle', 'first');
    draft.capture(id, 'opened', FIRST);
    draft.tell(id, 'opened', FIRST, observation.uid);
    return id;
  }

  #regresses(incident: IncidentHead, at: number): boolean {
    return at - (incident.resolvedAt ?? at) <= this.#times.regressionMs;
  }

  /** A person closed it: the last repeats of what they know about are no return. */
  #wasJustClosed({ resolvedBy, resolvedAt }: IncidentHead, at: number): boolean {
    return resolvedBy !== 'tattle' && resolvedAt !== null && at - resolvedAt <= this.#times.holdDownMs;
  }

  #reopen(
    draft: Draft,
    assessment: Assessment,
    resolved: IncidentHead,
    strand: Strand,
    { event, delta }: NewEvent | RepeatedEvent,
    fresh: boolean,
  ): string {
    const next = { ...absorb(strand, event, delta, draft.at), clearedAt: null };
    draft.putStrand(next, true);
    const again: IncidentHead = {
      ...resolved,
      state: 'regressed',
      resolvedAt: null,
      resolvedBy: null,
      regressions: resolved.regressions + 1,
    };
    draft.putIncident(again);
    draft.note(again.id, 'regressed', `${strand.condition} of ${spoken(strand.root)} came back`, next.lastSeen);
    draft.capture(again.id, 'regressed', next.lastSeen);
    if (fresh) draft.tell(again.id, 'opened', next.lastSeen, event.observation.uid);
    assessment.reassess(again);
    return again.id;
  }

  #correlated(draft: Draft, created: readonly NewEvent[], repeated: readonly RepeatedEvent[]): Correlated {
    const { incidents, strands, counted, log, ties, moves, jobs } = draft;
    return {
      created,
      repeated,
      incidents,
      strands,
      counted,
      log,
      ties,
      moves,
      jobs,
      adopt: () => {
        this.#memory.learn({ incidents, strands: [...strands, ...counted] });
        for (const tie of ties) this.#memory.ties.put(tie);
      },
    };
  }
}

interface Deciding {
  readonly draft: Draft;
  readonly assessment: Assessment;
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
