/** Tattle's own traces and metrics, sent to a collector where one is configured; without one, nothing of it is loaded. */
import { UNTRACED } from '../../model/tracing.ts';
import type { Telemetry, TelemetryParts } from './telemetry.ts';
import type { TelemetrySettings } from './telemetry-schema.ts';

export async function startTelemetry(settings: TelemetrySettings, parts: TelemetryParts): Promise<Telemetry> {
  const { otlpUrl } = settings;
  if (otlpUrl === undefined || !(settings.traces || settings.metrics)) {
    return { tracing: UNTRACED, stop: async () => undefined };
  }
  const { otlpTelemetry } = await import('./otlp-telemetry.ts');
  return otlpTelemetry({ ...settings, otlpUrl }, parts);
}
