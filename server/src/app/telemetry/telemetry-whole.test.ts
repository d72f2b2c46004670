/** A whole server that sends its own traces and metrics: an alert's way to a delivery is in them, and nothing that is nobody's business. */
import type { WireChannels } from '@tattle/contract';
import { expect, it, onTestFinished } from 'vitest';
import { type FaultyEndpoint, faultyEndpoint } from '../../notify/testing/faulty-endpoint.ts';
import { answers } from '../../sinks/testing/endpoint.ts';
import { scratch, startTelling, type TellingServer } from '../telling/testing/telling-server.ts';
import { eventually } from '../testing/server-process.ts';
import { type Collector, type SentSpan, startCollector } from './testing/collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SECRETS = ['hook-s3cret', 'sink-s3cret', 'otlp-s3cret', 'query-s3cret', 'said-s3cret'];

interface Whole {
  readonly server: TellingServer;
  readonly collector: Collector;
  readonly webhook: FaultyEndpoint;
}

async function start(answer?: Collector['answer'], telemetry: object = {}): Promise<Whole> {
  const collector = await startCollector(answer);
  const webhook = await faultyEndpoint();
  const sink = await faultyEndpoint();
  for (const each of [collector, webhook, sink]) onTestFinished(() => each.close());
  const configuration = {
    channels: [{ type: 'webhook', name: 'ops', url: `${webhook.url}/hook-s3cret` }],
    notify: {},
    sinks: [{ type: 'http', name: 'lake', url: `${sink.url}/sink-s3cret`, headers: { 'x-key': 'sink-s3cret' } }],
    telemetry: { headers: { 'x-key': 'otlp-s3cret' }, intervalSeconds: 1, ...telemetry, otlpUrl: collector.url },
  };
  // The machine's own configuration loses to the file.
  const server = await startTelling(await scratch(), configuration);
  return { server, collector, webhook };
}

async function incidentOf({ server, webhook }: Whole): Promise<string> {
  await server.alert('shop', ['cart-said-s3cret']);
  const id = await eventually('an incident', async () => [...(await server.incidents('shop')).values()][0]);
  await eventually('its webhook', async () => (webhook.received.length > 0 ? true : undefined));
  return id;
}

const aboutIncident = (id: string) => (span: SentSpan) =>
  span.attributes['tattle.incident.id'] === id ||
  (span.attributes['tattle.incident.ids'] as string[] | undefined)?.includes(id);

