import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../kit/clock.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import { answers } from '../../sinks/testing/endpoint.ts';
import type { Tracing } from '../../model/tracing.ts';
import { PrometheusMetrics } from '../metrics/metrics.ts';
import { eventually } from '../testing/server-process.ts';
import { samplesOf } from '../testing/samples.ts';
import { MOST_SPANS } from './bounded-spans.ts';
import { startTelemetry } from './start-telemetry.ts';
import { telemetrySchema } from './telemetry-schema.ts';
import { type Collector, refusing, startCollector } from './testing/collector.ts';

async function aCollector(answer?: Collector['answer']): Promise<Collector> {
  const collector = await startCollector(answer);
  onTestFinished(() => collector.close());
  return collector;
}

async function started(settings: object) {
  const { logger, lines } = quiet();
  const metrics = new PrometheusMetrics();
  metrics.begin({});
  const telemetry = await startTelemetry(telemetrySchema.parse(settings), { clock: systemClock, logger, metrics });
  const counted = async (name: string) => (await samplesOf(metrics)).get(name) ?? 0;
  const stopped = async () => {
    const began = performance.now();
    await telemetry.stop();
    return performance.now() - began;
  };
  return { tracing: telemetry.tracing, metrics, lines, counted, stopped };
}

const aSpan = (tracing: Tracing, name = 'work') => tracing.span({ name }, async () => undefined);
const DROPPED = (reason: string) => `tattle_telemetry_spans_dropped_total{reason="${reason}"}`;
const EXPORTS = (signal: string, outcome: string) =>
  `tattle_telemetry_exports_total{outcome="${outcome}",signal="${signal}"}`;

it('sends spans with their parents, failures and resource, and its headers', async () => {
  const collector = await aCollector();
  const otlpUrl = `${collector.url}/base/`;
  const resource = { 'deployment.environment.name': 'test', zone: 3 };
  const { tracing, stopped } = await started({ otlpUrl, headers: { 'x-key': 'k' }, resource, metrics: false });
  await tracing.span({ name: 'outer', attributes: { a: 1, ids: ['x', 'y'], none: undefined } }, async () => {
    await sleep(2);
    await tracing.span({ name: 'inner', kind: 'client' }, async (span) => span.fail('gone'));
    tracing.current().set({ b: true });
  });
  const failure = tracing.span({ name: 'thrown' }, () => Promise.reject(new TypeError('the password is hunter2')));
  await expect(failure).rejects.toThrow('hunter2');
  await tracing.span({ name: 'about nothing' }, async (span) => span.forget());
  await stopped();

  expect(collector.received.map(({ path }) => path)).toEqual(['/base/v1/traces']);
  expect(collector.received[0]?.headers).toMatchObject({ 'x-key': 'k', 'content-type': 'application/x-protobuf' });
  const [inner, outer, thrown] = collector.spans();
  expect(collector.spans()).toHaveLength(3);
  expect(outer).toMatchObject({ name: 'outer', kind: 1, parentSpanId: '', failed: false });
  expect(outer?.attributes).toEqual({ a: 1, ids: ['x', 'y'], b: true });
  expect(inner).toMatchObject({ name: 'inner', kind: 3, failed: true, attributes: { 'error.type': 'gone' } });
  expect([inner?.traceId, inner?.parentSpanId]).toEqual([outer?.traceId, outer?.spanId]);
  expect(thrown).toMatchObject({ parentSpanId: '', failed: true, attributes: { 'error.type': 'TypeError' } });
  expect(thrown?.traceId).not.toBe(outer?.traceId);
  expect(collector.resources()[0]).toMatchObject({ 'service.name': 'tattle', ...resource });
});

it('links what is done about an incident to what was done about it before', async () => {
  const collector = await aCollector();
  const { tracing, stopped } = await started({ otlpUrl: collector.url, metrics: false });
  await tracing.span({ name: 'batch' }, async (span) => span.set({ 'tattle.incident.ids': ['i1', 'i2'] }));
  for (const name of ['job', 'deliver']) {
    await tracing.span({ name, attributes: { 'tattle.incident.id': 'i2' } }, async () => undefined);
  }
  await tracing.span({ name: 'other', attributes: { 'tattle.incident.id': 'i3' } }, async () => undefined);
  await stopped();
  const [batch, job, deliver, other] = collector.spans();
  expect(job?.links).toEqual([{ traceId: batch?.traceId, spanId: batch?.spanId }]);
  expect(deliver?.links).toEqual([{ traceId: job?.traceId, spanId: job?.spanId }]);
  expect(other?.links).toEqual([]);
});

