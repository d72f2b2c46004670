/** The SDK's exporters over our one way out: spans with patience for a collector that restarts, metrics without, since the next export has them all. */
import { ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { AggregationTemporality, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { backoffDelay } from '../../kit/backoff.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { ExportedSpans } from './bounded-spans.ts';
import type { Answered, Collector, Signal } from './collector.ts';
import type { ExportLog } from './export-log.ts';
import type { UnderWay } from './under-way.ts';

export interface ExporterParts {
  readonly collector: Collector;
  readonly log: ExportLog;
  readonly underWay: UnderWay;
  readonly clock: Clock;
}

type Done = Parameters<SpanExporter['export']>[1];

const SUCCESS = { code: 0 } as const;
const FAILED = { code: 1 } as const;
/** Less than the SDK waits for one export. */
const PATIENCE_MS = 12_000;
const BACKOFF = { baseMs: 1000, capMs: 5000 };

export function spanExporter(parts: ExporterParts): ExportedSpans {
  const { log, underWay } = parts;
  let onDone: (spans: number) => void = () => undefined;
  const run = async (spans: ReadableSpan[], done: Done) => {
    const answered = await patiently(parts, ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array());
    onDone(spans.length);
    if (answered.kind !== 'taken') {
      log.dropped('not-taken', spans.length);
      tellFailure(log, 'traces', answered);
      return done(FAILED);
    }
    const refused = refusedOf(
      () => ProtobufTraceSerializer.deserializeResponse(answered.body).partialSuccess?.rejectedSpans,
    );
    if (refused === 0) log.taken('traces');
    else {
      log.dropped('refused', Math.min(refused, spans.length));
      log.partly('traces', refused);
    }
    done(SUCCESS);
  };
  return {
    exporter: {
      export: (spans, done) => underWay.add(run(spans, done)),
      forceFlush: () => underWay.ended(),
      shutdown: async () => undefined,
    },
    onDone: (callback) => {
      onDone = callback;
    },
  };
}

export function metricExporter({ collector, log, underWay }: Omit<ExporterParts, 'clock'>): PushMetricExporter {
  const run = async (body: Uint8Array, done: Done) => {
    const answered = await collector.send('metrics', body, underWay.cut);
    if (answered.kind !== 'taken') {
      tellFailure(log, 'metrics', answered);
      return done(FAILED);
    }
    const refused = refusedOf(
      () => ProtobufMetricsSerializer.deserializeResponse(answered.body).partialSuccess?.rejectedDataPoints,
    );
    if (refused === 0) log.taken('metrics');
    else log.partly('metrics', refused);
    done(SUCCESS);
  };
  return {
    export: (metrics, done) =>
      underWay.add(run(ProtobufMetricsSerializer.serializeRequest(metrics) ?? new Uint8Array(), done)),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    forceFlush: () => underWay.ended(),
    shutdown: async () => undefined,
  };
}

async function patiently({ collector, underWay, clock }: ExporterParts, body: Uint8Array): Promise<Answered> {
  const until = clock.now() + PATIENCE_MS;
  for (let failures = 1; ; failures += 1) {
    const answered = await collector.send('traces', body, underWay.cut);
    if (answered.kind !== 'failed' || !answered.again) return answered;
    const wait = Math.max(backoffDelay(BACKOFF, failures), answered.retryAfterMs ?? 0);
    if (clock.now() + wait > until) return answered;
    await clock.sleep(wait, underWay.cut).catch(() => undefined);
    if (underWay.cut.aborted) return answered;
  }
}

function tellFailure(log: ExportLog, signal: Signal, answered: Exclude<Answered, { kind: 'taken' }>): void {
  if (answered.kind === 'cut') log.cut(signal);
  else log.failed(signal, answered.why);
}

/** An answer that cannot be read still said that it took the request. */
function refusedOf(read: () => number | undefined): number {
  try {
    return read() ?? 0;
  } catch {
    return 0;
  }
}