it('shows an alert’s way to a delivery, a caller’s trace, and no secret', { timeout: 120_000 }, async () => {
  const whole = await start();
  const { server, collector, webhook } = whole;
  const id = await incidentOf(whole);
  const answer = await fetch(new URL('/api/v1/events?namespace=query-s3cret', server.origin), {
    headers: { authorization: `Bearer ${server.token}`, traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
  });
  await answer.text();
  expect((await fetch(new URL('/api/v1/incidents/hook-s3cret', server.origin))).status).toBe(401);
  await server.get<WireChannels>('/api/v1/channels');
  expect(await server.stop()).toBe(0);

  const spans = collector.spans();
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const about = spans.filter(aboutIncident(id));
  const ofName = (name: string) => about.find((span) => span.name === name);
  const childrenOf = (span: SentSpan | undefined) => spans.filter(({ parentSpanId }) => parentSpanId === span?.spanId);

  const batch = ofName('batch');
  expect(batch).toMatchObject({
    parentSpanId: '',
    attributes: { 'tattle.batch.events': 1, 'tattle.batch.incidents': 1 },
  });
  expect(
    childrenOf(batch)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['batch commit', 'batch decide']);
  for (const kind of ['evidence', 'notice']) {
    expect(ofName(`job ${kind}`)?.attributes).toMatchObject({ 'tattle.job.kind': kind, 'tattle.job.attempt': 1 });
  }
  const delivery = ofName('deliver webhook');
  expect(delivery).toMatchObject({ kind: 3, failed: false });
  expect(delivery?.attributes).toEqual({
    'tattle.channel.name': 'ops',
    'tattle.channel.type': 'webhook',
    'tattle.notice.id': webhook.received[0]?.headers['webhook-id'],
    'tattle.delivery.id': expect.any(String),
    'tattle.delivery.attempt': 1,
    'tattle.delivery.outcome': 'delivered',
    'tattle.notice.kind': 'opened',
    'tattle.incident.id': id,
    'http.response.status_code': 204,
  });
  // From the delivery back to what made the incident, link by link.
  const path: string[] = [];
  for (let at = delivery; at !== undefined; at = byId.get(at.links[0]?.spanId ?? '')) path.push(at.name);
  expect(path[0]).toBe('deliver webhook');
  expect(path.at(-1)).toMatch(/^batch/);
  // Nobody outside hears of traces: the header would say to others what is none of theirs.
  expect(webhook.received.filter(({ headers }) => 'traceparent' in headers)).toEqual([]);
  const sent = spans.find(({ name }) => name === 'sink http');
  expect(sent?.attributes).toMatchObject({ 'tattle.sink.name': 'lake', 'tattle.sink.outcome': 'taken' });

  const called = spans.find(({ traceId }) => traceId === TRACE);
  expect(called).toMatchObject({ name: 'GET /api/v1/events', kind: 2, parentSpanId: 'b7ad6b7169203331' });
  expect(called?.attributes).toEqual({
    'http.request.method': 'GET',
    'http.route': '/api/v1/events',
    'http.response.status_code': 200,
    'tattle.request.id': answer.headers.get('x-request-id'),
  });
  const refused = spans.find(({ name }) => name === 'GET /api/v1/incidents/:id');
  expect(refused?.attributes['http.response.status_code']).toBe(401);
  expect(spans.filter(({ name }) => /healthz|readyz|metrics|stream/.test(name))).toEqual([]);

  const everything = collector.received.map(({ body }) => body.toString('latin1')).join('\n');
  for (const secret of [...SECRETS, server.token]) expect(everything, secret).not.toContain(secret);
  expect(collector.received.every(({ headers }) => headers['x-key'] === 'otlp-s3cret')).toBe(true);
});

it('sends the metrics that /metrics shows', { timeout: 120_000 }, async () => {
  const whole = await start();
  const { server, collector } = whole;
  await incidentOf(whole);
  const shown = async (name: string) => {
    const text = await (await fetch(new URL('/metrics', server.origin))).text();
    return Number(new RegExp(`^${name}\\{?.*ops.*delivered.* (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  };
  await eventually('the delivery to be counted', async () =>
    (await shown('tattle_deliveries_total')) > 0 ? true : undefined,
  );
  expect(await server.stop()).toBe(0);
  const point = (metric: string, label: string, value: string) =>
    collector.points().find(({ metric: name, labels }) => name === metric && labels[label] === value);
  const delivered = collector
    .points()
    .find(({ metric, labels }) => metric === 'tattle_deliveries_total' && labels['outcome'] === 'delivered');
  expect(delivered).toMatchObject({ kind: 'sum', isMonotonic: true, labels: { channel: 'ops' } });
  expect(delivered?.value).toBeGreaterThan(0);
  expect(point('tattle_delivery_seconds', 'type', 'webhook')?.histogram?.count).toBe(delivered?.value);
  expect(point('tattle_incident_turns_total', 'turn', 'opened')?.kind).toBe('sum');
  expect(collector.resources().at(-1)).toMatchObject({ 'service.name': 'tattle' });
});

it('delivers and stops in time while the collector hangs', { timeout: 120_000 }, async () => {
  const whole = await start(answers.hang as unknown as Collector['answer']);
  const { server, collector } = whole;
  await incidentOf(whole);
  await eventually('an export', async () => (collector.received.length > 0 ? true : undefined));
  const began = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(server.log()).toContain('did not take the last traces before the stop');
  expect(server.log()).not.toContain('left behind');
  expect(server.log()).not.toMatch(/(hook|sink|otlp)-s3cret/);
});
