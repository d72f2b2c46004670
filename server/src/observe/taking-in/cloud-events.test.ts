import { expect, it } from 'vitest';
import { readCloudEvents } from './cloud-events.ts';
import { around, HOSTILE, itemsOf, known, observationsOf } from './testing/around.ts';

const EVENT = {
  specversion: '1.0',
  id: 'run-81',
  source: 'https://ci.example/shop',
  type: 'dev.example.deploy.finished',
  time: '2026-05-04T09:00:00Z',
  k8snamespace: 'shop',
  k8skind: 'deployment',
  k8sname: 'cart',
  data: { message: 'cart 5.2 is out', version: '5.2', previousVersion: '5.1' },
};

const placed = (...values: readonly unknown[]) => values.map((value, i) => ({ at: `[${i}]`, value }));
const read = (...values: readonly unknown[]) =>
  observationsOf(readCloudEvents(placed(...values), around(known('Deployment', 'shop', 'cart'))));

it('is a report of its type, about the workload that its extension attributes name', () => {
  expect(read(EVENT)).toMatchObject([
    {
      source: 'report',
      reason: 'dev.example.deploy.finished',
      message: 'cart 5.2 is out',
      object: { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'Deployment-cart' },
      component: 'https://ci.example/shop',
      type: 'Normal',
      lastSeen: Date.UTC(2026, 4, 4, 9),
    },
  ]);
});

it.each([
  ['its data', { data: { namespace: 'shop', kind: 'Deployment', name: 'cart' } }],
  ['its subject', { subject: 'shop/deployments/cart', data: undefined }],
])('finds the workload by %s', (_, more) => {
  const { k8snamespace: _n, k8skind: _k, k8sname: _m, ...rest } = EVENT;
  expect(read({ ...rest, ...more })[0]?.object).toMatchObject({ kind: 'Deployment', namespace: 'shop', name: 'cart' });
});

it('is one event for one id of one source', () => {
  const [first, again, other] = read(EVENT, { ...EVENT, data: {} }, { ...EVENT, source: 'https://ci.example/other' });
  expect(again?.uid).toBe(first?.uid);
  expect(other?.uid).not.toBe(first?.uid);
});

it('of a deploy is a change of its workload, too: what an incident after it may have come from', () => {
  const [item] = itemsOf(readCloudEvents(placed(EVENT), around())).items;
  expect(item?.changes).toMatchObject([
    {
      object: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      at: Date.UTC(2026, 4, 4, 9),
      diff: [{ field: 'version', before: '5.1', after: '5.2' }],
    },
  ]);
  const others = [
    { ...EVENT, type: 'dev.example.ticket' },
    { ...EVENT, data: {} },
    { ...EVENT, k8sname: '', data: { version: '1' } },
  ];
  expect(itemsOf(readCloudEvents(placed(...others), around())).items.flatMap(({ changes }) => changes)).toEqual([]);
});

it('names the attribute that is missing', () => {
  const wrong = [
    { ...EVENT, specversion: '0.3' },
    { ...EVENT, id: '' },
    { ...EVENT, source: 7 },
    { ...EVENT, type: null },
    [],
  ];
  const { items, faults } = itemsOf(readCloudEvents(placed(...wrong, EVENT), around()));
  expect(items).toHaveLength(1);
  expect(faults.map(({ message }) => message)).toEqual([
    'specversion: expected 1.0',
    'id: expected text',
    'source: expected text',
    'type: expected text',
    'expected an object',
  ]);
});

it('makes something storable, or a fault, of whatever stands where a value is expected', () => {
  for (const hostile of HOSTILE) {
    const changed = Object.keys({ ...EVENT, subject: 1 }).map((name) => ({ ...EVENT, [name]: hostile }));
    const within = Object.keys(EVENT.data).map((name) => ({ ...EVENT, data: { ...EVENT.data, [name]: hostile } }));
    const { items, faults } = itemsOf(readCloudEvents(placed(hostile, ...changed, ...within), around()));
    expect(items.length + faults.length).toBe(changed.length + within.length + 1);
    const written = JSON.stringify(items);
    expect(written.isWellFormed() && !written.includes('\\u0000') && !written.includes('\\ud800')).toBe(true);
  }
});
