import { describe, expect, it } from 'vitest';
import type { AlertObservation } from '../../model/observation.ts';
import { readAlerts } from './alertmanager.ts';
import { MOST_ITEMS } from './reading.ts';
import { around, HOSTILE, itemsOf, known, NOW, observationsOf } from './testing/around.ts';

const ZERO_TIME = '0001-01-01T00:00:00Z';

/** As Alertmanager's documentation of webhook_config has it. */
function alert(changes: Readonly<Record<string, unknown>> = {}, labels: Readonly<Record<string, unknown>> = {}) {
  return {
    status: 'firing',
    labels: { alertname: 'CartSlow', namespace: 'shop', severity: 'warning', ...labels },
    annotations: { summary: 'Carts take 4 s', description: 'p99 over 2 s for 10 min' },
    startsAt: '2026-05-04T09:12:30.250Z',
    endsAt: ZERO_TIME,
    generatorURL: 'http://prometheus.example/graph?g0.expr=x',
    fingerprint: 'c0ffee0123456789',
    ...changes,
  };
}

function message(...alerts: readonly unknown[]) {
  return {
    version: '4',
    groupKey: '{}:{alertname="CartSlow"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'tattle',
    groupLabels: { alertname: 'CartSlow' },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts,
  };
}

const read = (raw: unknown, where = around()) => observationsOf(readAlerts(raw, where)) as readonly AlertObservation[];

describe('an alert that fires', () => {
  it('is raised, since it began and until now', () => {
    expect(read(message(alert()))).toMatchObject([
      {
        source: 'alert',
        transition: 'raised',
        condition: 'CartSlow',
        reason: 'CartSlow',
        type: 'Warning',
        severity: 'medium',
        firstSeen: Date.UTC(2026, 4, 4, 9, 12, 30, 250),
        lastSeen: NOW,
        count: 1,
        message: 'Carts take 4 s: p99 over 2 s for 10 min',
        cluster: { name: 'the only one' },
      },
    ]);
  });

  it('is the same whenever Alertmanager repeats it, and another when it fires again', () => {
    const [first] = read(message(alert()));
    const [later] = read(message(alert()), { ...around(), now: NOW + 4 * 3_600_000 });
    const [again] = read(message(alert({ startsAt: '2026-05-04T11:00:00Z' })), {
      ...around(),
      now: NOW + 4 * 3_600_000,
    });
    expect(later?.uid).toBe(first?.uid);
    expect(again?.uid).not.toBe(first?.uid);
    expect(again?.series).toBe(first?.series);
  });

  it('without a fingerprint is told apart by its labels', () => {
    const [a, b, c] = read(
      message(
        alert({ fingerprint: undefined }, { pod: 'a' }),
        alert({ fingerprint: undefined }, { pod: 'b' }),
        alert({ fingerprint: undefined }, { pod: 'a' }),
      ),
    );
    expect(a?.series).toBe(c?.series);
    expect(a?.series).not.toBe(b?.series);
  });

  it('of one fingerprint in two namespaces is two: nobody writes over what they may not report', () => {
    const [mine, yours] = read(message(alert(), alert({}, { namespace: 'other' })));
    expect(mine?.uid).not.toBe(yours?.uid);
  });

  it('that began after now, by its sender’s clock, began now', () => {
    expect(read(message(alert({ startsAt: '2026-05-04T10:30:00Z' })))[0]?.firstSeen).toBe(NOW);
  });

  it('with an end that has passed is over', () => {
    const halves = read(message(alert({ endsAt: '2026-05-04T09:20:00Z' })));
    expect(halves.map(({ transition }) => transition)).toEqual(['raised', 'cleared']);
  });
});

it('that is resolved tells of its beginning, too, for whoever heard nothing of that', () => {
  const halves = read(message(alert({ status: 'resolved', endsAt: '2026-05-04T09:20:00Z' })));
  const [raised, cleared] = halves;
  const [fired] = read(message(alert()));
  expect(halves).toHaveLength(2);
  expect([raised?.uid, raised?.firstSeen]).toEqual([fired?.uid, fired?.firstSeen]);
  const end = Date.UTC(2026, 4, 4, 9, 20);
  expect(raised?.lastSeen).toBe(end);
  expect(cleared).toMatchObject({ transition: 'cleared', firstSeen: end, lastSeen: end, type: 'Normal' });
});

it('ends after it began, whatever its sender says', () => {
  const [raised, cleared] = read(message(alert({ status: 'resolved', endsAt: '2026-05-04T08:00:00Z' })));
  expect(cleared?.lastSeen).toBeGreaterThan(raised?.firstSeen ?? 0);
});

it.each([
  ['critical', 'critical'],
  ['page', 'critical'],
  ['Error', 'high'],
  ['warning', 'medium'],
  ['ticket', 'medium'],
  ['minor', 'low'],
  ['info', 'info'],
  ['none', 'info'],
  ['made-up', 'medium'],
])('takes the severity %s for %s', (written, severity) => {
  expect(read(message(alert({}, { severity: written })))[0]?.severity).toBe(severity);
});

