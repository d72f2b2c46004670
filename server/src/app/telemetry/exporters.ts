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

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

const SUCCESS: Result = { code: 0 };
const FAILED: Result = { code: 1 };
/** Less than the SDK waits for one export. */
const PATIENCE_MS = 12_000;
const BACKOFF = { baseMs: 1000, capMs: 5000 };

export function spanExporter(parts: ExporterParts): ExportedSpans {
  const { log, underWay } = parts;
  let onDone: (spans: number) => void = () => undefined;
  const run = async (spans: ReadableSpan[]): Promise<Result> => {
    const body = written(() => ProtobufTraceSerializer.serializeRequest(spans));
    const answered = body instanceof Uint8Array ? await patiently(parts, body) : body;
    onDone(spans.length);
    if (answered.kind !== 'taken') {
      log.dropped('not-taken', spans.length);
      tellFailure(log, 'traces', answered);
      return FAILED;
    }
    const refused = refusedOf(
      () => ProtobufTraceSerializer.deserializeResponse(answered.body).partialSuccess?.rejectedSpans,
    );
    if (refused === 0) log.taken('traces');
    else {
      log.dropped('refused', Math.min(refused, spans.length));
      log.partly('traces', refused);
    }
    return SUCCESS;
  };
  return {
    exporter: {
      export: (spans, done) => underWay.add(run(spans).then(done)),
      forceFlush: () => underWay.ended(),
      shutdown: async () => undefined,
    },
    onDone: (callback) => {
      onDone = callback;
    },
  };
}

export function metricExporter({ collector, log, underWay }: Omit<ExporterParts, 'clock'>): PushMetricExporter {
  const run = async (body: Uint8Array | Failed): Promise<Result> => {
    const answered = body instanceof Uint8Array ? await collector.send('metrics', body, underWay.cut) : body;
    if (answered.kind !== 'taken') {
      tellFailure(log, 'metrics', answered);
      return FAILED;
    }
    const refused = refusedOf(
      () => ProtobufMetricsSerializer.deserializeResponse(answered.body).partialSuccess?.rejectedDataPoints,
    );
    if (refused === 0) log.taken('metrics');
    else log.partly('metrics', refused);
    return SUCCESS;
  };
  return {
    export: (metrics, done) =>
      underWay.add(run(written(() => ProtobufMetricsSerializer.serializeRequest(metrics))).then(done)),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    forceFlush: () => underWay.ended(),
    shutdown: async () => undefined,
  };
}

type Failed = Extract<Answered, { kind: 'failed' }>;

/** What the library cannot write is dropped like what nobody takes: a throw here would end the process. */
function written(serialize: () => Uint8Array | undefined): Uint8Array | Failed {
  try {
    return serialize() ?? new Uint8Array();
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    return { kind: 'failed', why: `they cannot be written: ${name}`, again: false };
  }
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
