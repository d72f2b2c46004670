/** The contract of a detector: a pure reading of one object, in its surroundings, as the conditions that hold on it. */
import type { ObjectRef } from '../../model/object-ref.ts';
import type { KindKnowledge, SlimObject } from '../../model/slim-object.ts';

/** How long a state must last before it is a problem, in milliseconds. */
export interface Graces {
  /** A node that is not ready. */
  readonly nodeNotReadyMs: number;
  /** A node that joined so recently that it may still be starting. */
  readonly nodeStartMs: number;
  /** A container that was ready and is not. */
  readonly unreadyMs: number;
  /** A container that was not ready yet since its start, on top of its probe's initial delay. */
  readonly startMs: number;
  readonly unschedulableMs: number;
  /** A workload short of replicas, a service without endpoints. */
  readonly shortOfReplicasMs: number;
  /** The same while a rolling update goes on. */
  readonly rolloutMs: number;
  /** Past the time at which a pod should have been gone. */
  readonly terminatingMs: number;
  readonly namespaceTerminatingMs: number;
  readonly claimPendingMs: number;
  /** An autoscaler that cannot scale: metrics of new pods take a minute. */
  readonly autoscalerMs: number;
  /** A run that a CronJob did not start. */
  readonly scheduleMs: number;
  readonly customMs: number;
  /** How long a container must run before its crashes are over. */
  readonly stableMs: number;
}

export const DEFAULT_GRACES: Graces = {
  nodeNotReadyMs: 20_000,
  nodeStartMs: 120_000,
  unreadyMs: 30_000,
  startMs: 120_000,
  unschedulableMs: 30_000,
  shortOfReplicasMs: 60_000,
  rolloutMs: 600_000,
  terminatingMs: 60_000,
  namespaceTerminatingMs: 300_000,
  claimPendingMs: 60_000,
  autoscalerMs: 90_000,
  scheduleMs: 120_000,
  customMs: 60_000,
  stableMs: 60_000,
};

/** What surrounds an object: the slim cache of its own cluster. */
export interface Surroundings {
  knowledge(kind: string): KindKnowledge;
  named(kind: string, namespace: string, name: string): SlimObject | undefined;
  list(kind: string, namespace?: string): Iterable<SlimObject>;
  ownedBy(uid: string): Iterable<SlimObject>;
}

export interface Context {
  readonly now: number;
  readonly graces: Graces;
  readonly around: Surroundings;
  /** When this object's spec was last seen to change; undefined where it did not while we looked. */
  readonly specChangedAt?: number | undefined;
}

/** A condition that holds on the object, or will from `dueAt` on if nothing changes until then. Times in milliseconds. */
export interface Finding {
  readonly condition: string;
  /** Empty where the condition is not a container's. */
  readonly container: string;
  /** The transition time, from the object itself: it identifies the occurrence. Left out where the object does not tell. */
  readonly since?: number | undefined;
  /**
   * When it begins to be a problem: the transition time, or the end of its grace. Given the transition time, or the time it was
   * first seen where the object's lies ahead of our clock.
   */
  readonly dueAt: (since: number) => number;
  readonly message: string;
  /** When it stops to hold although the object does not change. */
  readonly until?: number;
  /** It tells of a moment (a kill, an eviction, a job that failed) rather than of a state that goes on. */
  readonly moment?: boolean;
  /** Another object's trouble explains it: it is not raised, but does not end either. */
  readonly heldBack?: boolean;
  /** Nothing is wrong yet: look again when it is due. */
  readonly ahead?: boolean;
  readonly related?: ObjectRef;
}

/** What the tracker knows of a condition that it raised. */
export interface Raised {
  readonly condition: string;
  readonly container: string;
  readonly since: number;
}

export interface Detector {
  readonly name: string;
  /** The kinds it reads; `*` is every custom resource. */
  readonly kinds: readonly string[];
  detect(object: SlimObject, context: Context): Iterable<Finding>;
  /**
   * When a raised condition that is no longer detected is over: at once if left out, Infinity for "not yet".
   * Asked again with every change, and at the time it answers.
   */
  overAt?(object: SlimObject, raised: Raised, context: Context): number;
}

/** A finding that holds from its transition on. */
export const atOnce = (since: number): number => since;

export function after(graceMs: number): (since: number) => number {
  return (since) => since + graceMs;
}
