/** A collector on loopback that answers as it is told to, and decodes what it was sent. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(readFileSync(join(import.meta.dirname, 'otlp.proto'), 'utf8'), { keepCase: false });

type Value = string | number | boolean | readonly unknown[] | undefined;

interface KeyValue {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly boolValue?: boolean;
    readonly intValue?: number;
    readonly doubleValue?: number;
    readonly arrayValue?: { readonly values: readonly KeyValue['value'][] };
  };
}

export interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly failed: boolean;
}

export interface SentPoint {
  readonly metric: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly labels: Readonly<Record<string, Value>>;
  readonly startedAt: number;
  /** Of a gauge or a sum. */
  readonly value: number | null;
  readonly histogram: {
    readonly count: number;
    readonly sum: number;
    readonly bounds: readonly number[];
    readonly counts: readonly number[];
  } | null;
  /** Of sums and histograms: 2. */
  readonly temporality: number;
  readonly isMonotonic: boolean;
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Collector {
  readonly url: string;
  readonly received: readonly Received[];
  answer: (response: ServerResponse, path: string) => void;
  spans(): readonly SentSpan[];
  /** Of the newest export. */
  points(): readonly SentPoint[];
  resources(): readonly Readonly<Record<string, Value>>[];
  close(): Promise<void>;
}

const TAKEN: Collector['answer'] = (response) => {
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
};

export async function startCollector(answer: Collector['answer'] = TAKEN): Promise<Collector> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      collector.answer(response, request.url ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ending = (end: string) => received.filter(({ path }) => path.endsWith(end));
  const collector: Collector = {
    url: `http://127.0.0.1:${port}`,
    received,
    answer,
    spans: () => ending('/v1/traces').flatMap(({ body }) => spansOf(body)),
    points: () =>
      ending('/v1/metrics')
        .slice(-1)
        .flatMap(({ body }) => pointsOf(body)),
    resources: () =>
      received.flatMap(({ path, body }) =>
        (path.endsWith('/v1/traces') ? traces(body).resourceSpans : metrics(body).resourceMetrics).map(({ resource }) =>
          valuesOf(resource.attributes),
        ),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return collector;
}

/** The body of an answer that refuses some of the spans. */
export function refusing(spans: number, why: string): Buffer {
  const type = root.lookupType('ExportTraceServiceResponse');
  return Buffer.from(
    type.encode(type.fromObject({ partialSuccess: { rejectedSpans: spans, errorMessage: why } })).finish(),
  );
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
  }[];
}

type RawSpan = Omit<SentSpan, 'attributes' | 'links' | 'failed'> & {
  readonly attributes?: readonly KeyValue[];
  readonly links?: SentSpan['links'];
  readonly status?: { readonly code?: number };
};

interface Metrics {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes?: readonly KeyValue[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly RawMetric[] }[];
  }[];
}

interface RawPoint {
  readonly attributes?: readonly KeyValue[];
  readonly startTimeUnixNano: number;
  readonly asDouble?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
}

interface RawPoints {
  readonly dataPoints: readonly RawPoint[];
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
}

type RawMetric = { readonly name: string } & Partial<Record<'gauge' | 'sum' | 'histogram', RawPoints>>;

const decode = (type: string, body: Buffer): unknown => {
  const message = root.lookupType(type);
  return message.toObject(message.decode(body), { longs: Number, bytes: Array, arrays: false });
};
const traces = (body: Buffer) => decode('ExportTraceServiceRequest', body) as Traces;
const metrics = (body: Buffer) => decode('ExportMetricsServiceRequest', body) as Metrics;
const hex = (bytes: unknown) => Buffer.from((bytes ?? []) as number[]).toString('hex');

function spansOf(body: Buffer): SentSpan[] {
  const spans = traces(body).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return spans.map((span) => ({
    ...{ name: span.name, kind: span.kind, failed: span.status?.code === 2, attributes: valuesOf(span.attributes) },
    ...{ traceId: hex(span.traceId), spanId: hex(span.spanId), parentSpanId: hex(span.parentSpanId) },
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId: hex(traceId), spanId: hex(spanId) })),
  }));
}

function pointsOf(body: Buffer): SentPoint[] {
  const all = metrics(body).resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((scope) => scope.metrics),
  );
  return all.flatMap((metric) =>
    (['gauge', 'sum', 'histogram'] as const).flatMap((kind) => {
      const { dataPoints = [], aggregationTemporality = 0, isMonotonic = false } = metric[kind] ?? {};
      return dataPoints.map((point) => ({
        ...{ metric: metric.name, kind, labels: valuesOf(point.attributes), isMonotonic },
        ...{ startedAt: point.startTimeUnixNano / 1e6, temporality: aggregationTemporality },
        value: kind === 'histogram' ? null : (point.asDouble ?? 0),
        histogram: kind === 'histogram' ? histogramOf(point) : null,
      }));
    }),
  );
}

function histogramOf({ count = 0, sum = 0, explicitBounds = [], bucketCounts = [] }: RawPoint): SentPoint['histogram'] {
  return { count, sum, bounds: explicitBounds, counts: bucketCounts };
}

function valuesOf(attributes: readonly KeyValue[] = []): Readonly<Record<string, Value>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf({ arrayValue, ...one }: KeyValue['value']): Value {
  if (arrayValue !== undefined) return arrayValue.values.map(valueOf);
  return Object.values(one)[0];
}
