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
import { findHome, type Home, isOpen } from './home.ts';
import { titleOf } from './headline.ts';
import { Memory, type Remembered } from './memory.ts';
import { placeOf, spoken } from './place.ts';
import { absorb, aspectOf, begin, happenedAt, isCleared, opensIncident, overAt } from './strand.ts';
import { holdDownOf, INCIDENT_TIMES, type IncidentTimes } from './times.ts';

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
  readonly #active: ActiveConditions;
  readonly #problemKey: CorrelatorOptions['problemKey'];
  readonly #times: IncidentTimes;
  readonly #memory = new Memory();
  /** The second in which incidents that still serve were last looked at for having gone down. */
  #reassessedAt = 0;

  constructor(options: CorrelatorOptions) {
    this.#cache = options.cache;
    this.#active = options.active;
    this.#problemKey = options.problemKey;
    this.#times = options.times ?? INCIDENT_TIMES;
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
    const created = arrived.created.map((row) => ({
      ...row,
      incidentId: this.#join(draft, assessment, row, arrived),
    }));
    const repeated = arrived.repeated.map((row) => ({
      ...row,
      incidentId: this.#join(draft, assessment, row, arrived) ?? row.known.incidentId,
    }));
    return this.#correlated(draft, created, repeated);
  }

  /** Resolves what is over by now, and looks again at what still served. */
  tick(now: number): Correlated {
    const draft = new Draft(this.#memory, now);
    const second = Math.floor(now / 1000);
    const assessment = second === this.#reassessedAt ? null : this.#assessment(draft);
    for (const id of this.#memory.openIds()) {
      const incident = this.#memory.incident(id);
      if (incident === undefined) continue;
      const end = this.#endOf(incident, draft);
      if (end !== null && end <= now) this.#resolve(draft, incident, end);
      else assessment?.worsen(incident);
    }
    this.#reassessedAt = second;
    return this.#correlated(draft, [], []);
  }

  /** What a person, or a later finding, does to incidents. `loaded` brings those that memory does not hold any more. */
  act(command: Command, loaded: Pick<Remembered, 'incidents' | 'strands'>, at: number): Correlated & CommandOutcome {
    this.#memory.learn({
      incidents: loaded.incidents.filter(({ id }) => this.#memory.incident(id) === undefined),
      strands: loaded.strands.filter(({ key }) => this.#memory.strand(key) === undefined),
    });
    const draft = new Draft(this.#memory, at);
    const outcome = perform(command, draft, this.#assessment(draft));
    return { ...this.#correlated(draft, [], []), ...outcome };
  }

  #assessment(draft: Draft): Assessment {
    return new Assessment(draft, this.#cache);
  }

  /** The last of its strands to be over, or null while one goes on. */
  #endOf(incident: IncidentHead, draft: Draft): number | null {
    let end = 0;
    for (const strand of draft.strandsOf(incident.id)) {
      const over = this.#strandOver(strand, incident, draft);
      if (over === null) return null;
      end = Math.max(end, over);
    }
    return end;
  }

  #strandOver(strand: Strand, incident: IncidentHead, draft: Draft): number | null {
    const clusterUid = strand.cluster.uid;
    const level = {
      holds: this.#active.holds(clusterUid, strand.root, strand.condition),
      healthy: this.#active.healthy(clusterUid, strand.root),
    };
    const over = overAt(strand, level, incident.regressions, this.#times);
    if (over !== null || strand.rule !== 'node-lost') return over;
    // Its workload has an incident of its own by now: that one goes on, and the node's ends with the node.
    const own = draft.strandsAt(placeOf(clusterUid, strand.root)).some((other) => {
      return other.incidentId !== incident.id && isOpen(draft.incident(other.incidentId));
    });
    return own ? strand.lastSeen + holdDownOf(incident.regressions, this.#times) : null;
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
    const home = this.#homeOf(event, key, draft);
    if (home !== undefined) return this.#add(draft, assessment, home, row, { key, aspect, condition: event.condition });
    if (!opensIncident(event, arrivedAt, this.#times)) return current?.id ?? null;
    if (strand !== undefined && current !== undefined && this.#regresses(current, draft.at)) {
      return this.#wasJustClosed(current, draft.at)
        ? current.id
        : this.#reopen(draft, assessment, current, strand, row, arrived.isFresh(event));
    }
    return this.#begin(draft, assessment, row, { key, aspect, condition: event.condition });
  }

  #homeOf(event: TriagedEvent, key: string, draft: Draft): Home | undefined {
    const question = {
      event,
      ends: [placeOf(event.observation.cluster.uid, event.rootOwner), key],
      happenedAt: happenedAt(event, draft.at),
      windowMs: this.#times.windowMs,
    };
    return findHome(question, draft, this.#memory.ties, this.#cache);
  }

  #absorb(
    draft: Draft,
    assessment: Assessment,
    incident: IncidentHead,
    strand: Strand,
    row: NewEvent | RepeatedEvent,
  ): string {
    if (row.delta === 0) return incident.id;
    const next = absorb(strand, row.event, row.delta, draft.at);
    const turned = next.severity !== strand.severity || (next.clearedAt === null) !== (strand.clearedAt === null);
    draft.putStrand(next, turned || next.clearedAt !== strand.clearedAt);
    if (next.clearedAt !== null && strand.clearedAt === null) {
      draft.note(
        incident.id,
        'cleared',
        `${strand.condition} of ${spoken(strand.root)} is over`,
        next.clearedAt,
        'tattle',
        `${strand.key}:${next.clearedAt}`,
      );
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
    const id = incidentId(problem.key, observation.uid);
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

interface Problem {
  readonly key: string;
  readonly aspect: string;
  readonly condition: string;
}

/** The same opening observation of the same problem always makes the same id, also when a crash hid the first commit. */
export function incidentId(problemKey: string, openedBy: string): string {
  return createHash('sha256').update(`${problemKey.length}:${problemKey}${openedBy}`).digest('hex').slice(0, 16);
}
