/** How sure it is that a probe is the trouble, and not a symptom of a container that ends by itself or has got over it. */
import { count } from '../../../kit/fields.ts';
import type { Case, CaseEvent } from '../../case.ts';
import {
  endedRuns,
  type EndedRun,
  isRunning,
  type PodContainer,
  restartsOf,
  runningSince,
} from '../../container-runs.ts';
import { concerns } from '../../statement.ts';
import type { ProbeFailure, ProbeKind } from './probe-events.ts';

export const PROBE_CONDITIONS = ['Unhealthy', 'ReadinessProbeFailed', 'LivenessProbeFailed', 'StartupProbeFailed'];
/** What a kill by the kubelet leaves behind: SIGKILL, SIGTERM, or a program that obeyed. */
const KILLED: ReadonlySet<number> = new Set([137, 143, 0]);
const CLOCK_MS = 3000;
const GRACE_S = 30;
const FRESH_MS = 5 * 60_000;

export function killConfidence(
  the: Case,
  each: PodContainer | undefined,
  kind: ProbeKind,
  failure: ProbeFailure | undefined,
  kill: CaseEvent | undefined,
): number {
  if (failure === undefined && kill === undefined) return 0;
  const [last] = each === undefined ? [] : endedRuns(each.container);
  if (each === undefined) return kill === undefined ? 0.55 : 0.85;
  if (last?.reason === 'OOMKilled' || (hasGotOverIt(each) && !concerns(the, PROBE_CONDITIONS) && !isCrashing(the)))
    return 0;
  if (last === undefined) return beforeFirstKill(the, each, kind, kill);
  const isOwnEnd = !KILLED.has(last.exitCode);
  if (kill !== undefined) return isOwnEnd ? (isSoonAfter(kill, last, each) ? 0.6 : 0.4) : 0.93;
  if (isOwnEnd || last.exitCode === 0) return 0.4;
  return 0.8;
}

/** Not killed yet, as far as the status knows. */
function beforeFirstKill(the: Case, { container }: PodContainer, kind: ProbeKind, kill: CaseEvent | undefined): number {
  if (kill !== undefined) return 0.9;
  const isStarting = kind === 'startup' && isRunning(container) && container.status['started'] !== true;
  if (isStarting) return concerns(the, PROBE_CONDITIONS) ? 0.85 : 0.6;
  // A startup probe that has succeeded since was a slow start, no more.
  if (kind === 'startup') return 0;
  return concerns(the, PROBE_CONDITIONS) ? 0.6 : 0;
}

/** The container ended within the grace that the kill gave it: by the kill, though the exit code is its own. */
function isSoonAfter(kill: CaseEvent, { finishedAt }: EndedRun, { pod }: PodContainer): boolean {
  if (finishedAt === undefined) return false;
  const grace = count(pod.spec.value['terminationGracePeriodSeconds'], GRACE_S) * 1000;
  const after = finishedAt - kill.lastSeen;
  return after >= -CLOCK_MS && after <= grace + CLOCK_MS;
}

function hasGotOverIt({ container }: PodContainer): boolean {
  return isRunning(container) && container.status['ready'] === true;
}

export function unreadyConfidence(the: Case, each: PodContainer, failure: ProbeFailure | undefined): number {
  const { container } = each;
  // While it crashes, a probe that finds nobody there is a symptom.
  if (!isRunning(container)) return 0;
  const [last] = endedRuns(container);
  if (last !== undefined && last.exitCode !== 0 && (isCrashing(the) || isFresh(the, each))) return 0.3;
  if (container.status['ready'] === true) return concerns(the, PROBE_CONDITIONS) ? 0.6 : 0;
  return failure === undefined ? 0.65 : 0.92;
}

/** It was restarted just now, after an end of its own. */
function isFresh(the: Case, { container }: PodContainer): boolean {
  const since = runningSince(container);
  return restartsOf(container) > 0 && since !== undefined && since > the.incident.openedAt - FRESH_MS;
}

export function isCrashing(the: Case): boolean {
  return concerns(the, ['CrashLoopBackOff', 'OOMKilled', 'RestartingOften', 'StartError', 'PodFailed', 'BackOff']);
}
