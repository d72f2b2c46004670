/** One cluster's conditions: asks the detectors at every change and deadline, and tells what began and what ended. */
import type { ObjectChange } from '../model/change.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Observation } from '../model/observation.ts';
import type { KindKnowledge, SlimObject } from '../model/slim-object.ts';
import type { ClusterObjects } from './cache-cluster.ts';
import { changeOf } from './changes/change-of.ts';
import { rolloutChange } from './changes/rollout-change.ts';
import { detectorsFor } from './detectors/catalogue.ts';
import type { Context, Detector, Finding, Graces } from './detectors/detector.ts';
import { type ActiveCondition, clearedObservation, raisedObservation } from './tracker-observation.ts';
import { ripples } from './tracker-ripples.ts';
import { Wakes } from './tracker-wakes.ts';

/** Detectors wait this long for the first lists: without its owners and its node an object cannot be judged. */
const FIRST_SYNC_MS = 60_000;

/** Older rollouts explain nothing that begins now. */
const REMEMBERED_ROLLOUT_MS = 86_400_000;
const REVISION = 'deployment.kubernetes.io/revision';
const NO_CHANGES: readonly ObjectChange[] = [];

export type OnFault = (error: Error, object: SlimObject['ref'], detector: string) => void;

interface ObjectState {
  readonly active: Map<string, ActiveCondition>;
  /** When a finding that has no transition time of its own was first made. */
  readonly begun: Map<string, number>;
}

/** Bounded by the objects of the cluster: only those in trouble, or about to be, have a state or a wake. */
export class ClusterConditions {
  readonly #cluster: ClusterRef;
  readonly #objects: ClusterObjects;
  readonly #graces: Graces;
  readonly #onFault: OnFault;
  readonly #states = new Map<string, ObjectState>();
  readonly #specChanges = new Map<string, number>();
  readonly #wakes = new Wakes();
  /** Changed before the first lists were complete. */
  readonly #unjudged = new Set<string>();
  readonly #firstSync = new Set<string>();
  readonly #synced = new Set<string>();
  #changes: ObjectChange[] = [];
  /** Until then the first lists are waited for; counted from the first thing heard, since a replay sets its clock late. */
  #judgeFrom: number | undefined;
  #version = 0;

  constructor(cluster: ClusterRef, objects: ClusterObjects, graces: Graces, onFault: OnFault) {
    this.#cluster = cluster;
    this.#objects = objects;
    this.#graces = graces;
    this.#onFault = onFault;
  }

  /** Differs whenever the active conditions or their objects' owners may. */
  get version(): number {
    return this.#version;
  }

  /** False until the first lists were complete and every object was looked at: before, that none holds means nothing. */
  get hasJudged(): boolean {
    return this.#firstSync.size === 0 && this.#unjudged.size === 0;
  }

  /** Objects with conditions that hold now. */
  *active(): Iterable<readonly [SlimObject, ReadonlyMap<string, ActiveCondition>]> {
    for (const [uid, { active }] of this.#states) {
      const object = this.#objects.live(uid);
      if (object !== undefined && active.size > 0) yield [object, active];
    }
  }

