/** Counts what became of everything that arrived: received = stored + repeats + dropped, by reason, of the event stream. */
import type { Tally } from '../../model/change-set.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { Metrics } from '../../model/ports/process.ts';
import type { ClusterTallies, Reckoned } from '../../triage/reckon.ts';
import type { Batch } from './batch.ts';

/** One in so many events has its lag measured: a histogram entry costs as much as a fingerprint. */
const LAG_SAMPLE = 16;

type Dropped = Batch['dropped'][number];

/** `tally` is of all clusters, the metrics of each. */
export class Accounting {
  readonly tally: Tally = { received: 0, stored: 0, repeats: 0, dropped: {}, observed: 0, occurrences: 0 };
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** After the commit. `now` is the time at which the rows were there. */
  adopt(batch: Batch, { tallies }: Reckoned, now: number): void {
    for (const ofCluster of tallies) this.#countKept(ofCluster);
    for (const [dropped, items] of grouped(batch.dropped)) this.#countDropped(dropped, items);
    for (const [cluster, items] of Object.entries(batch.observed)) {
      this.tally.observed += items;
      this.#metrics.count('tattle_objects_observed_total', { cluster }, items);
    }
    this.#measureLag(batch.kept, now);
  }

  #countKept({ cluster, event: { stored, repeats, occurrences }, state, ...others }: ClusterTallies): void {
    const { tally } = this;
    tally.received += stored + repeats;
    tally.stored += stored;
    tally.repeats += repeats;
    tally.occurrences += occurrences;
    this.#metrics.count('tattle_events_received_total', { cluster }, stored + repeats);
    this.#metrics.count('tattle_events_stored_total', { cluster }, stored);
    this.#metrics.count('tattle_events_repeats_total', { cluster }, repeats);
    this.#metrics.count('tattle_occurrences_total', { cluster }, occurrences);
    this.#metrics.count('tattle_state_observations_total', { cluster }, state.stored + state.repeats);
    for (const source of ['alert', 'report'] as const) {
      const kept = others[source].stored + others[source].repeats;
      if (kept > 0) this.#metrics.count('tattle_reported_total', { cluster, source }, kept);
    }
  }

  #countDropped({ cluster, reason, source }: Dropped, items: number): void {
    const { tally } = this;
    this.#metrics.count('tattle_dropped_total', { cluster, source, reason }, items);
    if (source !== 'event') return;
    tally.received += items;
    tally.dropped[reason] = (tally.dropped[reason] ?? 0) + items;
    this.#metrics.count('tattle_events_received_total', { cluster }, items);
  }

  #measureLag(kept: readonly TriagedEvent[], now: number): void {
    for (let i = kept.length - 1; i >= 0; i -= LAG_SAMPLE) {
      const lastSeen = kept[i]?.observation.lastSeen ?? now;
      this.#metrics.observe('tattle_ingest_lag_seconds', {}, Math.max(0, now - lastSeen) / 1000);
    }
  }
}

/** A counter with labels costs as much as a fingerprint, and most of a stream may be dropped. */
function grouped(dropped: readonly Dropped[]): Iterable<[Dropped, number]> {
  const groups = new Map<string, [Dropped, number]>();
  for (const each of dropped) {
    const key = `${each.reason} ${each.source} ${each.cluster}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each, 1]);
    else group[1] += 1;
  }
  return groups.values();
}
