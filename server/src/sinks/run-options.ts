/** What running a sink takes: the sink as it is configured, and what the process gives it. */
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { Sink, SinkStore } from '../model/sink.ts';
import type { Tracing } from '../model/tracing.ts';
import type { BatchLimits } from './batches.ts';
import type { RecordChoice, RecordFilter } from './filter.ts';
import type { ReaderOptions } from './reading.ts';

/** One sink as it is configured. */
export interface ConfiguredSink {
  readonly sink: Sink;
  readonly about: AboutSink;
  readonly from: 'now' | 'beginning';
  readonly wants: RecordFilter;
  readonly batch: BatchLimits & { readonly seconds: number };
}

/** What it is, for people: without credentials. */
export interface AboutSink {
  readonly name: string;
  readonly type: string;
  /** Where it sends. */
  readonly target: string;
  readonly takes: RecordChoice;
}

export interface SinkRunnerOptions {
  readonly store: SinkStore;
  readonly history: ReaderOptions['history'];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Left out, there are no spans. */
  readonly tracing?: Tracing | undefined;
  /** How long stored events are kept at the least, milliseconds. */
  readonly keptMs: () => number;
  /** How long a stopping sink goes on with what is there, milliseconds; default 5 s. */
  readonly drainMs?: number;
  /** By which name the process claims its sinks; left out, each run has one of its own. */
  readonly holder?: string;
  /** How often it is written down how sending goes, milliseconds; default 5 s. */
  readonly noteMs?: number;
  /** How often it looks for refusals to send again, milliseconds; default 2 s. */
  readonly replayMs?: number;
  /** Of a claim, milliseconds; default 30 s. */
  readonly leaseMs?: number;
  /** How long it is tried to send what the other side refuses all of; default 15 min. */
  readonly patienceMs?: number;
  /** Between tries, doubling; default 1 s to 1 min. */
  readonly backoff?: { readonly baseMs: number; readonly capMs: number };
}