it('samples what begins here by the ratio, and what a caller traces as the caller says', async () => {
  const collector = await aCollector();
  const { tracing, stopped } = await started({ otlpUrl: collector.url, metrics: false, sampleRatio: 0 });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await aSpan(tracing);
  for (const flags of ['01', '00']) {
    const caller = { traceparent: `00-${traceId}-b7ad6b7169203331-${flags}`, tracestate: undefined };
    tracing.request({ name: `GET ${flags}` }, caller, (span) => span.end());
  }
  await stopped();
  expect(collector.spans()).toMatchObject([{ name: 'GET 01', kind: 2, traceId, parentSpanId: 'b7ad6b7169203331' }]);
});

it('sends what /metrics says, with the same names, labels and values', async () => {
  const collector = await aCollector();
  const began = Date.now();
  const { metrics, stopped } = await started({ otlpUrl: collector.url, traces: false });
  metrics.count('tattle_events_stored_total', { cluster: 'a "b"\n' }, 3);
  metrics.gauge('tattle_store_up', {}, 1);
  for (const seconds of [0.001, 0.002, 0.02, 61])
    metrics.observe('tattle_delivery_seconds', { type: 'slack' }, seconds);
  metrics.observe('tattle_delivery_seconds', { type: 'ntfy' }, 0.3);
  await stopped();

  const points = collector.points();
  const stored = points.find(({ metric }) => metric === 'tattle_events_stored_total');
  expect(stored).toMatchObject({
    kind: 'sum',
    isMonotonic: true,
    temporality: 2,
    labels: { cluster: 'a "b"\n' },
    value: 3,
  });
  expect(Math.abs((stored?.startedAt ?? 0) - began)).toBeLessThan(5000);
  expect(points.find(({ metric }) => metric === 'tattle_store_up')).toMatchObject({ kind: 'gauge', value: 1 });
  const ofSlack = points.find(
    ({ metric, labels }) => metric === 'tattle_delivery_seconds' && labels['type'] === 'slack',
  );
  const { bounds = [], counts = [], count, sum } = ofSlack?.histogram ?? {};
  expect([count, sum]).toEqual([4, 61.023]);
  expect(counts).toHaveLength(bounds.length + 1);
  expect([counts[0], counts[bounds.indexOf(0.02)], counts.at(-1)]).toEqual([2, 1, 1]);
  expect(counts.reduce((all, one) => all + one, 0)).toBe(4);

  // Everything but what the process itself moves on, and what this export counted since.
  const told = [...(await samplesOf(metrics))].filter(([name]) => /^tattle_(?!telemetry_)/.test(name));
  expect(told.length).toBeGreaterThan(30);
  const ours = new Map(points.flatMap(samplesOfPoint));
  for (const [name, value] of told) expect(ours.get(name), name).toBe(value);
  const names = new Set(points.map(({ metric }) => metric));
  expect(names).toContain('process_cpu_seconds_total');
  expect([...names].filter((name) => name.startsWith('nodejs_eventloop_lag_'))).toEqual([]);
});

