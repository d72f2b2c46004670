/** The containers whose logs may tell a cause: those that failed. What runs and is ready since has nothing to tell any more. */
import { type Fields, fields, text, time } from '../kit/fields.ts';
import type { Citation } from '../model/diagnosis.ts';
import type { Case, ContainerCase, LogCase, PodCase } from './case.ts';
import { citeField } from './cite.ts';

export interface FailedRun {
  readonly pod: PodCase;
  readonly container: ContainerCase;
  /**
   * `crashed`: it ended by itself, badly. `killed`: by a signal from outside. `ended`: with exit code 0 where it should go on.
   * `not-started`: the runtime could not start it. `unready`: it runs and does not answer, or does not come to its end where it
   * should. `unseen`: no status was captured.
   */
  readonly how: 'crashed' | 'killed' | 'ended' | 'not-started' | 'unready' | 'unseen';
  readonly exitCode: number | null;
  /** What kubelet or the runtime wrote of it: the message of the waiting or ended state. */
  readonly message: string;
  readonly messageCitation: Citation | null;
  /** `state.terminated.exitCode: 127` as it stands in the status. */
  readonly exitCitation: Citation | null;
  /** Its logs, and what it left as its termination message, which reads like one. */
  readonly logs: readonly LogCase[];
}

/** Ends that were done to the pod; its log tells of the end, not of a cause. */
const ENDED_FROM_OUTSIDE = new Set(['Evicted', 'Preempting', 'NodeLost', 'NodeShutdown', 'Shutdown', 'Terminated']);
const NOT_STARTED = new Set(['StartError', 'ContainerCannotRun']);
const START_WAITS = new Set([
  ...['RunContainerError', 'CreateContainerError', 'CreateContainerConfigError', 'StartError', 'PostStartHookError'],
]);
/** No program ran yet, and none failed. */
const OTHER_WAITS = new Set([
  'ContainerCreating',
  'PodInitializing',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
]);
/** SIGKILL and SIGTERM. */
const KILLED = new Set([137, 143]);
/** A container that was seen ready this long after the incident's last sign has got over it. */
const STABLE_MS = 60_000;
const LONG_MS = 600_000;

export function failedRuns(the: Case): readonly FailedRun[] {
  return the.pods.flatMap((pod) => {
    const { phase, reason } = pod.status.value;
    if (phase === 'Succeeded' || ENDED_FROM_OUTSIDE.has(text(reason))) return [];
    return pod.containers.flatMap((container) => readRun(the, pod, container) ?? []);
  });
}

function readRun(the: Case, pod: PodCase, container: ContainerCase): FailedRun | null {
  const { status } = container;
  if (status['name'] === undefined) {
    if (container.logs.length === 0 || !looksFailed(pod)) return null;
    return {
      pod,
      container,
      how: 'unseen',
      exitCode: null,
      message: '',
      messageCitation: null,
      exitCitation: null,
      logs: container.logs,
    };
  }
  const state = fields(status['state']);
  const waiting = text(fields(state['waiting']).reason);
  const [place, end] = lastEnd(status);
  const exitCode = typeof end['exitCode'] === 'number' ? end['exitCode'] : null;
  const how = howOf(the, container, { waiting, end, exitCode });
  if (how === null) return null;
  const path = [container.init ? 'initContainerStatuses' : 'containerStatuses', container.name];
  const waits = fields(state['waiting']);
  const says = how === 'not-started' && START_WAITS.has(waiting) && text(waits['message']) !== '';
  const messagePath = says ? [...path, 'state', 'waiting', 'message'] : [...path, place, 'terminated', 'message'];
  const message = text(says ? waits['message'] : end['message'], 4096);
  const left: LogCase = {
    evidenceId: pod.status.evidenceId,
    previous: true,
    lines: message.split('\n').filter((line) => line.trim() !== ''),
  };
  return {
    pod,
    container,
    how,
    exitCode,
    message,
    messageCitation: citeField(pod.status, messagePath),
    exitCitation: citeField(pod.status, [...path, place, 'terminated', 'exitCode']),
    logs: how === 'not-started' || message === '' ? container.logs : [...container.logs, left],
  };
}

/** Where the status was not captured, the container is the one that failed as long as nothing says that the pod is well. */
function looksFailed(pod: PodCase): boolean {
  return pod.status.value['phase'] !== 'Succeeded' && pod.status.value['containerStatuses'] === undefined;
}

function lastEnd(status: Fields): readonly ['state' | 'lastState', Fields] {
  const now = fields(fields(status['state'])['terminated']);
  return Object.keys(now).length > 0
    ? ['state', now]
    : ['lastState', fields(fields(status['lastState'])['terminated'])];
}

interface End {
  readonly waiting: string;
  readonly end: Fields;
  readonly exitCode: number | null;
}

function howOf(the: Case, container: ContainerCase, { waiting, end, exitCode }: End): FailedRun['how'] | null {
  const state = fields(container.status['state']);
  const reason = text(end['reason']);
  const isRunning = state['running'] !== undefined;
  if (reason === 'OOMKilled' || OTHER_WAITS.has(waiting)) return null;
  if (!isRunning && (NOT_STARTED.has(reason) || START_WAITS.has(waiting))) return 'not-started';
  const isReady = container.status['ready'] === true;
  if (isRunning && isReady && !startedAgain(the, state, exitCode)) return null;
  const isUnready =
    isRunning && !isReady && (!mustEnd(container) || runsSince(state) < the.incident.lastSeen - STABLE_MS);
  if (isUnready && !mustEnd(container) && runsSince(state) < the.incident.openedAt - LONG_MS) return 'unready';
  if (exitCode === null) return isUnready ? 'unready' : waiting === 'CrashLoopBackOff' ? 'crashed' : null;
  if (exitCode === 0) {
    if (isRunning) return isUnready ? 'unready' : null;
    return waiting === 'CrashLoopBackOff' ? 'ended' : null;
  }
  // Between two crashes of a container that does not become ready, its last end says more than the run that began just now.
  return KILLED.has(exitCode) ? 'killed' : 'crashed';
}

/** It runs and is ready, and yet it belongs to the incident: its last crash is as fresh as the incident's last sign. */
function startedAgain(the: Case, state: Fields, exitCode: number | null): boolean {
  if (exitCode === null || exitCode === 0) return false;
  const since = time(fields(state['running'])['startedAt']);
  return since !== undefined && since > the.incident.lastSeen - STABLE_MS;
}

/** An init container that is no sidecar: the others wait for its end. */
function mustEnd({ init, spec }: ContainerCase): boolean {
  return init && spec['restartPolicy'] !== 'Always';
}

/** A crash before that is long ago, and has nothing to do with why it is not ready now. */
function runsSince(state: Fields): number {
  return time(fields(state['running'])['startedAt']) ?? Number.POSITIVE_INFINITY;
}
