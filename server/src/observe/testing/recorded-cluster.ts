/** Runs a recording's object state through a tracker, for tests. */
import { openRecording, type Recording } from '../../kube/recording/recording.ts';
import type { Observation, StateObservation } from '../../model/observation.ts';
import { SlimCache } from '../cache.ts';
import { StateTracker } from '../tracker.ts';

export const CLUSTER = { uid: 'recorded', name: 'recorded' };

export interface Run {
  readonly observations: readonly StateObservation[];
  readonly faults: readonly string[];
  readonly cache: SlimCache;
  readonly tracker: StateTracker;
  readonly base: number;
}

export interface RunOptions {
  /** Milliseconds between ticks. */
  readonly tickMs?: number;
  /** Seconds at which the process starts anew with nothing but a list of what is there. */
  readonly restartAt?: number;
  /** Seconds that the clock goes on after the last line. */
  readonly tail?: number;
  /** Kinds that may not be read. */
  readonly denied?: readonly string[];
  readonly stopAt?: number;
}

export async function runRecording(folder: string, options: RunOptions = {}): Promise<Run> {
  const recording = await openRecording(`examples/${folder}`);
  const { tickMs = 1000, tail = 120, denied = [] } = options;
  const observations: StateObservation[] = [];
  const faults: string[] = [];
  let now = recording.baseTime;
  const start = () => {
    const cache = new SlimCache();
    const tracker = new StateTracker({
      cache,
      clock: { now: () => now },
      onFault: (error, ref, name) => faults.push(`${name} ${ref.name}: ${error.message}`),
    });
    for (const { kind } of kindsOf(recording))
      tracker.markKnowledge(CLUSTER, kind, denied.includes(kind) ? 'denied' : 'syncing');
    return { cache, tracker };
  };
  let { cache, tracker } = start();
  const take = (seen: readonly Observation[]) => observations.push(...seen.filter((each) => each.source === 'state'));
  const latest = new Map<string, Map<string, unknown>>();
  let nextTick = now + tickMs;
  let restarted = options.restartAt === undefined;
  for await (const { line, resource } of recording.lines(({ kind }) => kind !== 'Event' && !denied.includes(kind))) {
    if (line.type === 'BROKEN') throw new Error('the recording has a broken line');
    const at = recording.baseTime + Math.round(line.t * 1000);
    if (options.stopAt !== undefined && line.t > options.stopAt) break;
    for (; nextTick <= at; nextTick += tickMs) {
      now = nextTick;
      take(tracker.tick(CLUSTER, now));
    }
    now = at;
    if (!restarted && line.t >= (options.restartAt ?? 0)) {
      restarted = true;
      ({ cache, tracker } = start());
      for (const listed of kindsOf(recording)) {
        if (denied.includes(listed.kind)) continue;
        take(
          tracker.replace(CLUSTER, listed, [...(latest.get(listed.kind)?.values() ?? [])], true, {
            first: true,
            namespace: '',
          }),
        );
        tracker.markKnowledge(CLUSTER, listed.kind, 'synced');
      }
    }
    const known = latest.get(resource.kind) ?? new Map<string, unknown>();
    latest.set(resource.kind, known);
    if (line.type === 'LIST') {
      for (const item of line.items) known.set(uidOf(item), item);
      take(tracker.replace(CLUSTER, resource, line.items, true, { first: true, namespace: '' }));
      tracker.markKnowledge(CLUSTER, resource.kind, 'synced');
    } else if ('object' in line) {
      if (line.type === 'DELETED') known.delete(uidOf(line.object));
      else known.set(uidOf(line.object), line.object);
      take(tracker.change(CLUSTER, resource, line.type, line.object));
    }
  }
  for (const end = now + tail * 1000; now < end; ) {
    now = Math.min(end, nextTick);
    nextTick += tickMs;
    take(tracker.tick(CLUSTER, now));
  }
  return { observations, faults, cache, tracker, base: recording.baseTime };
}

function kindsOf(recording: Recording) {
  return recording.resources.filter(({ kind }) => kind !== 'Event');
}

function uidOf(raw: unknown): string {
  return (raw as { metadata: { uid: string } }).metadata.uid;
}
