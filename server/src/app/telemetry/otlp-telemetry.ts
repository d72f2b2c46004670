/** Traces and metrics on their way to a collector: the SDK's parts put together. Loaded only where one is configured. */
import { hostname } from 'node:os';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { UNTRACED } from '../../model/tracing.ts';
import { VERSION } from '../version.ts';
import { BoundedSpans } from './bounded-spans.ts';
import { createCollector } from './collector.ts';
import { ExportLog } from './export-log.ts';
import { metricExporter, spanExporter } from './exporters.ts';
import { createTracing } from './otel-tracing.ts';
import { registryMetrics } from './registry-metrics.ts';
import type { TelemetrySettings } from './telemetry-schema.ts';
import type { Telemetry, TelemetryParts } from './telemetry.ts';
import { UnderWay } from './under-way.ts';

const SCOPE = 'tattle';
/** From being told to stop to the end, whatever the collector does. */
const FLUSH_MS = 1500;
const EXPORT_MS = 15_000;
const LIMITS = { attributeValueLengthLimit: 256, attributeCountLimit: 32, linkCountLimit: 32 };

export function otlpTelemetry(
  settings: TelemetrySettings & { readonly otlpUrl: string },
  { clock, logger, metrics }: TelemetryParts,
): Telemetry {
  const collector = createCollector(settings, clock);
  const underWay = new UnderWay();
  const log = new ExportLog({ host: collector.host, clock, logger, metrics });
  const exporting = { collector, log, underWay, clock };
  const resource = resourceFromAttributes({
    'service.version': VERSION,
    // Replicas must not share series; a pod's name is one for each.
    'service.instance.id': hostname(),
    ...settings.resource,
    'service.name': settings.serviceName,
  });
  const stops: (() => Promise<void>)[] = [];
  let tracing = UNTRACED;
  if (settings.traces) {
    const bounded = new BoundedSpans(spanExporter(exporting), () => log.dropped('queue-full', 1));
    const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.sampleRatio) });
    const provider = new TracerProvider({ resource, sampler, spanLimits: LIMITS, spanProcessors: [bounded] });
    tracing = createTracing(provider.getTracer(SCOPE, VERSION));
    stops.push(() => provider.shutdown());
  }
  if (settings.metrics) {
    const exportIntervalMillis = settings.intervalSeconds * 1000;
    const reader = new PeriodicExportingMetricReader({
      exporter: metricExporter(exporting),
      exportIntervalMillis,
      exportTimeoutMillis: Math.min(EXPORT_MS, exportIntervalMillis),
      metricProducers: [registryMetrics(metrics, { name: SCOPE, version: VERSION }, clock.now(), clock)],
    });
    const provider = new MeterProvider({ resource, readers: [reader] });
    stops.push(() => provider.shutdown());
  }
  logger.info(
    { collector: collector.host, traces: settings.traces, metrics: settings.metrics },
    'telemetry is sent by OTLP',
  );
  return { tracing, stop: () => stopWithin(FLUSH_MS, stops, underWay) };
}

/** What is still under way then is cut: a timer or a socket left behind would keep the process. */
async function stopWithin(ms: number, stops: readonly (() => Promise<void>)[], underWay: UnderWay): Promise<void> {
  const late = setTimeout(() => underWay.cutAll(), ms);
  await Promise.allSettled(stops.map((stop) => stop()));
  await underWay.ended();
  clearTimeout(late);
}
