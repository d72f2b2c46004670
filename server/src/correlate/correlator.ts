/** Ties events to incidents: one problem is one incident, rooted where its cause sits. */
import type { ChangeSet, NewEvent, RepeatedEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { IncidentHead, Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ActiveConditions, ObjectCache } from '../model/slim-object.ts';
import { Assessment } from './assessment.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import { perform } from './commands.ts';
import { Draft } from './draft.ts';
import { Ending } from './ending.ts';
import { isOpen } from './home.ts';
import { type Arrival, Joining, type JoiningParts } from './joining.ts';
import { Memory, type Outlook, type Remembered } from './memory.ts';
import { placeOf } from './place.ts';
import { release } from './releasing.ts';
import { happenedAt, isAlert, isMoreSevere, isSerious } from './strand.ts';
import { INCIDENT_TIMES, type IncidentTimes } from './times.ts';

export interface CorrelatorOptions {
  readonly cache: ObjectCache;
  readonly active: ActiveConditions;
  readonly problemKey: JoiningParts['problemKey'];
  readonly times?: IncidentTimes;
}

export interface Arrived extends Arrival {
  readonly created: readonly NewEvent[];
  readonly repeated: readonly RepeatedEvent[];
}

/** What of a change is decided here. */
type Decided = 'created' | 'repeated' | 'incidents' | 'strands' | 'counted' | 'log' | 'ties' | 'moves' | 'jobs';

/** What a batch means, before memory knows of it: commit it, then `adopt`, or drop it. */
export interface Correlated extends Pick<ChangeSet, Decided> {
  adopt(): void;
}

export class Correlator {
  readonly #cache: ObjectCache;
  readonly #ending: Ending;
  readonly #joining: JoiningParts;
  readonly #times: IncidentTimes;
  readonly #memory = new Memory();
  /** The second in which incidents that still serve were last looked at for having gone down. */
  #reassessedAt = 0;

  constructor(options: CorrelatorOptions) {
    this.#cache = options.cache;
    this.#times = options.times ?? INCIDENT_TIMES;
    this.#ending = new Ending(options.active, this.#times);
    this.#joining = { ...options, ending: this.#ending, times: this.#times, memory: this.#memory };
  }

  /** Those that are not resolved, in any order. */
  openIncidents(): readonly IncidentHead[] {
    return [...this.#memory.openIds()].flatMap((id) => this.#memory.incident(id) ?? []);
  }

  /** Strands of open incidents whose alert goes on, as far as is known. */
  *openAlerts(): Iterable<Strand> {
    for (const id of this.#memory.openIds()) {
      for (const strand of this.#memory.strandsOf(id)) if (isAlert(strand) && strand.clearedAt === null) yield strand;
    }
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
    const joining = new Joining(this.#joining, draft, this.#assessment(draft));
    const join = (row: NewEvent | RepeatedEvent) => {
      const id = joining.join(row, arrived);
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
