/** Containers that end and are started again: crash loops, kills for memory, commands that cannot start, frequent restarts. */
import type { SlimObject } from '../../model/slim-object.ts';
import { fields, text } from '../../kit/fields.ts';
import { atOnce, type Context, type Detector, type Finding, type Raised } from './detector.ts';
import { because, type Container, containersOf, isLivePod, phaseOf, type Termination } from './reading.ts';

/** This many restarts, the last two within the time below: what kubelet's back-off does not slow down yet. */
const FREQUENT_RESTARTS = 3;
const BETWEEN_RESTARTS_MS = 200_000;
/** The kubelet's shortest back-off is 10 s: a container that came back sooner was not held back. */
const SHORTEST_BACK_OFF_MS = 8000;
const FAILED_POD_MS = 300_000;

/** How runtimes call a command that could not be started: containerd and CRI-O, then dockershim. */
const NOT_STARTED: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);

export const crash: Detector = {
  name: 'crash',
  kinds: ['Pod'],
  *detect(pod, context) {
    if (pod.deletingSince !== null || phaseOf(pod) === 'Succeeded') return;
    for (const container of containersOf(pod)) {
      const finding = readContainer(pod, container, context);
      if (finding !== undefined) yield finding;
    }
  },
  overAt(pod, raised, context) {
    const container = containersOf(pod).find(({ name }) => name === raised.container);
    return container === undefined || pod.deletingSince !== null ? context.now : stableAt(container, context, raised);
  },
};

/** One finding a container: the most specific of what its last end tells. */
function readContainer(pod: SlimObject, container: Container, context: Context): Finding | undefined {
  const last = lastEnd(container);
  if (last === undefined || isStable(container, context) || (last.exitCode === 0 && phaseOf(pod) === 'Succeeded'))
    return undefined;
  const since = last.finishedAt ?? last.startedAt ?? pod.createdAt;
  const until = endsAt(pod, container, since, context);
  const found = (condition: string, message: string): Finding => ({
    condition,
    container: container.name,
    since,
    dueAt: atOnce,
    message,
    moment: true,
    ...(until !== undefined && { until }),
  });
  if (last.reason === 'OOMKilled' || wasKilledForMemory(pod, container, last, context))
    return found('OOMKilled', oomMessage(container));
  if (NOT_STARTED.has(last.reason))
    return found('StartError', `${named(container)} could not be started${because(last.message)}`);
  if (container.waiting?.reason === 'CrashLoopBackOff') return found('CrashLoopBackOff', crashMessage(container, last));
  return restartsFrequently(container, last) ? found('RestartingOften', restartMessage(container, last)) : undefined;
}

/** A container that runs again gets over it by running on; a pod that failed for good only stays to be looked at. */
function endsAt(pod: SlimObject, { runningSince }: Container, since: number, { graces }: Context): number | undefined {
  if (runningSince !== undefined) return runningSince + graces.stableMs;
  return isLivePod(pod) ? undefined : since + FAILED_POD_MS;
}

/** How the container ended most recently, if it did. */
function lastEnd(container: Container): Termination | undefined {
  return container.terminated ?? container.lastTerminated;
}

/**
 * Runtimes miss a kill for memory now and then and report a bare exit code 137. Where the end before it, or a replica of the
 * same owner, was killed for memory, so was this one.
 */
function wasKilledForMemory(pod: SlimObject, container: Container, last: Termination, { around }: Context): boolean {
  if (last.exitCode !== 137 || last.reason !== 'Error') return false;
  if (container.lastTerminated?.reason === 'OOMKilled') return true;
  const owner = pod.owners[0];
  if (owner === undefined) return false;
  for (const sibling of around.ownedBy(owner.uid)) {
    const same = containersOf(sibling).find(({ name }) => name === container.name);
    if (same?.terminated?.reason === 'OOMKilled' || same?.lastTerminated?.reason === 'OOMKilled') return true;
  }
  return false;
}

function isStable({ runningSince }: Container, { now, graces }: Context): boolean {
  return runningSince !== undefined && runningSince + graces.stableMs <= now;
}

/** A crash loop is not over while its container runs between two crashes. */
function stableAt(container: Container, { now, graces }: Context, raised: Raised): number {
  if (container.runningSince !== undefined) return container.runningSince + graces.stableMs;
  if (container.terminated?.exitCode === 0) return Math.max(raised.since, container.terminated.finishedAt ?? now);
  return Number.POSITIVE_INFINITY;
}

function restartsFrequently(container: Container, last: Termination): boolean {
  const previous = last.startedAt;
  if (container.restartCount < FREQUENT_RESTARTS || previous === undefined || last.finishedAt === undefined)
    return false;
  const before = container.terminated === undefined ? last.finishedAt : container.lastTerminated?.finishedAt;
  const resumed = container.terminated?.startedAt ?? container.runningSince;
  if (before === undefined || resumed === undefined || resumed - before >= SHORTEST_BACK_OFF_MS) return false;
  // The last run began where the run before it had just ended.
  return last.finishedAt - previous <= BETWEEN_RESTARTS_MS;
}

function named(container: Container): string {
  const role = container.sidecar ? 'Sidecar container' : container.init ? 'Init container' : 'Container';
  return `${role} ${container.name}`;
}

function oomMessage(container: Container): string {
  const limit = text(fields(fields(container.spec['resources'])['limits'])['memory'], 64);
  const under = limit === '' ? 'it has no memory limit of its own' : `memory limit ${limit}`;
  return `${named(container)} was killed for memory (OOMKilled, exit code ${lastEnd(container)?.exitCode ?? 137}; ${under})`;
}

function crashMessage(container: Container, last: Termination): string {
  return `${named(container)} keeps ending and waits to be restarted: last exit code ${last.exitCode}${reasonOf(last)}`;
}

function restartMessage(container: Container, last: Termination): string {
  return `${named(container)} restarted again and again without back-off: last exit code ${last.exitCode}${reasonOf(last)}`;
}

function reasonOf({ reason, message }: Termination): string {
  const told = reason === '' || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`;
  return told + because(message.trim().slice(0, 512));
}
