import { expect, it } from 'vitest';
import { shippedUid } from './identity.ts';
import { readOtlpLogs } from './otlp-logs.ts';
import { around, HOSTILE, itemsOf, observationsOf } from './testing/around.ts';

const NINE = `${Date.UTC(2026, 4, 4, 9)}000000`;

const attributes = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : value,
  }));

function logs(resource: Readonly<Record<string, unknown>>, ...logRecords: readonly unknown[]) {
  return {
    resourceLogs: [
      { resource: { attributes: attributes(resource) }, scopeLogs: [{ scope: { name: 'x' }, logRecords }] },
    ],
  };
}

const POD = {
  'k8s.namespace.name': 'shop',
  'k8s.pod.name': 'cart-7d9f-x',
  'k8s.container.name': 'cart',
  'k8s.cluster.name': 'west',
};
const RECORD = {
  timeUnixNano: NINE,
  severityNumber: 17,
  severityText: 'ERROR',
  body: { stringValue: 'cannot reach the database' },
};

it('takes a record for a report about the pod that its resource names', () => {
  expect(observationsOf(readOtlpLogs(logs(POD, RECORD), around()))).toMatchObject([
    {
      source: 'report',
      cluster: { name: 'west' },
      object: { kind: 'Pod', namespace: 'shop', name: 'cart-7d9f-x' },
      reason: 'LogError',
      severity: 'low',
      type: 'Warning',
      component: 'cart',
      message: 'cannot reach the database',
      lastSeen: Date.UTC(2026, 4, 4, 9),
    },
  ]);
});

it.each([
  [9, 'Log', 'info', 'Normal'],
  [13, 'LogWarning', 'low', 'Warning'],
  [21, 'LogFatal', 'medium', 'Warning'],
  [undefined, 'Log', 'info', 'Normal'],
])('takes severity number %s for %s', (severityNumber, reason, severity, type) => {
  expect(observationsOf(readOtlpLogs(logs(POD, { ...RECORD, severityNumber }), around()))).toMatchObject([
    { reason, severity, type },
  ]);
});

it('takes the name of an event for its reason', () => {
  const named = [
    { ...RECORD, eventName: 'cache.lost' },
    { ...RECORD, attributes: attributes({ 'event.name': 'cache.lost' }) },
  ];
  expect(observationsOf(readOtlpLogs(logs(POD, ...named), around())).map(({ reason }) => reason)).toEqual([
    'cache.lost',
    'cache.lost',
  ]);
});

const uid = '0b3c5f4e-2f6b-4b0e-9a59-0d4f6f1f7a11';
/** Whoever ships it, and however. */
const ITS_UID = shippedUid('shop', uid);

it('knows a Kubernetes Event of the Collector’s k8s_events receiver for what it is', () => {
  const resource = {
    'k8s.object.kind': 'Pod',
    'k8s.object.name': 'cart-7d9f-x',
    'k8s.object.uid': 'p1',
    'k8s.node.name': 'node-1',
  };
  const own = {
    'k8s.event.reason': 'BackOff',
    'k8s.event.name': 'x.17',
    'k8s.event.uid': uid,
    'k8s.namespace.name': 'shop',
    'k8s.event.count': { intValue: '4' },
  };
  const record = {
    timeUnixNano: NINE,
    severityText: 'Warning',
    severityNumber: 13,
    body: { stringValue: 'Back-off' },
    attributes: attributes(own),
  };
  expect(observationsOf(readOtlpLogs(logs(resource, record), around()))).toMatchObject([
    {
      source: 'event',
      uid: ITS_UID,
      count: 4,
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off',
      object: { kind: 'Pod', namespace: 'shop', name: 'cart-7d9f-x', uid: 'p1' },
      lastSeen: Date.UTC(2026, 4, 4, 9),
    },
  ]);
});

