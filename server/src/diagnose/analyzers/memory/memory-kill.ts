/** What shows that a container was killed for memory, from the plainest to the faintest sign. */
import type { Citation } from '../../../model/diagnosis.ts';
import type { Case } from '../../case.ts';
import { citeEvent, citeField, citeLine } from '../../cite.ts';
import {
  containersOf,
  endedRuns,
  type EndedRun,
  isRunning,
  type PodContainer,
  runningSince,
  waitingOf,
} from '../../container-runs.ts';

export interface MemoryKill {
  readonly each: PodContainer;
  /** Undefined where the container was killed before it ran. */
  readonly run: EndedRun | undefined;
  readonly citation: Citation;
  readonly sign: 'told' | 'replica' | 'log' | 'start';
}

/** A kill this long before the incident, got over since, belongs to an older story. */
const STALE_MS = 30 * 60_000;
const KILLED = 137;

/** The runtime's own process does not fit below the limit: runc, then CRI-O and Docker. */
const TOO_LOW_TO_START = [
  'container init was oom-killed',
  'too low; should be at least',
  'minimum memory limit allowed',
];

export function memoryKills(the: Case): readonly MemoryKill[] {
  return containersOf(the).flatMap(
    (each) => toldKill(the, each) ?? failedStart(the, each) ?? faintKill(the, each) ?? [],
  );
}

function toldKill(the: Case, each: PodContainer): MemoryKill | undefined {
  const runs = endedRuns(each.container);
  const killed = runs.find(({ reason }) => reason === 'OOMKilled');
  if (killed === undefined || isPast(the, each, killed, runs[0])) return undefined;
  const citation = citeField(each.pod.status, [...killed.path, 'reason']);
  return citation === null ? undefined : { each, run: killed, citation, sign: 'told' };
}

function isPast(the: Case, { container }: PodContainer, killed: EndedRun, newest: EndedRun | undefined): boolean {
  if (the.conditions.includes('OOMKilled')) return false;
  // It ended in another way since; a bare 137 is a kill that the runtime could not explain.
  if (newest !== killed && newest?.exitCode !== KILLED) return true;
  const endedAt = killed.finishedAt ?? the.incident.openedAt;
  return runningSince(container) !== undefined && endedAt < the.incident.openedAt - STALE_MS;
}

function failedStart(the: Case, each: PodContainer): MemoryKill | undefined {
  if (isRunning(each.container)) return undefined;
  for (const state of [waitingOf(each.container), ...endedRuns(each.container)]) {
    if (state === undefined || !saysTooLow(state.message)) continue;
    const citation = citeField(each.pod.status, [...state.path, 'message']);
    if (citation !== null) return { each, run: undefined, citation, sign: 'start' };
  }
  const event = the.events.find(({ object, message }) => object.name === each.pod.ref.name && saysTooLow(message));
  return event === undefined ? undefined : { each, run: undefined, citation: citeEvent(event), sign: 'start' };
}

export function saysTooLow(message: string): boolean {
  const words = message.slice(0, 2048).toLowerCase();
  return TOO_LOW_TO_START.some((word) => words.includes(word));
}

/** A bare exit code 137: a replica that was told to be killed for memory, or the shell's word for its killed child. */
function faintKill(the: Case, each: PodContainer): MemoryKill | undefined {
  const [run] = endedRuns(each.container);
  if (run === undefined || run.exitCode !== KILLED || run.reason !== 'Error' || wasStopped(the, each)) return undefined;
  const replica = toldByReplica(the, each);
  if (replica !== undefined) return { each, run, citation: replica, sign: 'replica' };
  for (const log of each.container.logs) {
    const last = log.lines.at(-1)?.trim() ?? '';
    if (last === 'Killed' || /^[^\s:]{1,80}: line \d{1,6}: {1,8}\d{1,9} Killed\b/.test(last.slice(0, 500)))
      return { each, run, citation: citeLine(log, last), sign: 'log' };
  }
  return undefined;
}

/** The kubelet kills with the same exit code what fails a probe, or is deleted. */
function wasStopped(the: Case, { pod, container }: PodContainer): boolean {
  return the.events.some(
    ({ reason, object, message }) =>
      reason === 'Killing' && object.name === pod.ref.name && message.includes(` ${container.name}`),
  );
}

function toldByReplica(the: Case, each: PodContainer): Citation | undefined {
  for (const other of containersOf(the)) {
    if (other.container.name !== each.container.name) continue;
    const killed = endedRuns(other.container).find(({ reason }) => reason === 'OOMKilled');
    const citation = killed && citeField(other.pod.status, [...killed.path, 'reason']);
    if (citation) return citation;
  }
  const event = the.events.find(
    ({ source, reason, message }) =>
      source === 'tattle' && reason === 'OOMKilled' && message.includes(` ${each.container.name} `),
  );
  return event && citeEvent(event);
}
