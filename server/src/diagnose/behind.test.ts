import { describe, expect, it } from 'vitest';
import { behind } from './behind.ts';
import { objectCache } from './testing/object-cache.ts';

const labelled = (labels: object) => ({ template: { metadata: { labels } } });
const cache = objectCache([
  { kind: 'Service', name: 'cache', spec: { clusterIP: '10.96.0.12', selector: { app: 'cache' } } },
  { kind: 'Deployment', name: 'cache', spec: labelled({ app: 'cache', tier: 'back' }) },
  { kind: 'Deployment', name: 'other', spec: labelled({ app: 'other' }) },
  { kind: 'Service', namespace: 'data', name: 'db', spec: { clusterIP: 'None', selector: { app: 'db' } } },
  { kind: 'StatefulSet', namespace: 'data', name: 'postgres', spec: labelled({ app: 'db' }) },
  { kind: 'Deployment', name: 'not-that-db', spec: labelled({ app: 'db' }) },
  { kind: 'Service', name: 'outside', spec: { externalName: 'db.example.com' } },
]);
const found = (host: string, namespace = 'shop') =>
  behind(cache, 'c1', { host, port: null }, namespace).map(({ kind, namespace: at, name }) => `${kind} ${at}/${name}`);

describe('behind a host', () => {
  const CACHE = ['Service shop/cache', 'Deployment shop/cache'];
  const DB = ['Service data/db', 'StatefulSet data/postgres'];
  it.each([
    ['cache', CACHE],
    ['CACHE', CACHE],
    ['cache.shop', CACHE],
    ['cache.shop.svc.cluster.local', CACHE],
    ['cache.shop.svc.cluster.local.', CACHE],
    ['10.96.0.12', CACHE],
    ['db.data.svc', DB],
    ['postgres-0.db.data.svc.cluster.local', DB],
    ['outside', ['Service shop/outside']],
  ])('%s stand its service and what that selects', (host, expected) => {
    expect(found(host)).toEqual(expected);
  });

  it.each(['db', 'None', '', '.', 'cache.data', '10.0.0.1', 'example.com', '__proto__', 'localhost'])(
    '%s stands nothing that is known',
    (host) => {
      expect(found(host)).toEqual([]);
    },
  );

  it('is looked for in the namespace of who asks', () => {
    expect(found('db', 'data')).toEqual(DB);
    expect(found('postgres-0.db', 'data')).toEqual(DB);
  });

  it('is the workload of that name where no service is known', () => {
    const workload = { kind: 'Deployment', name: 'cache' };
    const found = (host: string) => behind(objectCache([workload]), 'c1', { host, port: 6379 }, 'web');
    expect(found('cache.shop').map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Deployment cache']);
    expect([...found('cache'), ...found('cache.web'), ...found('cache.example.com')]).toEqual([]);
  });
});