  mark(kind: string, knowledge: KindKnowledge, now: number): void {
    this.#version += 1;
    if (knowledge === 'syncing') {
      if (!this.#synced.has(kind)) this.#firstSync.add(kind);
      return;
    }
    if (knowledge === 'synced' && kind === 'ReplicaSet' && !this.#synced.has(kind)) this.#readRollouts(now);
    if (knowledge === 'synced') this.#synced.add(kind);
    if (this.#firstSync.delete(kind) && this.#firstSync.size === 0)
      this.#judgeFrom = Math.min(this.#judgeFrom ?? now, now);
  }

  put(object: SlimObject, now: number, into: Observation[]): void {
    const before = this.#objects.live(object.ref.uid);
    const namesake = this.#objects.named(object.ref.kind, object.ref.namespace, object.ref.name);
    if (namesake !== undefined && namesake.ref.uid !== object.ref.uid) this.remove(namesake, now, into);
    if (object.ref.kind === 'CronJob' && before !== undefined && before.generation !== object.generation) {
      this.#specChanges.set(object.ref.uid, now);
    }
    if (before !== undefined) this.#changed(changeOf(this.#cluster, before, object, now));
    this.#objects.put(object);
    // A new object may be the owner that a chain was missing.
    if (before === undefined) this.#version += 1;
    this.#judgeAll(before, object, now, into);
  }

  takeChanges(): readonly ObjectChange[] {
    if (this.#changes.length === 0) return NO_CHANGES;
    const taken = this.#changes;
    this.#changes = [];
    return taken;
  }

  #changed(change: ObjectChange | null): void {
    if (change !== null) this.#changes.push(change);
  }

  /** What was rolled out before anybody watched: the ReplicaSets of a Deployment still say it. */
  #readRollouts(now: number): void {
    const previous = new Map<string, SlimObject>();
    // A rollback takes an old ReplicaSet up again under a new revision: ages tell nothing.
    const revision = ({ annotations }: SlimObject) => Number(annotations[REVISION] ?? 0);
    const inOrder = [...this.#objects.list('ReplicaSet')].sort((a, b) => revision(a) - revision(b));
    for (const replicaSet of inOrder) {
      const owner = replicaSet.owners[0]?.uid ?? '';
      const older = previous.get(owner);
      previous.set(owner, replicaSet);
      if (owner === '' || older === undefined || now - replicaSet.createdAt > REMEMBERED_ROLLOUT_MS) continue;
      this.#changed(rolloutChange(this.#cluster, replicaSet, older));
    }
  }

  remove(object: SlimObject, now: number, into: Observation[]): void {
    const { uid } = object.ref;
    for (const active of this.#states.get(uid)?.active.values() ?? []) {
      into.push(clearedObservation(this.#cluster, object, active, now, true));
    }
    this.#states.delete(uid);
    this.#version += 1;
    this.#specChanges.delete(uid);
    this.#unjudged.delete(uid);
    this.#wakes.set(uid, Number.POSITIVE_INFINITY);
    this.#objects.remove(object, now);
    this.#judgeAll(object, undefined, now, into);
  }

  /**
   * What time alone has brought about up to `now`, each thing at its own time. Called before every change, too:
   * so the answers do not depend on how often one asks.
   */
  advance(now: number, into: Observation[]): void {
    if (!this.#mayJudge(now)) return;
    if (this.#unjudged.size > 0) {
      const at = Math.min(now, this.#judgeFrom ?? now);
      const waiting = [...this.#unjudged];
      this.#unjudged.clear();
      for (const uid of waiting) this.#judgeUid(uid, at, into);
    }
    for (let wake = this.#wakes.take(now); wake !== undefined; wake = this.#wakes.take(now)) {
      this.#judgeUid(wake.uid, wake.at, into);
    }
    this.#objects.bury(now);
  }

  #mayJudge(now: number): boolean {
    if (this.#firstSync.size === 0) return true;
    this.#judgeFrom ??= now + FIRST_SYNC_MS;
    return now >= this.#judgeFrom;
  }

  #judgeAll(before: SlimObject | undefined, after: SlimObject | undefined, now: number, into: Observation[]): void {
    const others = ripples(this.#objects, before, after);
    if (!this.#mayJudge(now)) {
      if (after !== undefined) this.#unjudged.add(after.ref.uid);
      for (const uid of others) this.#unjudged.add(uid);
      return;
    }
    if (after !== undefined) this.#judge(after, now, into);
    for (const uid of others) this.#judgeUid(uid, now, into);
  }

  #judgeUid(uid: string, at: number, into: Observation[]): void {
    const object = this.#objects.live(uid);
    if (object !== undefined) this.#judge(object, at, into);
  }

  /** Compares what the detectors find with what was raised; schedules the next look. */
  #judge(object: SlimObject, at: number, into: Observation[]): void {
    const { uid } = object.ref;
    const state: ObjectState = this.#states.get(uid) ?? { active: new Map(), begun: new Map() };
    const turn: Turn = { object, state, at, into, found: new Set(), next: Number.POSITIVE_INFINITY };
    const context = this.#contextOf(object, at);
    const faulty = new Set<string>();
    for (const detector of detectorsFor(object.ref.kind)) {
      try {
        for (const finding of detector.detect(object, context)) this.#weigh(turn, detector, finding);
      } catch (error) {
        faulty.add(detector.name);
        this.#fault(error, object, detector.name);
      }
    }
    this.#endWhatIsOver(turn, context, faulty);
    for (const slot of state.begun.keys()) if (!turn.found.has(slot)) state.begun.delete(slot);
    if (state.active.size > 0 || state.begun.size > 0) this.#states.set(uid, state);
    else this.#states.delete(uid);
    this.#wakes.set(uid, turn.next);
  }

  #weigh(turn: Turn, detector: Detector, finding: Finding): void {
    const { object, state, at } = turn;
    if (finding.until !== undefined && finding.until <= at) return;
    if (finding.ahead === true) {
      turn.next = Math.min(turn.next, finding.dueAt(at));
      return;
    }
    const slot = slotOf(finding.condition, finding.container);
    turn.found.add(slot);
    if (finding.until !== undefined) turn.next = Math.min(turn.next, finding.until);
    const begun = this.#beginning(turn, slot, finding);
    const since = finding.since ?? begun;
    if (state.active.get(slot)?.since === since || finding.heldBack === true) return;
    const dueAt = finding.dueAt(begun);
    if (dueAt > at) {
      turn.next = Math.min(turn.next, dueAt);
      return;
    }
    const active: ActiveCondition = {
      detector: detector.name,
      condition: finding.condition,
      container: finding.container,
      since,
      message: finding.message,
      related: finding.related,
    };
    state.active.set(slot, active);
    this.#version += 1;
    // A state that was found long after it began is seen now; a moment of the past stays in the past.
    turn.into.push(raisedObservation(this.#cluster, object, active, finding.moment === true ? dueAt : at));
  }

  /** A transition time of the future comes from a clock that is ahead: it counts from when we saw it. */
  #beginning({ state, at }: Turn, slot: string, { since }: Finding): number {
    if (since !== undefined && since <= at) return since;
    const begun = state.begun.get(slot) ?? state.active.get(slot)?.since ?? at;
    state.begun.set(slot, begun);
    return begun;
  }

  #endWhatIsOver(turn: Turn, context: Context, faulty: ReadonlySet<string>): void {
    const { object, state, at } = turn;
    for (const [slot, active] of state.active) {
      if (turn.found.has(slot) || faulty.has(active.detector)) continue;
      const overAt = this.#overAt(object, active, context);
      if (overAt > at) {
        turn.next = Math.min(turn.next, overAt);
        continue;
      }
      state.active.delete(slot);
      this.#version += 1;
      turn.into.push(clearedObservation(this.#cluster, object, active, overAt, false));
    }
  }

  #overAt(object: SlimObject, active: ActiveCondition, context: Context): number {
    const detector = detectorsFor(object.ref.kind).find(({ name }) => name === active.detector);
    if (detector?.overAt === undefined) return context.now;
    try {
      return detector.overAt(object, active, context);
    } catch (error) {
      this.#fault(error, object, active.detector);
      return Number.POSITIVE_INFINITY;
    }
  }

  #contextOf(object: SlimObject, now: number): Context {
    return { now, graces: this.#graces, around: this.#objects, specChangedAt: this.#specChanges.get(object.ref.uid) };
  }

  #fault(error: unknown, object: SlimObject, detector: string): void {
    this.#onFault(error instanceof Error ? error : new Error(String(error)), object.ref, detector);
  }
}

/** One look at one object. */
interface Turn {
  readonly object: SlimObject;
  readonly state: ObjectState;
  readonly at: number;
  readonly into: Observation[];
  readonly found: Set<string>;
  next: number;
}

function slotOf(condition: string, container: string): string {
  return `${condition}/${container}`;
}
