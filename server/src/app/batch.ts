/** A batch between triage and commit: redacted, small enough to wait on disk, and complete with what it accounts for. */
import type { DeadLetter } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { Arrival, DropReason, Observation } from '../model/observation.ts';
import type { Gap, Position } from '../model/position.ts';
import type { IntakeEntry } from '../kit/intake-queue.ts';

interface Dropped {
  /** Display name of the cluster. */
  readonly cluster: string;
  readonly reason: DropReason;
  /** Whether it came from the event stream, which accounting counts. */
  readonly fromEvents: boolean;
}

export interface Batch {
  readonly kept: readonly TriagedEvent[];
  readonly dropped: readonly Dropped[];
  readonly deadLetters: readonly DeadLetter[];
  readonly gaps: readonly Gap[];
  readonly positions: readonly Position[];
  /** Object-state items, by display name of the cluster. */
  readonly observed: number;
}

export const EMPTY_BATCH: Batch = { kept: [], dropped: [], deadLetters: [], gaps: [], positions: [], observed: 0 };

export interface TriageStage {
  triage(observations: readonly Observation[]): {
    readonly kept: readonly TriagedEvent[];
    readonly dropped: readonly { readonly observation: Observation; readonly reason: DropReason }[];
  };
}

/** Triage over everything that the entries brought; of each stream only the last position counts. */
export function prepareBatch(entries: readonly IntakeEntry[], stage: TriageStage, at: number): Batch {
  const observations: Observation[] = [];
  const dropped: Dropped[] = [];
  const deadLetters: DeadLetter[] = [];
  const gaps: Gap[] = [];
  const positions = new Map<string, Position>();
  let observed = 0;
  for (const { arrivals, progress } of entries) {
    for (const arrival of arrivals) sort(arrival, observations, dropped, deadLetters, at);
    const { position, gap } = progress;
    if (position !== undefined) positions.set(`${position.clusterUid} ${position.stream}`, position);
    if (gap !== undefined) gaps.push(gap);
    observed += progress.observed ?? 0;
  }
  const triaged = stage.triage(observations);
  for (const { observation, reason } of triaged.dropped) {
    dropped.push({ cluster: observation.cluster.name, reason, fromEvents: observation.source === 'event' });
  }
  return { kept: triaged.kept, dropped, deadLetters, gaps, positions: [...positions.values()], observed };
}

function sort(
  arrival: Arrival,
  observations: Observation[],
  dropped: Dropped[],
  deadLetters: DeadLetter[],
  at: number,
): void {
  switch (arrival.kind) {
    case 'observation':
      observations.push(arrival.observation);
      return;
    case 'dropped':
      dropped.push({ cluster: arrival.cluster.name, reason: arrival.reason, fromEvents: true });
      return;
    case 'dead-letter':
      dropped.push({ cluster: arrival.cluster.name, reason: 'poison', fromEvents: true });
      deadLetters.push({ cluster: arrival.cluster, excerpt: arrival.excerpt, error: arrival.error, at });
  }
}
