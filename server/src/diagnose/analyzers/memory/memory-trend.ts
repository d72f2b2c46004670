/** Whether memory rises steadily, as a leak does, or jumps, as a spike or a large start does. */
import type { Usage } from '../../case.ts';
import type { EndedRun } from '../../container-runs.ts';

const FEWEST_SAMPLES = 6;
const SHORTEST_RISE_S = 600;
/** A value this far below the one before it is a restart, not a rise that pauses. */
const RESTART_DROP = 0.6;
const LONG_RUN_MS = 30 * 60_000;

export interface Rise {
  readonly fromBytes: number;
  readonly toBytes: number;
  readonly minutes: number;
}

/** The longest stretch between two restarts, where it rises all the way and not in one jump. */
export function steadyRise({ memory, windowSeconds }: Usage): Rise | undefined {
  const { samples } = memory;
  if (samples.length < FEWEST_SAMPLES) return undefined;
  const stretch = longestStretch(samples);
  const [first] = stretch;
  const last = stretch.at(-1);
  if (first === undefined || last === undefined || stretch.length < FEWEST_SAMPLES) return undefined;
  const seconds = (windowSeconds * (stretch.length - 1)) / (samples.length - 1);
  const rise = last - first;
  const steps = stretch.slice(1).map((value, index) => value - (stretch[index] ?? value));
  const isSteady = steps.filter((step) => step > 0).length >= steps.length * 0.7 && Math.max(...steps) <= rise * 0.5;
  if (seconds < SHORTEST_RISE_S || rise < first * 0.25 || !isSteady) return undefined;
  return { fromBytes: first, toBytes: last, minutes: Math.round(seconds / 60) };
}

function longestStretch(samples: readonly number[]): readonly number[] {
  let longest: readonly number[] = [];
  let current: number[] = [];
  for (const value of samples) {
    if (value < (current.at(-1) ?? 0) * RESTART_DROP) current = [];
    current.push(value);
    if (current.length > longest.length) longest = current;
  }
  return longest;
}

/** Two runs of a container that each lasted long, and about as long as the other: it fills up at the same pace every time. */
export function regularRuns(runs: readonly EndedRun[]): number | undefined {
  const lengths = runs.flatMap((run) => runLength(run) ?? []);
  const shortest = Math.min(...lengths);
  const longest = Math.max(...lengths);
  if (lengths.length < 2 || shortest < LONG_RUN_MS || longest > shortest * 1.6) return undefined;
  return lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
}

export function runLength({ startedAt, finishedAt }: EndedRun): number | undefined {
  return startedAt === undefined || finishedAt === undefined ? undefined : Math.max(0, finishedAt - startedAt);
}

/** `2 s`, `14 min`, `5 h`. */
export function printLength(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