describe('the object that an alert names', () => {
  const objectOf = (labels: Record<string, string>, where = around()) => {
    const found = read(message(alert({}, labels)), where)[0]?.object;
    return `${found?.kind} ${found?.namespace}/${found?.name}${found?.uid === '' ? '' : ' known'}`;
  };

  it.each([
    [{ pod: 'cart-7d9f-x' }, 'Pod shop/cart-7d9f-x'],
    [{ deployment: 'cart' }, 'Deployment shop/cart'],
    [{ statefulset: 'db', pod: 'db-0' }, 'Pod shop/db-0'],
    [{ daemonset: 'agent' }, 'DaemonSet shop/agent'],
    [{ job_name: 'import', job: 'kube-state-metrics' }, 'Job shop/import'],
    [{ persistentvolumeclaim: 'db-data', node: 'node-1' }, 'PersistentVolumeClaim shop/db-data'],
    [{ exported_pod: 'cart-7d9f-x', pod: 'exporter-1' }, 'Pod shop/cart-7d9f-x'],
    [{ node: 'node-1' }, 'Node /node-1'],
    [{ instance: '10.0.0.7:9100', job: 'node' }, 'Alert shop/CartSlow'],
    [{}, 'Alert shop/CartSlow'],
  ] as const)('by %j is %s', (labels, object) => {
    expect(objectOf(labels as Record<string, string>)).toBe(object);
  });

  it('is the one that is known, of several', () => {
    const where = around(
      known('Deployment', 'shop', 'cart'),
      known('Node', '', 'node-7'),
      known('Job', 'shop', 'nightly'),
    );
    expect(objectOf({ pod: 'kube-state-metrics-5f', deployment: 'cart' }, where)).toBe('Deployment shop/cart known');
    expect(objectOf({ instance: 'node-7:9100', job: 'node-exporter' }, where)).toBe('Node /node-7 known');
    expect(objectOf({ job: 'nightly' }, where)).toBe('Job shop/nightly known');
  });

  it('is the workload where neither is known and the pod is not of its name', () => {
    expect(objectOf({ pod: 'kube-state-metrics-5f', deployment: 'cart' })).toBe('Deployment shop/cart');
    expect(objectOf({ pod: 'cart-7d9f-x', deployment: 'cart' })).toBe('Pod shop/cart-7d9f-x');
  });

  it('lies in the cluster that the label names', () => {
    expect(read(message(alert({}, { cluster: 'west' })))[0]?.cluster).toEqual({ uid: 'uid-of-west', name: 'west' });
  });
});

describe('what Tattle made itself', () => {
  const mark = { tattle_incident: '5e1f' };
  const becomesOf = (...alerts: readonly unknown[]) =>
    itemsOf(readAlerts(message(...alerts), around())).items.map(({ arrivals }) =>
      arrivals.map((arrival) => (arrival.kind === 'dropped' ? arrival.reason : arrival.kind)),
    );

  it('is left out, whether it fires or is over, and the rest of the message is taken', () => {
    const own = alert({ annotations: mark }, mark);
    expect(becomesOf(own, { ...own, status: 'resolved' }, alert())).toEqual([
      ['made-by-tattle'],
      ['made-by-tattle'],
      ['observation'],
    ]);
  });

  it.each([
    ['a label alone, as a pod’s may become one of an alert about it', alert({}, mark)],
    ['a label under the name that Prometheus gives it', alert({}, { exported_tattle_incident: '5e1f' })],
    ['another id than the label’s', alert({ annotations: { tattle_incident: '77aa' } }, mark)],
    ['an annotation alone', alert({ annotations: mark })],
    ['nothing in either', alert({ annotations: { tattle_incident: '' } }, { tattle_incident: '' })],
  ])('is not known by %s', (_, each) => {
    expect(becomesOf(each)).toEqual([['observation']]);
  });
});

it('names what is wrong with one alert, and takes the others', () => {
  const { items, faults } = itemsOf(readAlerts(message('x', alert(), { status: 'firing' }), around()));
  expect(items).toHaveLength(1);
  expect(faults.map(({ at, message: fault }) => `${at} ${fault}`)).toEqual([
    'alerts[0] expected an object',
    'alerts[2] labels: expected an object',
  ]);
});

it('knows how many alerts Alertmanager left out', () => {
  expect(itemsOf(readAlerts({ ...message(alert()), truncatedAlerts: 12 }, around())).truncated).toBe(12);
});

it('reads nothing where there is no list, or one of a hundred thousand', () => {
  for (const raw of [...HOSTILE, { alerts: {} }]) expect(readAlerts(raw, around()).kind).toBe('unreadable');
  const flood = { alerts: Array.from({ length: 100_000 }, () => ({})) };
  expect(readAlerts(flood, around())).toEqual({ kind: 'too-many', count: 100_000 });
  expect(MOST_ITEMS).toBeLessThan(100_000);
});

it('makes something storable of whatever stands where a value is expected', () => {
  for (const hostile of HOSTILE) {
    const changed = ['status', 'annotations', 'startsAt', 'endsAt', 'fingerprint', 'generatorURL'].map((name) =>
      alert({ [name]: hostile }),
    );
    const labelled = ['alertname', 'severity', 'namespace', 'pod', 'cluster'].map((name) =>
      alert({}, { [name]: hostile }),
    );
    for (const each of read(message(...changed, ...labelled))) expectStorable(each);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

function expectStorable(observation: AlertObservation): void {
  const { firstSeen, lastSeen, condition, series } = observation;
  for (const time of [firstSeen, lastSeen])
    expect(Number.isSafeInteger(time) && time >= 0 && time <= NOW + 1).toBe(true);
  expect(condition).not.toBe('');
  expect(series).toMatch(/^[0-9a-f]{32}$/);
  const written = JSON.stringify(observation);
  expect(written.isWellFormed() && !written.includes('\\u0000') && !written.includes('\\ud800')).toBe(true);
  expect(written.length).toBeLessThan(40_000);
}