it('drops incidents that Tattle itself sent, and knows its events for those that they are', () => {
  const object = { kind: 'Pod', namespace: 'shop', name: 'cart-7d9f-x', uid: 'p1' };
  const resource = { 'service.name': 'tattle', 'k8s.object.kind': 'Pod', 'k8s.object.name': object.name };
  const place = { 'k8s.namespace.name': 'shop', 'k8s.object.uid': object.uid };
  const incident = {
    ...RECORD,
    eventName: 'tattle.incident',
    attributes: attributes({ 'tattle.incident.id': 'inc_1' }),
  };
  const event = { ...RECORD, eventName: 'k8s.event', attributes: attributes({ ...place, 'k8s.event.uid': uid }) };
  const made = readOtlpLogs(logs(resource, incident, event), { ...around(), keepsUids: true });
  expect(itemsOf(made).items.map(({ arrivals }) => arrivals[0])).toMatchObject([
    { kind: 'dropped', reason: 'made-by-tattle' },
    { kind: 'observation', observation: { uid, object } },
  ]);
});

it('knows one of the k8sobjects receiver, whose body is the object', () => {
  const kvlist = (value: Readonly<Record<string, unknown>>): unknown => ({
    kvlistValue: {
      values: Object.entries(value).map(([key, each]) => ({
        key,
        value: typeof each === 'string' ? { stringValue: each } : kvlist(each as Record<string, unknown>),
      })),
    },
  });
  const event = {
    metadata: { uid, name: 'x' },
    regarding: { kind: 'Pod', namespace: 'shop', name: 'p' },
    reason: 'Killing',
    note: 'stopping',
  };
  const record = { body: kvlist({ type: 'ADDED', object: event }) };
  expect(observationsOf(readOtlpLogs(logs({}, record), around()))).toMatchObject([
    { source: 'event', uid: ITS_UID, reason: 'Killing', message: 'stopping' },
  ]);
});

it('takes nothing for a success, and anything but a list of logs for none', () => {
  expect(readOtlpLogs({}, around())).toEqual({ kind: 'read', items: [], faults: [], truncated: 0 });
  for (const other of [{ alerts: [] }, { resourceLogs: {} }, [], null]) {
    expect(readOtlpLogs(other, around()).kind).toBe('unreadable');
  }
});

it('rejects a record that says nothing, or nothing of where, and takes the others', () => {
  const { items, faults } = itemsOf(readOtlpLogs(logs(POD, RECORD, { timeUnixNano: NINE }), around()));
  expect([items.length, faults.map(({ at }) => at)]).toEqual([1, ['resourceLogs[0].scopeLogs[0].logRecords[1]']]);
  expect(itemsOf(readOtlpLogs(logs({}, RECORD), around())).faults).toHaveLength(1);
});

it('is not held up by many records that share one large resource', () => {
  const large = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`attribute-${i}`, 'x']));
  const records = Array.from({ length: 5000 }, () => RECORD);
  const began = performance.now();
  expect(itemsOf(readOtlpLogs(logs({ ...large, ...POD }, ...records), around())).items).toHaveLength(5000);
  expect(performance.now() - began).toBeLessThan(3000);
});

it('makes something storable, or a fault, of whatever stands where a value is expected', () => {
  for (const hostile of HOSTILE) {
    const changed = Object.keys({ ...RECORD, attributes: 1, eventName: 1 }).map((name) => ({
      ...RECORD,
      [name]: hostile,
    }));
    for (const raw of [
      hostile,
      { resourceLogs: hostile },
      { resourceLogs: [hostile] },
      logs({ 'k8s.pod.name': hostile }, ...changed),
      logs(POD, ...changed, hostile),
    ]) {
      const reading = readOtlpLogs(raw, around());
      const written = JSON.stringify(reading.kind === 'read' ? reading.items : []);
      expect(written.isWellFormed() && !written.includes('\\u0000') && !written.includes('\\ud800')).toBe(true);
    }
  }
});
