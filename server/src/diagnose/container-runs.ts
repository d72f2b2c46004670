/** How a captured container fares: how its runs ended, what it waits for, and where in the pod's spec and status that stands. */
import { count, type Fields, fields, isFields, text, time } from '../kit/fields.ts';
import type { Citation } from '../model/diagnosis.ts';
import type { Case, ContainerCase, PodCase } from './case.ts';
import { citeField } from './cite.ts';

export type Path = readonly (string | number)[];

export interface EndedRun {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** In the pod's status. */
  readonly path: Path;
}

export interface Waiting {
  readonly reason: string;
  readonly message: string;
  readonly path: Path;
}

export interface PodContainer {
  readonly pod: PodCase;
  readonly container: ContainerCase;
}

const LONGEST_MESSAGE = 2048;

export function containersOf({ pods }: Case): readonly PodContainer[] {
  return pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
}

/** The newest first: two at the most, as the kubelet keeps no more. */
export function endedRuns(container: ContainerCase): readonly EndedRun[] {
  return (['state', 'lastState'] as const).flatMap((state) => {
    const ended = fields(container.status[state])['terminated'];
    if (!isFields(ended)) return [];
    return {
      exitCode: typeof ended['exitCode'] === 'number' ? ended['exitCode'] : 0,
      reason: text(ended['reason']),
      message: text(ended['message'], LONGEST_MESSAGE),
      startedAt: time(ended['startedAt']),
      finishedAt: time(ended['finishedAt']),
      path: [...statusPath(container), state, 'terminated'],
    };
  });
}

export function waitingOf(container: ContainerCase): Waiting | undefined {
  const waiting = fields(container.status['state'])['waiting'];
  if (!isFields(waiting)) return undefined;
  return {
    reason: text(waiting['reason']),
    message: text(waiting['message'], LONGEST_MESSAGE),
    path: [...statusPath(container), 'state', 'waiting'],
  };
}

/** Milliseconds since the Unix epoch; undefined where it does not run, or does not say since when. */
export function runningSince(container: ContainerCase): number | undefined {
  return time(fields(fields(container.status['state'])['running'])['startedAt']);
}

export function isRunning(container: ContainerCase): boolean {
  return isFields(fields(container.status['state'])['running']);
}

export function restartsOf(container: ContainerCase): number {
  return count(container.status['restartCount']);
}

/** How runtimes call a command that could not be started: containerd and CRI-O, then dockershim. */
const NOT_STARTED: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);

/** It ran at least once: its image is there, its configuration was complete, its volumes are mounted. */
export function hasStarted(container: ContainerCase): boolean {
  return isRunning(container) || endedRuns(container).some(({ reason }) => !NOT_STARTED.has(reason));
}

function statusPath({ init, name }: ContainerCase): Path {
  return [init ? 'initContainerStatuses' : 'containerStatuses', name];
}

function specPath({ init, name }: ContainerCase): Path {
  return [init ? 'initContainers' : 'containers', name];
}

/** A field of the container's entry in the pod's spec. */
export function citeContainerSpec({ pod, container }: PodContainer, ...path: Path): Citation | null {
  return citeField(pod.spec, [...specPath(container), ...path]);
}

export function citeContainerStatus({ pod, container }: PodContainer, ...path: Path): Citation | null {
  return citeField(pod.status, [...statusPath(container), ...path]);
}

/** Whether the pod of this name was captured and every container of it has started: what held it up is over. */
export function hasPodStarted({ pods }: Case, name: string): boolean {
  const pod = pods.find(({ ref }) => ref.name === name);
  const started = pod?.containers.filter(({ status }) => isKnown(status)) ?? [];
  return started.length > 0 && started.every(hasStarted);
}

/** Whether a container of this captured pod runs, or ran and was not set up anew since. */
export function hasStartedNow({ pods }: Case, name: string): boolean {
  const pod = pods.find(({ ref }) => ref.name === name);
  return pod?.containers.some((container) => isRunning(container) || hasEndedNow(container)) === true;
}

function hasEndedNow(container: ContainerCase): boolean {
  if (waitingOf(container)?.reason === 'CrashLoopBackOff') return hasStarted(container);
  return isFields(fields(container.status['state'])['terminated']) && hasStarted(container);
}

function isKnown(status: Fields): boolean {
  return isFields(status['state']);
}
