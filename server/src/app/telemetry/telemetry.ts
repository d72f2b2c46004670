/** What telemetry is to the rest of the process, and what it is given. */
import type { Clock, Logger } from '../../model/ports/process.ts';
import type { Tracing } from '../../model/tracing.ts';
import type { PrometheusMetrics } from '../metrics/metrics.ts';

export interface Telemetry {
  readonly tracing: Tracing;
  /** Sends what is left, for a second or two at the most. Never rejects. */
  stop(): Promise<void>;
}

export interface TelemetryParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
}
