/** What every part of a process is handed: the time, a place to log to, numbers to count. */

/** Milliseconds since the Unix epoch, and timers on the same clock: live, or driven by a replay. */
export interface Clock {
  now(): number;
  /** Resolves after `ms` of this clock; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The subset of pino that rooms use. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** Counters, gauges and histograms by name; labels must be of bounded cardinality. */
export interface Metrics {
  count(name: string, labels: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: string, labels: Readonly<Record<string, string>>, value: number): void;
  /** Seconds for durations. */
  observe(name: string, labels: Readonly<Record<string, string>>, value: number): void;
}
