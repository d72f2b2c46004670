import { describe, expect, it } from 'vitest';
import { reportUid, shippedUid } from './identity.ts';
import { readReportedEvents } from './reported-events.ts';
import { around, HOSTILE, itemsOf, known, NOW, observationsOf } from './testing/around.ts';

const lines = (...values: readonly unknown[]) => values.map((value, i) => ({ at: `line ${i + 1}`, value }));
const read = (...values: readonly unknown[]) => observationsOf(readReportedEvents(lines(...values), around()));
const OWN = {
  namespace: 'shop',
  kind: 'Deployment',
  name: 'cart',
  reason: 'CacheLost',
  message: 'rebuilding from the database',
};

describe('what an application says', () => {
  it('is a report about the object that it names, known or not', () => {
    const where = around(known('Deployment', 'shop', 'cart'));
    const [seen] = observationsOf(
      readReportedEvents(lines({ ...OWN, time: '2026-05-04T09:00:00Z', severity: 'high', count: 3 }), where),
    );
    expect(seen).toMatchObject({
      source: 'report',
      object: { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'Deployment-cart' },
      reason: 'CacheLost',
      message: 'rebuilding from the database',
      type: 'Warning',
      severity: 'high',
      count: 3,
      firstSeen: Date.UTC(2026, 4, 4, 9),
      lastSeen: Date.UTC(2026, 4, 4, 9),
    });
  });

  it('is news and no warning, of a severity that Tattle decides, unless it says so', () => {
    expect(read(OWN)).toMatchObject([{ type: 'Normal', severity: null, lastSeen: NOW, count: 1 }]);
  });

  it('is the same under the same id, and another in another namespace', () => {
    const [first, again, other, elsewhere] = read(
      { ...OWN, id: 'a' },
      { ...OWN, id: 'a', message: 'later' },
      { ...OWN, id: 'b' },
      { ...OWN, id: 'a', namespace: 'other' },
    );
    expect(again?.uid).toBe(first?.uid);
    expect(new Set([first, other, elsewhere].map((each) => each?.uid)).size).toBe(3);
  });

  it('is the same without an id where it says the same of the same time; without either, each is its own', () => {
    const [a, b, c, d] = read(
      { ...OWN, time: '2026-05-04T09:00:00Z' },
      { ...OWN, time: '2026-05-04T09:00:00Z' },
      OWN,
      OWN,
    );
    expect(a?.uid).toBe(b?.uid);
    expect(c?.uid).not.toBe(d?.uid);
  });

  it('is told what it lacks, line by line', () => {
    const { items, faults } = itemsOf(
      readReportedEvents(
        [
          ...lines(
            OWN,
            { ...OWN, reason: '' },
            { ...OWN, message: 7 },
            { ...OWN, namespace: undefined },
            { ...OWN, type: 'Bad' },
          ),
          ...lines({ ...OWN, severity: 'purple' }, { ...OWN, time: 'yesterday' }, 'x', null),
          { at: 'line 9', value: '{"a":', fault: 'is not well-formed JSON' },
        ],
        around(),
      ),
    );
    expect(items).toHaveLength(1);
    expect(faults.map(({ message }) => message.split(':')[0])).toEqual([
      ...['reason', 'message', 'namespace', 'type', 'severity', 'time'],
      ...['expected an object', 'expected an object', 'is not well-formed JSON'],
    ]);
    expect(faults.at(-1)).toEqual({ at: 'line 9', message: 'is not well-formed JSON', excerpt: '{"a":' });
  });

  it('needs no namespace for what lies in none', () => {
    expect(read({ ...OWN, namespace: undefined, kind: 'Node', name: 'node-1' })).toHaveLength(1);
  });
});

