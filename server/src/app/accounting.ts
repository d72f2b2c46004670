/** Counts what became of everything that arrived: received = stored + repeats + dropped, by reason, of the event stream. */
import type { Tally } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { DropReason } from '../model/observation.ts';
import type { Metrics } from '../model/ports.ts';
import type { Reckoned } from '../triage/reckon.ts';
import type { Batch } from './batch.ts';

/** One in so many events has its lag measured: a histogram entry costs as much as a fingerprint. */
const LAG_SAMPLE = 16;

export class Accounting {
  readonly tally: Tally = { received: 0, stored: 0, repeats: 0, dropped: {}, observed: 0, occurrences: 0 };
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** After the commit. `now` is the time at which the rows were there. */
  adopt(batch: Batch, reckoned: Reckoned, now: number): void {
    const { tally } = this;
    const { stored, repeats, occurrences } = reckoned.tallies.event;
    const dropped = this.#countDrops(batch);
    tally.received += stored + repeats + dropped;
    tally.stored += stored;
    tally.repeats += repeats;
    tally.occurrences += occurrences;
    tally.observed += batch.observed;
    this.#export(batch, reckoned, dropped);
    this.#measureLag(batch.kept, now);
  }

  #countDrops(batch: Batch): number {
    let count = 0;
    const byReason = new Map<DropReason, number>();
    for (const { reason, fromEvents } of batch.dropped) {
      byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
      if (!fromEvents) continue;
      this.tally.dropped[reason] = (this.tally.dropped[reason] ?? 0) + 1;
      count += 1;
    }
    for (const [reason, by] of byReason) this.#metrics.count('tattle_dropped_total', { reason }, by);
    return count;
  }

  #export(batch: Batch, { tallies }: Reckoned, dropped: number): void {
    const { stored, repeats, occurrences } = tallies.event;
    this.#metrics.count('tattle_events_received_total', {}, stored + repeats + dropped);
    this.#metrics.count('tattle_events_stored_total', {}, stored);
    this.#metrics.count('tattle_events_repeats_total', {}, repeats);
    this.#metrics.count('tattle_occurrences_total', {}, occurrences);
    this.#metrics.count('tattle_state_observations_total', {}, tallies.state.stored + tallies.state.repeats);
    this.#metrics.count('tattle_objects_observed_total', {}, batch.observed);
  }

  #measureLag(kept: readonly TriagedEvent[], now: number): void {
    for (let i = kept.length - 1; i >= 0; i -= LAG_SAMPLE) {
      const lastSeen = kept[i]?.observation.lastSeen ?? now;
      this.#metrics.observe('tattle_ingest_lag_seconds', {}, Math.max(0, now - lastSeen) / 1000);
    }
  }
}
