/** A batch between triage and commit: redacted, small enough to wait on disk, and complete with what it accounts for. */
import { setImmediate as turn } from 'node:timers/promises';
import type { ObjectChange } from '../../model/change.ts';
import type { DeadLetter } from '../../model/change-set.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { Arrival, DropReason, Observation, ObservationSource } from '../../model/observation.ts';
import type { Gap, Position } from '../../model/position.ts';
import type { IntakeEntry } from '../../kit/intake-queue.ts';
import type { Redactor } from '../../kit/redaction.ts';
import { redactChange } from '../../observe/changes/redact-change.ts';

interface Dropped {
  /** Display name of the cluster. */
  readonly cluster: string;
  readonly reason: DropReason;
  /** Accounting is of what came from the event stream. */
  readonly source: ObservationSource;
}

export interface Batch {
  readonly kept: readonly TriagedEvent[];
  readonly dropped: readonly Dropped[];
  readonly deadLetters: readonly DeadLetter[];
  readonly gaps: readonly Gap[];
  readonly positions: readonly Position[];
  /** Redacted, and only what lies in what is monitored. */
  readonly objectChanges: readonly ObjectChange[];
  /** Object-state items, by display name of the cluster. */
  readonly observed: Readonly<Record<string, number>>;
  /** When it was taken from the intake: what waited on disk was news then, and is judged as news. */
  readonly arrivedAt: number;
  /** Some sender waits to hear that it is stored. */
  readonly durable: boolean;
}

export function emptyBatch(arrivedAt: number): Batch {
  return {
    kept: [],
    dropped: [],
    deadLetters: [],
    gaps: [],
    positions: [],
    objectChanges: [],
    observed: {},
    arrivedAt,
    durable: false,
  };
}

interface DroppedObservation {
  readonly observation: Observation;
  readonly reason: DropReason;
  /** Of `poison`: what went wrong. */
  readonly error?: string;
}

/** Takes secrets out of what is kept aside. */
export type ExcerptRedaction = Pick<Redactor, 'text' | 'structure' | 'labels'>;

const EXCERPT_LENGTH = 2000;

export interface TriageStage {
  triage(observations: readonly Observation[]): {
    readonly kept: readonly TriagedEvent[];
    readonly dropped: readonly DroppedObservation[];
  };
  isMonitored(namespace: string): boolean;
}

/** Arrivals triaged without a pause, about 3 ms: a commit on its way is longer than a socket takes at once, and its rest must go out. */
const SLICE = 200;

/** Triage over everything that the entries brought, with pauses; of each stream only the last position counts. */
export async function prepareBatch(
  entries: readonly IntakeEntry[],
  stage: TriageStage,
  redaction: ExcerptRedaction,
  at: number,
): Promise<Batch> {
  const parts: Batch[] = [];
  let slice: IntakeEntry[] = [];
  let arrivals = 0;
  for (const entry of entries) {
    slice.push(entry);
    arrivals += entry.arrivals.length;
    if (arrivals < SLICE) continue;
    parts.push(prepareSlice(slice, stage, redaction, at));
    slice = [];
    arrivals = 0;
    await turn();
  }
  if (slice.length > 0 || parts.length === 0) parts.push(prepareSlice(slice, stage, redaction, at));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : joined(parts, at);
}

function joined(parts: readonly Batch[], arrivedAt: number): Batch {
  return {
    kept: parts.flatMap((part) => part.kept),
    dropped: parts.flatMap((part) => part.dropped),
    deadLetters: parts.flatMap((part) => part.deadLetters),
    gaps: parts.flatMap((part) => part.gaps),
    positions: lastOfEach(parts.flatMap((part) => part.positions)),
    objectChanges: parts.flatMap((part) => part.objectChanges),
    observed: summed(parts.flatMap((part) => Object.entries(part.observed))),
    arrivedAt,
    durable: parts.some((part) => part.durable),
  };
}

/** A cluster may be named like a property that every object has: so it is by way of a map. */
function summed(counts: readonly (readonly [name: string, count: number])[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries(sums);
}

function lastOfEach(positions: readonly Position[]): readonly Position[] {
  return [...new Map(positions.map((each) => [`${each.clusterUid} ${each.stream}`, each])).values()];
}

function prepareSlice(
  entries: readonly IntakeEntry[],
  stage: TriageStage,
  redaction: ExcerptRedaction,
  at: number,
): Batch {
  const observations: Observation[] = [];
  const dropped: Dropped[] = [];
  const deadLetters: DeadLetter[] = [];
  const gaps: Gap[] = [];
  const positions: Position[] = [];
  const objectChanges: ObjectChange[] = [];
  const observed: [cluster: string, items: number][] = [];
  const durable = entries.some(({ progress }) => progress.receipt !== undefined);
  for (const { arrivals, progress } of entries) {
    for (const arrival of arrivals) sort(arrival, observations, dropped, deadLetters, redaction, at);
    const { position, gap } = progress;
    if (position !== undefined) positions.push(position);
    if (gap !== undefined) gaps.push(gap);
    for (const change of progress.changes ?? []) {
      if (stage.isMonitored(change.object.namespace)) objectChanges.push(redactChange(change, redaction));
    }
    if (progress.observed !== undefined) observed.push([progress.observed.cluster, progress.observed.items]);
  }
  const triaged = stage.triage(observations);
  for (const { observation, reason, error } of triaged.dropped) {
    if (error !== undefined) {
      deadLetters.push({ cluster: observation.cluster, excerpt: excerptOf(observation, redaction), error, at });
    }
    dropped.push({ cluster: observation.cluster.name, reason, source: observation.source });
  }
  const { kept } = triaged;
  return {
    kept,
    dropped,
    deadLetters,
    gaps,
    positions: lastOfEach(positions),
    objectChanges,
    observed: summed(observed),
    arrivedAt: at,
    durable,
  };
}

/** What broke triage may break this, too: then it is not kept, and that is said. */
export function excerptOf(observation: Observation, { structure }: Pick<ExcerptRedaction, 'structure'>): string {
  try {
    return JSON.stringify(structure(observation)).slice(0, EXCERPT_LENGTH);
  } catch (error) {
    return `could not be redacted (${error instanceof Error ? error.name : typeof error})`;
  }
}

function sort(
  arrival: Arrival,
  observations: Observation[],
  dropped: Dropped[],
  deadLetters: DeadLetter[],
  redaction: ExcerptRedaction,
  at: number,
): void {
  switch (arrival.kind) {
    case 'observation':
      observations.push(arrival.observation);
      return;
    case 'dropped':
      dropped.push({ cluster: arrival.cluster.name, reason: arrival.reason, source: arrival.source ?? 'event' });
      return;
    case 'dead-letter':
      dropped.push({ cluster: arrival.cluster.name, reason: 'poison', source: arrival.source ?? 'event' });
      deadLetters.push({
        cluster: arrival.cluster,
        excerpt: redaction.text(arrival.excerpt),
        error: redaction.text(arrival.error),
        at,
      });
  }
}
