/** What people hear of exports: counted each time, told when they begin to fail, now and then while they do, and when they work again. */
import type { Clock, Logger, Metrics } from '../../model/ports/process.ts';
import type { Signal } from './collector.ts';

const AGAIN_MS = 5 * 60_000;

const MEANWHILE: Readonly<Record<Signal, string>> = {
  traces: 'spans are dropped and counted in tattle_telemetry_spans_dropped_total, and nothing else waits for it',
  metrics: 'the next export brings what this one had, and /metrics goes on being served',
};

export interface ExportLogParts {
  readonly host: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export class ExportLog {
  readonly #parts: ExportLogParts;
  readonly #failing = new Map<Signal, { readonly toldAt: number }>();

  constructor(parts: ExportLogParts) {
    this.#parts = parts;
  }

  taken(signal: Signal): void {
    const { host, logger, metrics } = this.#parts;
    metrics.count('tattle_telemetry_exports_total', { signal, outcome: 'taken' });
    if (this.#failing.delete(signal))
      logger.info({ collector: host, signal }, `the collector at ${host} takes ${signal} again`);
  }

  /** It took the request, and refuses some of what was in it. */
  partly(signal: Signal, refused: number): void {
    this.#parts.metrics.count('tattle_telemetry_exports_total', { signal, outcome: 'partly' });
    const { host } = this.#parts;
    this.#tell(signal, { refused }, `the collector at ${host} refuses a part of the ${signal}: its own log says why`);
  }

  failed(signal: Signal, why: string): void {
    this.#parts.metrics.count('tattle_telemetry_exports_total', { signal, outcome: 'failed' });
    const { host } = this.#parts;
    this.#tell(signal, {}, `the collector at ${host} does not take ${signal} (${why}): ${MEANWHILE[signal]}`);
  }

  /** The process stops, and waits no longer. */
  cut(signal: Signal): void {
    this.#parts.metrics.count('tattle_telemetry_exports_total', { signal, outcome: 'failed' });
    const { host, logger } = this.#parts;
    logger.warn(
      { collector: host, signal },
      `the collector at ${host} did not take the last ${signal} before the stop`,
    );
  }

  dropped(reason: 'queue-full' | 'not-taken' | 'refused', spans: number): void {
    this.#parts.metrics.count('tattle_telemetry_spans_dropped_total', { reason }, spans);
  }

  #tell(signal: Signal, fields: object, text: string): void {
    const { clock, logger, host } = this.#parts;
    const now = clock.now();
    const known = this.#failing.get(signal);
    if (known !== undefined && now - known.toldAt < AGAIN_MS) return;
    this.#failing.set(signal, { toldAt: now });
    logger.warn({ collector: host, signal, ...fields }, text);
  }
}