function samplesOfPoint({
  metric,
  labels,
  value,
  histogram,
}: ReturnType<Collector['points']>[number]): [string, number][] {
  const named = (name: string, more: object = {}) => {
    const escaped = (text: unknown) => String(text).replaceAll(/["\n\\]/g, (at) => (at === '\n' ? '\\n' : `\\${at}`));
    const all = Object.entries({ ...labels, ...more }).map(([label, text]) => `${label}="${escaped(text)}"`);
    return all.length === 0 ? name : `${name}{${all.sort().join(',')}}`;
  };
  if (histogram === null) return [[named(metric), value ?? 0]];
  let upTo = 0;
  const buckets = histogram.counts.map((count, at): [string, number] => {
    upTo += count;
    return [named(`${metric}_bucket`, { le: histogram.bounds[at] ?? '+Inf' }), upTo];
  });
  return [...buckets, [named(`${metric}_sum`), histogram.sum], [named(`${metric}_count`), histogram.count]];
}

it('sends metrics every so often', async () => {
  const collector = await aCollector();
  const { stopped } = await started({ otlpUrl: collector.url, traces: false, intervalSeconds: 1 });
  await eventually('two exports', async () => (collector.received.length >= 2 ? true : undefined));
  await stopped();
  expect(new Set(collector.received.map(({ path }) => path))).toEqual(new Set(['/v1/metrics']));
});

it('stops in time before a collector that hangs, counts what it did not take, and leaves nothing running', async () => {
  const collector = await aCollector(answers.hang as unknown as Collector['answer']);
  const { tracing, lines, counted, stopped } = await started({ otlpUrl: collector.url });
  await aSpan(tracing);
  expect(await stopped()).toBeLessThan(2000);
  expect(lines.filter((line) => line.includes('before the stop'))).toHaveLength(2);
  expect(await counted(DROPPED('not-taken'))).toBe(1);
  expect(await counted(EXPORTS('traces', 'failed'))).toBe(1);
  expect(await counted(EXPORTS('metrics', 'failed'))).toBe(1);
});

it.each([
  ['is not there', null, /does not take traces \(connection refused/],
  ['answers 500', answers.status(500), /does not take traces \(HTTP 500\)/],
  ['answers 401', answers.status(401, {}, 'bad key hunter2'), /HTTP 401: see to telemetry.headers/],
  ['leads elsewhere', answers.status(302, { location: 'http://127.0.0.1:1/hunter2' }), /HTTP 302: redirects/],
  ['answers 429 for longer than it is waited', answers.status(429, { 'retry-after': '3600' }), /HTTP 429/],
])('goes on while the collector %s, and says so once', async (_, answer, told) => {
  const collector = await startCollector(answer as unknown as Collector['answer']);
  if (answer === null) await collector.close();
  else onTestFinished(() => collector.close());
  const { tracing, lines, counted, stopped } = await started({ otlpUrl: collector.url, metrics: false });
  for (let round = 0; round < 2; round += 1) {
    await aSpan(tracing);
    await sleep(round === 0 ? 2300 : 0);
  }
  expect(await stopped()).toBeLessThan(2000);
  expect(await counted(DROPPED('not-taken'))).toBe(2);
  const warnings = lines.filter((line) => line.includes('does not take'));
  expect(warnings).toEqual([expect.stringMatching(told)]);
  expect(warnings[0]).toContain(new URL(collector.url).host);
  expect(lines.join()).not.toContain('hunter2');
});

it('does not read a gigabyte of answer', async () => {
  const collector = await aCollector(answers.flood as unknown as Collector['answer']);
  const { tracing, counted, stopped } = await started({ otlpUrl: collector.url, metrics: false });
  await aSpan(tracing);
  expect(await stopped()).toBeLessThan(2000);
  expect(await counted(EXPORTS('traces', 'taken'))).toBe(1);
});

it('waits out a collector that restarts, and says that it is back', async () => {
  const collector = await aCollector();
  const { tracing, lines, counted, stopped } = await started({ otlpUrl: collector.url, metrics: false });
  let refusals = 0;
  collector.answer = (response) => {
    response.writeHead(refusals++ === 0 ? 503 : 200).end();
  };
  await aSpan(tracing);
  await eventually('the second try', async () =>
    (await counted(EXPORTS('traces', 'taken'))) === 1 ? true : undefined,
  );
  expect(lines.filter((line) => line.includes('collector at'))).toEqual([]);
  collector.answer = (response) => response.writeHead(400).end();
  await aSpan(tracing);
  await eventually('a refusal', async () => ((await counted(EXPORTS('traces', 'failed'))) === 1 ? true : undefined));
  collector.answer = (response) => response.writeHead(200).end();
  await aSpan(tracing);
  await stopped();
  expect(lines.filter((line) => line.includes('takes traces again'))).toHaveLength(1);
});

it('counts spans that the collector took the request of, and refuses', async () => {
  // More than one byte of a number, which must not be mistaken for text.
  const collector = await aCollector((response) => response.writeHead(200).end(refusing(300, 'too many attributes')));
  const { tracing, lines, counted, stopped } = await started({ otlpUrl: collector.url, metrics: false });
  for (let at = 0; at < 400; at += 1) await aSpan(tracing);
  await stopped();
  expect(await counted(DROPPED('refused'))).toBe(300);
  expect(await counted(EXPORTS('traces', 'partly'))).toBe(1);
  expect(lines.filter((line) => line.includes('refuses a part of the traces'))).toHaveLength(1);
});

it('holds no more than a bounded number of spans, and counts the rest', async () => {
  const collector = await aCollector(answers.hang as unknown as Collector['answer']);
  const { tracing, counted, stopped } = await started({ otlpUrl: collector.url, metrics: false });
  for (let at = 0; at < MOST_SPANS + 1000; at += 1) await aSpan(tracing);
  expect(await counted(DROPPED('queue-full'))).toBe(1000);
  expect(await stopped()).toBeLessThan(2500);
  expect(await counted(DROPPED('not-taken'))).toBe(MOST_SPANS);
});

it('loads nothing and traces nothing where no collector is configured', async () => {
  const { tracing, stopped } = await started({});
  expect(await tracing.span({ name: 'work' }, async () => 7)).toBe(7);
  await stopped();
});
