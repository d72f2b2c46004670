/** What running a sink takes: the sink as it is configured, and what the process gives it. */
import type { Clock, Logger, Metrics } from '../model/ports.ts';
import type { Sink, SinkStore } from '../model/sink.ts';
import type { BatchLimits } from './batches.ts';
import type { RecordFilter } from './filter.ts';
import type { ReaderOptions } from './reading.ts';

/** One sink as it is configured. */
export interface ConfiguredSink {
  readonly sink: Sink;
  readonly from: 'now' | 'beginning';
  readonly wants: RecordFilter;
  readonly batch: BatchLimits & { readonly seconds: number };
}

export interface SinkRunnerOptions {
  readonly store: SinkStore;
  readonly history: ReaderOptions['history'];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How long stored events are kept at the least, milliseconds. */
  readonly keptMs: () => number;
  /** How long a stopping sink goes on with what is there, milliseconds; default 5 s. */
  readonly drainMs?: number;
  /** Of a claim, milliseconds; default 30 s. */
  readonly leaseMs?: number;
  /** How long it is tried to send what the other side refuses all of; default 15 min. */
  readonly patienceMs?: number;
  /** Between tries, doubling; default 1 s to 1 min. */
  readonly backoff?: { readonly baseMs: number; readonly capMs: number };
}
