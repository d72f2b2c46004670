import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { SinkRecord } from '../../model/sink.ts';
import { type Answer, answers, type Endpoint, type Received, startEndpoint } from '../testing/endpoint.ts';
import { aDiagnosis, eventOf, incidentOf } from '../testing/records.ts';
import { contextForTests, SECRET, sinkContract } from '../testing/sink-contract.ts';
import { otlp } from './otlp.ts';

interface KeyValue {
  key: string;
  value: Record<string, string | number>;
}

interface Decoded {
  resourceLogs: {
    resource: { attributes: KeyValue[] };
    scopeLogs: {
      scope: { name: string };
      logRecords: {
        timeUnixNano: string;
        severityNumber: string;
        severityText: string;
        body: { stringValue: string };
        attributes: KeyValue[];
        eventName: string;
      }[];
    }[];
  }[];
}

/** OpenTelemetry's own messages (opentelemetry-proto 1.5), which the fixture holds as they are published, without comments. */
const { root } = protobuf.parse(readFileSync(new URL('./fixtures/logs.proto', import.meta.url), 'utf8'), {
  keepCase: false,
});
const Request = root.lookupType('ExportLogsServiceRequest');

/** Through the messages and their bytes, and back: what is unknown or of another type is a failure, not ignored. */
function decoded({ path, headers, body }: Received): Decoded {
  expect(path).toBe('/v1/logs');
  expect(headers['content-type']).toBe('application/json');
  const json = JSON.parse(body) as Record<string, unknown>;
  const bytes = Request.encode(Request.fromObject(json)).finish();
  const options = { longs: String, enums: String, json: true } as const;
  const back = Request.toObject(Request.decode(bytes), options);
  // Numbers of enums are numbers in the JSON encoding; everything else must be there, unchanged.
  const numbered = Request.toObject(Request.decode(bytes), { longs: String });
  expect(JSON.parse(JSON.stringify(numbered))).toEqual(json);
  return back as Decoded;
}

const attribute = (attributes: readonly KeyValue[], key: string) =>
  Object.values(attributes.find((each) => each.key === key)?.value ?? {})[0];

sinkContract('otlp', {
  type: otlp,
  settings: (url) => ({ type: 'otlp', name: 'out', url, headers: { 'x-api-key': SECRET } }),
  taken: answers.status(200, { 'content-type': 'application/json' }, '{}'),
  decode: (received) =>
    decoded(received).resourceLogs.flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) =>
        logRecords.map((each) => ({
          id: String(attribute(each.attributes, 'tattle.record.id')),
          text: each.body.stringValue,
        })),
      ),
    ),
});

describe('an OTLP sink', () => {
  const open: Endpoint[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  async function send(batch: readonly SinkRecord[], answer: Answer = answers.status(200)) {
    const endpoint = await startEndpoint(answer);
    open.push(endpoint);
    const sink = otlp.create({ type: 'otlp', name: 'out', url: endpoint.url }, contextForTests());
    const outcome = await sink.send(batch, new AbortController().signal);
    const [received] = endpoint.received;
    if (received === undefined) throw new Error('nothing came');
    return { outcome, ...decoded(received) };
  }

  it('makes one resource of each object, named by the conventions', async () => {
    const node = eventOf(1, { uid: 'n', object: { kind: 'Node', namespace: '', name: 'node-1', uid: 'nu' } });
    const { resourceLogs } = await send([eventOf(1), node, eventOf(2)]);
    const [pod, machine] = resourceLogs.map(({ resource }) =>
      Object.fromEntries(resource.attributes.map(({ key, value }) => [key, value['stringValue']])),
    );
    expect(resourceLogs).toHaveLength(2);
    expect(pod).toMatchObject({
      'service.name': 'tattle',
      'k8s.cluster.name': 'homelab',
      'k8s.namespace.name': 'shop',
      'k8s.pod.name': 'cart-7d9c5-abcde',
      'k8s.pod.uid': 'pod-uid-1',
      'k8s.node.name': 'node-1',
    });
    expect(machine).toMatchObject({ 'k8s.node.name': 'node-1', 'k8s.node.uid': 'nu' });
    expect(machine).not.toHaveProperty('k8s.namespace.name');
  });

  it('tells severity, time and count in the types of the protocol', async () => {
    const { resourceLogs } = await send([eventOf(7, { severity: 'critical', lastSeen: Date.UTC(2026, 0, 2) + 7 })]);
    const record = resourceLogs[0]?.scopeLogs[0]?.logRecords[0];
    expect(record).toMatchObject({
      severityNumber: 'SEVERITY_NUMBER_FATAL',
      severityText: 'critical',
      timeUnixNano: `${String(Date.UTC(2026, 0, 2) + 7)}000000`,
      eventName: 'k8s.event',
    });
    expect(attribute(record?.attributes ?? [], 'k8s.event.count')).toBe('7');
  });

  it('tells incidents as records, with their diagnosis', async () => {
    const { resourceLogs } = await send([incidentOf({}, aDiagnosis())]);
    const record = resourceLogs[0]?.scopeLogs[0]?.logRecords[0];
    const of = (key: string) => attribute(record?.attributes ?? [], key);
    expect(record?.eventName).toBe('tattle.incident');
    expect([of('tattle.incident.state'), of('tattle.diagnosis.cause'), of('tattle.diagnosis.confidence')]).toEqual([
      'open',
      'missing-configuration',
      0.9,
    ]);
  });

  it('counts what was rejected of a batch, and does not send it again', async () => {
    const said = JSON.stringify({ partialSuccess: { rejectedLogRecords: '2', errorMessage: 'too many attributes' } });
    expect((await send([eventOf(1), eventOf(2), eventOf(3)], answers.status(200, {}, said))).outcome).toEqual({
      kind: 'taken',
      uncounted: { count: 2, reason: 'too many attributes' },
    });
    for (const body of [
      '',
      '{}',
      '\u0000\u0001',
      '{"partialSuccess":{"rejectedLogRecords":0}}',
      '{"partialSuccess":7}',
    ]) {
      expect((await send([eventOf(1)], answers.status(200, {}, body))).outcome).toEqual({ kind: 'taken' });
    }
  });
});
