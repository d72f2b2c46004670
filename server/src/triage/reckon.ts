/** What a batch adds to what is stored: new rows, increments of known ones, and the counts for accounting. */
import type { KnownEvent, NewEvent, RepeatedEvent } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { ObservationSource } from '../model/observation.ts';

/** Of one source: arrivals = stored + repeats; occurrences is the sum of the deltas. */
interface ReckonedTally {
  stored: number;
  repeats: number;
  occurrences: number;
}

export interface Reckoned {
  /** In the order of first arrival. `incidentId` is for the correlator to fill in. */
  readonly created: readonly NewEvent[];
  readonly repeated: readonly RepeatedEvent[];
  /** Counted apart: accounting is of the event stream, object state is beside it. */
  readonly tallies: Readonly<Record<ObservationSource, ReckonedTally>>;
}

/** All arrivals of one uid in the batch, folded. */
interface Folded {
  event: TriagedEvent;
  count: number;
  firstSeen: number;
  lastSeen: number;
  readonly known: KnownEvent | null;
}

/**
 * `known[i]` is what the store holds about `events[i]`. Arrivals of one uid become one row with the words of the newest, the
 * widest stretch of time and the highest count. A count that goes down is no negative occurrence. A known event of which
 * neither count nor time moved on yields nothing, and is still a repeat.
 */
export function reckon(events: readonly TriagedEvent[], known: readonly (KnownEvent | null)[]): Reckoned {
  const tallies = { event: emptyTally(), state: emptyTally() };
  const folds: Folded[] = [];
  // By cluster and then by uid: one key of both would be a new string for each event.
  const clusters = new Map<string, Map<string, Folded>>();
  events.forEach((event, i) => {
    const { source, cluster, uid } = event.observation;
    let ofCluster = clusters.get(cluster.uid);
    if (ofCluster === undefined) {
      ofCluster = new Map<string, Folded>();
      clusters.set(cluster.uid, ofCluster);
    }
    const fold = ofCluster.get(uid);
    if (fold === undefined) {
      const stored = known[i] ?? null;
      const first = firstOf(event, stored);
      ofCluster.set(uid, first);
      folds.push(first);
      tallies[source][stored === null ? 'stored' : 'repeats'] += 1;
    } else {
      fold.event = newer(fold.event, event);
      widen(fold, event);
      tallies[source].repeats += 1;
    }
  });
  const created: NewEvent[] = [];
  const repeated: RepeatedEvent[] = [];
  for (const fold of folds) {
    const delta = Math.max(0, fold.count - (fold.known?.count ?? 0));
    const event = asOneEvent(fold);
    tallies[event.observation.source].occurrences += delta;
    if (fold.known === null) created.push({ event, delta, incidentId: null });
    else if (delta > 0 || fold.lastSeen > fold.known.lastSeen) {
      repeated.push({ event, known: fold.known, delta, incidentId: null });
    }
  }
  return { created, repeated, tallies };
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
