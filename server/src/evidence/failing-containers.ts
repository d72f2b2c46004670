/** Which containers of a pod fail, read from its statuses. */
import { type Fields, fields, objects, type Snapshot, text } from './snapshot.ts';

export interface FailingContainer {
  readonly name: string;
  /** It ran at least once: then there must be a log, unless it was lost. */
  readonly hasRun: boolean;
}

/** Waiting for these is the normal course of things. */
const BENIGN_WAITS = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** Init containers first, in their order. */
export function failingContainers(pod: Snapshot): readonly FailingContainer[] {
  const init = objects(pod.status.initContainerStatuses).filter((status) => hasFailed(status));
  const main = objects(pod.status.containerStatuses).filter((status) => hasFailed(status) || isUnready(status, pod));
  return [...init, ...main].map(named);
}

/** The containers that ran: what to look at when an event comes before the status that says why. */
export function runContainers(pod: Snapshot): readonly FailingContainer[] {
  const all = [...objects(pod.status.initContainerStatuses), ...objects(pod.status.containerStatuses)];
  const unfinished = all.filter((status) => fields(fields(status.state).terminated).exitCode !== 0);
  return unfinished.map(named).filter((container) => container.hasRun);
}

/** Whether the pod shows any fault: a failing container, no node, a failed phase, or running without being ready. */
export function isFailing(pod: Snapshot): boolean {
  const { phase } = pod.status;
  if (phase === 'Succeeded') return false;
  if (phase === 'Failed' || failingContainers(pod).length > 0) return true;
  // Its init containers run and do not come to their end, as far as can be told.
  if (phase === 'Pending' && objects(pod.status.initContainerStatuses).some(({ state }) => 'running' in fields(state)))
    return true;
  const isFalse = (type: string) =>
    objects(pod.status.conditions).some((condition) => condition.type === type && condition.status === 'False');
  return isFalse('PodScheduled') || (phase === 'Running' && isFalse('Ready'));
}

export function restartsOf(pod: Snapshot): number {
  const all = [...objects(pod.status.initContainerStatuses), ...objects(pod.status.containerStatuses)];
  return all.reduce((sum, status) => sum + restartCount(status), 0);
}

function hasFailed(status: Fields): boolean {
  const { waiting, terminated } = fields(status.state);
  if (!BENIGN_WAITS.has(text(fields(waiting).reason))) return true;
  if (endedBadly(terminated)) return true;
  return restartCount(status) > 0 && (endedBadly(fields(status.lastState).terminated) || status.ready !== true);
}

function isUnready(status: Fields, pod: Snapshot): boolean {
  return status.ready === false && 'running' in fields(status.state) && pod.status.phase === 'Running';
}

function endedBadly(terminated: unknown): boolean {
  const { exitCode, signal } = fields(terminated);
  return (typeof exitCode === 'number' && exitCode !== 0) || (typeof signal === 'number' && signal !== 0);
}

function restartCount(status: Fields): number {
  return typeof status.restartCount === 'number' ? status.restartCount : 0;
}

function named(status: Fields): FailingContainer {
  const { running, terminated } = fields(status.state);
  const hasRun = running !== undefined || terminated !== undefined || restartCount(status) > 0;
  return { name: text(status.name), hasRun };
}