describe('a Kubernetes Event that is shipped', () => {
  const uid = '0b3c5f4e-2f6b-4b0e-9a59-0d4f6f1f7a11';
  const event = {
    metadata: { name: 'cart-7d9f-x.17', namespace: 'shop', uid },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'cart-7d9f-x', uid: 'p1' },
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    type: 'Warning',
    count: 4,
    firstTimestamp: '2026-05-04T09:00:00Z',
    lastTimestamp: '2026-05-04T09:10:00Z',
  };

  it.each([
    ['as Fluent Bit has it', { date: 1_777_885_800.5, ...event }],
    ['as a watch has it', { type: 'MODIFIED', object: event }],
    ['as an event router has it', { verb: 'ADDED', event }],
  ])('is the same event each time and however it is shipped, %s', (_, value) => {
    const own = shippedUid('shop', uid);
    expect(read(value)).toMatchObject([
      { source: 'event', uid: own, count: 4, reason: 'BackOff', lastSeen: Date.UTC(2026, 4, 4, 9, 10) },
    ]);
  });

  it('whose time to live ran out is no news', () => {
    const { items } = itemsOf(readReportedEvents(lines({ type: 'DELETED', object: event }), around()));
    expect(items[0]?.arrivals).toMatchObject([{ kind: 'dropped', reason: 'ttl-expired' }]);
  });

  it.each([
    ['what a watch saw', uid],
    ['a test incident', 'tattle-test/1/raised'],
    ['an alert', 'alert/00/1'],
    ['another report', reportUid('shop', 'id', 'r1')],
  ])('takes the uid of nothing else that is stored, such as %s', (_, taken) => {
    const [forged] = read({ ...event, metadata: { ...event.metadata, uid: taken } });
    expect(forged?.uid).toMatch(/^shipped\/[0-9a-f]{32}\/[0-9a-f]{32}$/);
    expect(forged?.uid).not.toBe(taken);
  });

  it('stays the same where a sink of ours sends it on, and it is shipped again', () => {
    const [own] = read(event);
    const [again] = read({ ...event, metadata: { ...event.metadata, uid: own?.uid } });
    expect(again?.uid).toBe(own?.uid);
  });

  it('is the one that a watch saw, where its sender may report about everything', () => {
    const trusted = { ...around(), keepsUids: true };
    const uids = [uid, 'alert/00/1'].map((each) => {
      const shipped = { ...event, metadata: { ...event.metadata, uid: each } };
      return observationsOf(readReportedEvents(lines(shipped), trusted))[0]?.uid;
    });
    expect(uids).toEqual([uid, shippedUid('shop', 'alert/00/1')]);
  });

  it('is another one in another namespace, whatever uid its sender writes', () => {
    const [own] = read(event);
    const [other] = read({ ...event, involvedObject: { ...event.involvedObject, namespace: 'vault' } });
    expect(own?.uid).not.toBe(other?.uid);
  });
});

describe('a line of a log', () => {
  it.each([
    [
      'of Vector',
      {
        message: 'cannot reach the database',
        level: 'error',
        timestamp: '2026-05-04T09:00:00Z',
        kubernetes: { pod_name: 'cart-7d9f-x', pod_namespace: 'shop', container_name: 'cart' },
      },
    ],
    [
      'of Fluent Bit',
      {
        log: 'cannot reach the database',
        level: 'ERROR',
        date: Date.UTC(2026, 4, 4, 9) / 1000,
        kubernetes: { pod_name: 'cart-7d9f-x', namespace_name: 'shop', container_name: 'cart' },
      },
    ],
  ])('%s is about its pod, and opens no incident by itself', (_, line) => {
    expect(read(line)).toMatchObject([
      {
        object: { kind: 'Pod', namespace: 'shop', name: 'cart-7d9f-x' },
        reason: 'LogError',
        type: 'Warning',
        severity: 'low',
        component: 'cart',
        message: 'cannot reach the database',
        lastSeen: Date.UTC(2026, 4, 4, 9),
      },
    ]);
  });

  it('that names no pod is told so', () => {
    expect(itemsOf(readReportedEvents(lines({ log: 'x', kubernetes: {} }), around())).faults).toHaveLength(1);
  });
});

it('makes something storable, or a fault, of whatever stands where a value is expected', () => {
  for (const hostile of HOSTILE) {
    const changed = Object.keys({ ...OWN, id: 1, time: 1, type: 1, severity: 1, count: 1, labels: 1, cluster: 1 }).map(
      (name) => ({
        ...OWN,
        [name]: hostile,
      }),
    );
    const shipped = { involvedObject: hostile, object: hostile, event: hostile, kubernetes: hostile, message: hostile };
    const { items, faults } = itemsOf(readReportedEvents(lines(hostile, shipped, ...changed), around()));
    expect(items.length + faults.length).toBe(changed.length + 2);
    for (const item of items) {
      const written = JSON.stringify(item);
      expect(written.isWellFormed() && !written.includes('\\u0000') && !written.includes('\\ud800')).toBe(true);
    }
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
