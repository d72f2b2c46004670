/** Every metric that Tattle exports, declared in one place, behind the Metrics port. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../model/ports.ts';

interface Declared {
  readonly help: string;
  readonly labels: readonly string[];
}

const COUNTERS: Readonly<Record<string, Declared>> = {
  tattle_events_received_total: { help: 'Event stream items received: LIST, ADDED, MODIFIED and DELETED.', labels: [] },
  tattle_events_stored_total: { help: 'Events stored for the first time.', labels: [] },
  tattle_events_repeats_total: { help: 'Items about events that were already stored.', labels: [] },
  tattle_occurrences_total: { help: 'Sum of the stored count deltas.', labels: [] },
  tattle_dropped_total: { help: 'Events and state observations that were not kept, by reason.', labels: ['reason'] },
  tattle_objects_observed_total: { help: 'Object-state items received.', labels: [] },
  tattle_state_observations_total: { help: 'What detectors said of object state.', labels: [] },
  tattle_watch_missed_total: {
    help: 'Events that the audit found and a watch had missed.',
    labels: ['cluster', 'stream'],
  },
  tattle_watch_ended_total: { help: 'Watches that ended, by how.', labels: ['cluster', 'stream', 'how'] },
  tattle_watch_relists_total: {
    help: 'Lists that were made anew, by reason.',
    labels: ['cluster', 'stream', 'reason'],
  },
  tattle_detector_failures_total: { help: 'Exceptions contained in a detector.', labels: ['detector'] },
  tattle_analyzer_failures_total: { help: 'Exceptions contained in an analyzer.', labels: ['analyzer'] },
  tattle_batch_retries_total: { help: 'Commits tried again, by cause.', labels: ['cause'] },
  tattle_jobs_total: { help: 'Attempts of jobs, by kind and outcome.', labels: ['kind', 'outcome'] },
  tattle_deliveries_total: { help: 'Delivery attempts, by channel and outcome.', labels: ['channel', 'outcome'] },
  tattle_claims_failed_total: { help: 'Times that due work could not be asked for.', labels: ['loop'] },
  tattle_work_errors_total: { help: 'Exceptions contained in a job or a delivery.', labels: ['loop'] },
};

const GAUGES: Readonly<Record<string, Declared>> = {
  tattle_intake_queued: { help: 'Arrivals waiting for the pipeline.', labels: [] },
  tattle_spool_bytes: { help: 'Bytes waiting on disk while the store is down.', labels: [] },
  tattle_incidents_open: { help: 'Incidents that are not resolved.', labels: [] },
  tattle_store_up: { help: '1 while the last commit succeeded.', labels: [] },
  tattle_store_identities_kept: { help: 'Identities of recent events held in memory.', labels: [] },
  tattle_watch_healthy: { help: '1 while the stream is watched.', labels: ['cluster', 'stream'] },
  tattle_watch_last_heard_timestamp_seconds: {
    help: 'Last sign of life of the stream.',
    labels: ['cluster', 'stream'],
  },
};

const HISTOGRAMS: Readonly<Record<string, Declared>> = {
  tattle_commit_seconds: { help: 'Time to identify and commit one batch.', labels: [] },
  tattle_ingest_lag_seconds: {
    help: 'From an event, by its reporter’s clock, to its commit; one event in sixteen.',
    labels: [],
  },
  tattle_job_seconds: { help: 'Time of one attempt of a job.', labels: ['kind'] },
  tattle_delivery_seconds: { help: 'Time of one delivery attempt.', labels: ['type'] },
};

const BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 15, 60];

/** The port, and the text that `/metrics` answers. A name or label that is not declared is a bug and throws. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();

  constructor() {
    const registers = [this.#registry];
    const shared = (name: string, { help, labels }: Declared) => ({ name, help, labelNames: [...labels], registers });
    for (const [name, declared] of Object.entries(COUNTERS))
      this.#counters.set(name, new Counter(shared(name, declared)));
    for (const [name, declared] of Object.entries(GAUGES)) this.#gauges.set(name, new Gauge(shared(name, declared)));
    for (const [name, declared] of Object.entries(HISTOGRAMS)) {
      this.#histograms.set(name, new Histogram({ ...shared(name, declared), buckets: BUCKETS }));
    }
    collectDefaultMetrics({ register: this.#registry });
  }

  count(name: string, labels: Readonly<Record<string, string>>, by = 1): void {
    declared(this.#counters, name).inc(labels, by);
  }

  gauge(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    declared(this.#gauges, name).set(labels, value);
  }

  observe(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    declared(this.#histograms, name).observe(labels, value);
  }

  async text(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}

function declared<M>(metrics: ReadonlyMap<string, M>, name: string): M {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`metric ${name} is not declared in app/metrics.ts`);
  return metric;
}
