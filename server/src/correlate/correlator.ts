/** Ties events to incidents. The first correlator: one cluster, root owner and condition is one open incident. */
import type { NewEvent, RepeatedEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { Incident, NewJob } from '../model/incident.ts';
import type { NoticeKind } from '../model/delivery.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ActiveConditions } from '../model/slim-object.ts';
import {
  absorb,
  INCIDENT_TIMES,
  type IncidentTimes,
  isMoreSevere,
  open,
  opensIncident,
  overAt,
} from './incident-rules.ts';

export interface CorrelatorOptions {
  readonly active: ActiveConditions;
  /** What makes two observations one problem. */
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
  readonly incidents: readonly Incident[];
  readonly jobs: readonly NewJob[];
  adopt(): void;
}

/**
 * The turn of an incident's first opening. No time: a commit that a power cut took away after its notice had gone out is decided
 * again from an event that may have moved on, and must tell under the same id.
 */
const FIRST = 0;

/** Resolved incidents remembered for regressions; the oldest are forgotten first, and their problem opens a new incident. */
const REMEMBERED_RESOLVED = 10_000;

export class Correlator {
  readonly #active: ActiveConditions;
  readonly #problemKey: CorrelatorOptions['problemKey'];
  readonly #times: IncidentTimes;
  readonly #open = new Map<string, Incident>();
  readonly #resolved = new Map<string, Incident>();

  constructor(options: CorrelatorOptions) {
    this.#active = options.active;
    this.#problemKey = options.problemKey;
    this.#times = options.times ?? INCIDENT_TIMES;
  }

  get openCount(): number {
    return this.#open.size;
  }

  get holdDownMs(): number {
    return this.#times.holdDownMs;
  }

  /** How long ago an incident may have ended and still regress. */
  get rememberMs(): number {
    return this.#times.regressionMs;
  }

  /** Forgets what it knew: memory follows the store, after a restart and after a failed commit. */
  recover(incidents: readonly Incident[]): void {
    this.#open.clear();
    this.#resolved.clear();
    for (const incident of incidents) this.#remember(incident);
  }

  decide(arrived: Arrived, at: number): Correlated {
    const draft = new Draft(at);
    const created = arrived.created.map((row) => ({ ...row, incidentId: this.#join(draft, row, arrived) }));
    const repeated = arrived.repeated.map((row) => ({
      ...row,
      incidentId: this.#join(draft, row, arrived) ?? row.known.incidentId,
    }));
    return this.#correlated(draft, created, repeated);
  }

  /** Resolves what is over by now. */
  tick(now: number): Correlated {
    const draft = new Draft(now);
    for (const incident of this.#open.values()) {
      const end = overAt(incident, this.#levelOf(incident), this.#times);
      if (end === null || end > now) continue;
      draft.put({ ...incident, state: 'resolved', clearedAt: incident.clearedAt ?? end, resolvedAt: end });
      draft.tell(incident.id, 'resolved', end);
    }
    return this.#correlated(draft, [], []);
  }

  #levelOf(incident: Incident) {
    return {
      holds: this.#active.holds(incident.cluster.uid, incident.root, incident.condition),
      healthy: this.#active.healthy(incident.cluster.uid, incident.root),
    };
  }

  #join(draft: Draft, row: NewEvent | RepeatedEvent, { isFresh, arrivedAt = draft.at }: Arrived): string | null {
    const { event, delta } = row;
    if (event.condition === null) return null;
    const key = this.#problemKey(event.observation.cluster.uid, event.rootOwner, event.condition);
    const current = draft.get(key) ?? this.#open.get(key) ?? this.#resolved.get(key);
    if (current !== undefined && current.state !== 'resolved') return this.#absorb(draft, current, row);
    if (delta === 0 || !opensIncident(event, arrivedAt, this.#times)) return current?.id ?? null;
    return current !== undefined && this.#regresses(current, draft.at)
      ? this.#reopen(draft, current, row, isFresh(event))
      : this.#begin(draft, event, event.condition, key, delta);
  }

  #absorb(draft: Draft, current: Incident, row: NewEvent | RepeatedEvent): string {
    if (row.delta === 0) return current.id;
    const next = absorb(current, row.event, row.delta, draft.at);
    draft.put(next);
    if (isMoreSevere(next.severity, current.severity)) draft.tell(next.id, 'worse', next.lastSeen);
    return next.id;
  }

  #begin(draft: Draft, event: TriagedEvent, condition: string, key: string, delta: number): string {
    const incident = absorb(open(event, condition, key, draft.at), event, delta, draft.at);
    draft.put(incident);
    draft.capture(incident.id, 'opened', FIRST);
    draft.tell(incident.id, 'opened', FIRST, event.observation.uid);
    return incident.id;
  }

  #regresses(incident: Incident, at: number): boolean {
    return at - (incident.resolvedAt ?? at) <= this.#times.regressionMs;
  }

  #reopen(draft: Draft, resolved: Incident, row: NewEvent | RepeatedEvent, fresh: boolean): string {
    const again = absorb(
      { ...resolved, state: 'regressed', resolvedAt: null, clearedAt: null },
      row.event,
      row.delta,
      draft.at,
    );
    draft.put(again);
    draft.capture(again.id, 'regressed', again.lastSeen);
    if (fresh) draft.tell(again.id, 'opened', again.lastSeen, row.event.observation.uid);
    return again.id;
  }

  #correlated(draft: Draft, created: readonly NewEvent[], repeated: readonly RepeatedEvent[]): Correlated {
    const incidents = draft.incidents();
    return {
      created,
      repeated,
      incidents,
      jobs: draft.jobs,
      adopt: () => {
        for (const incident of incidents) this.#remember(incident);
      },
    };
  }

  #remember(incident: Incident): void {
    this.#open.delete(incident.problemKey);
    this.#resolved.delete(incident.problemKey);
    if (incident.state !== 'resolved') {
      this.#open.set(incident.problemKey, incident);
      return;
    }
    this.#resolved.set(incident.problemKey, incident);
    if (this.#resolved.size <= REMEMBERED_RESOLVED) return;
    const oldest = this.#resolved.keys().next();
    if (!oldest.done) this.#resolved.delete(oldest.value);
  }
}

/** The changes of one batch while it is being decided. */
class Draft {
  readonly at: number;
  readonly jobs: NewJob[] = [];
  readonly #byKey = new Map<string, Incident>();

  constructor(at: number) {
    this.at = at;
  }

  get(problemKey: string): Incident | undefined {
    return this.#byKey.get(problemKey);
  }

  put(incident: Incident): void {
    this.#byKey.set(incident.problemKey, incident);
  }

  incidents(): readonly Incident[] {
    return [...this.#byKey.values()];
  }

  /** Keys carry the time of the turn, so that deciding the same batch again queues nothing twice. */
  tell(incidentId: string, kind: NoticeKind, turn: number, eventUid?: string): void {
    const payload = eventUid === undefined ? { kind } : { kind, eventUid };
    this.jobs.push({
      kind: 'notice',
      incidentId,
      key: `notice:${incidentId}:${kind}:${turn}`,
      runAt: this.at,
      payload,
    });
  }

  capture(incidentId: string, why: string, turn: number): void {
    const key = `evidence:${incidentId}:${why}:${turn}`;
    this.jobs.push({ kind: 'evidence', incidentId, key, runAt: this.at, payload: { why } });
  }
}
