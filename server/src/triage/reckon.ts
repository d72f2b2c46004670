/** What a batch adds to what is stored: new rows, increments of known ones, and the counts for accounting. */
import type { KnownEvent, NewEvent, RepeatedEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { ObservationSource } from '../model/observation.ts';

/** Of one source in one cluster: arrivals = stored + repeats; occurrences is the sum of the deltas. */
interface ReckonedTally {
  stored: number;
  repeats: number;
  occurrences: number;
}

/** Counted apart: accounting is of the event stream, everything else is beside it. */
export type ClusterTallies = Readonly<Record<ObservationSource, Readonly<ReckonedTally>>> & {
  /** Display name. */
  readonly cluster: string;
};

export interface Reckoned {
  /** In the order of first arrival. `incidentId` is for the correlator to fill in. */
  readonly created: readonly NewEvent[];
  readonly repeated: readonly RepeatedEvent[];
  /** Of each cluster that anything arrived from. */
  readonly tallies: readonly ClusterTallies[];
}

/** All arrivals of one uid in the batch, folded. */
interface Folded {
  event: TriagedEvent;
  count: number;
  firstSeen: number;
  lastSeen: number;
  readonly known: KnownEvent | null;
}

/** Of one cluster: by cluster and then by uid, since one key of both would be a new string for each event. */
interface ClusterFolds {
  readonly folds: Map<string, Folded>;
  readonly tallies: Record<ObservationSource, ReckonedTally> & { readonly cluster: string };
}

/**
 * `known[i]` is what the store holds about `events[i]`. Arrivals of one uid become one row with the words of the newest, the
 * widest stretch of time and the highest count. A count that goes down is no negative occurrence. A known event of which
 * neither count nor time moved on yields nothing, and is still a repeat.
 */
export function reckon(events: readonly TriagedEvent[], known: readonly (KnownEvent | null)[]): Reckoned {
  const folds: Folded[] = [];
  const clusters = new Map<string, ClusterFolds>();
  events.forEach((event, i) => {
    const { source, cluster, uid } = event.observation;
    let ofCluster = clusters.get(cluster.uid);
    if (ofCluster === undefined) {
      ofCluster = { folds: new Map(), tallies: emptyTallies(cluster.name) };
      clusters.set(cluster.uid, ofCluster);
    }
    const tally = ofCluster.tallies[source];
    const fold = ofCluster.folds.get(uid);
    if (fold === undefined) {
      const stored = known[i] ?? null;
      const first = firstOf(event, stored);
      ofCluster.folds.set(uid, first);
      folds.push(first);
      tally[stored === null ? 'stored' : 'repeats'] += 1;
    } else {
      fold.event = newer(fold.event, event);
      widen(fold, event);
      tally.repeats += 1;
    }
  });
  const created: NewEvent[] = [];
  const repeated: RepeatedEvent[] = [];
  for (const fold of folds) {
    const delta = Math.max(0, fold.count - (fold.known?.count ?? 0));
    const event = asOneEvent(fold);
    const { cluster, source } = event.observation;
    const ofCluster = clusters.get(cluster.uid);
    if (ofCluster !== undefined) ofCluster.tallies[source].occurrences += delta;
    if (fold.known === null) created.push({ event, delta, incidentId: null });
    else if (delta > 0 || fold.lastSeen > fold.known.lastSeen) {
      repeated.push({ event, known: fold.known, delta, incidentId: null });
    }
  }
  return { created, repeated, tallies: [...clusters.values()].map(({ tallies }) => tallies) };
}

function emptyTallies(cluster: string): ClusterFolds['tallies'] {
  return { cluster, event: emptyTally(), state: emptyTally(), alert: emptyTally(), report: emptyTally() };
}

function emptyTally(): ReckonedTally {
  return { stored: 0, repeats: 0, occurrences: 0 };
}

function firstOf(event: TriagedEvent, known: KnownEvent | null): Folded {
  const { firstSeen, lastSeen, count } = event.observation;
  return {
    event,
    known,
    firstSeen,
    lastSeen: Math.max(lastSeen, known?.lastSeen ?? 0),
    count: Math.max(count, known?.count ?? 1),
  };
}

function widen(fold: Folded, { observation }: TriagedEvent): void {
  fold.firstSeen = Math.min(fold.firstSeen, observation.firstSeen);
  fold.lastSeen = Math.max(fold.lastSeen, observation.lastSeen);
  fold.count = Math.max(fold.count, observation.count);
}

/** By the reporter's time; of two at one time the one that arrived later. */
function newer(a: TriagedEvent, b: TriagedEvent): TriagedEvent {
  return b.observation.lastSeen >= a.observation.lastSeen ? b : a;
}

function asOneEvent({ event, count, firstSeen, lastSeen }: Folded): TriagedEvent {
  const { observation } = event;
  const same = observation.count === count && observation.firstSeen === firstSeen && observation.lastSeen === lastSeen;
  return same ? event : { ...event, observation: { ...observation, count, firstSeen, lastSeen } };
}
