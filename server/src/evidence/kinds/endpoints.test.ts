import { describe, expect, it } from 'vitest';
import type { ObjectRef } from '../../model/object-ref.ts';
import { cachedObject } from '../testing/recorded-cluster.ts';
import { surroundingsOf, type World } from '../testing/surroundings.ts';
import { captureEndpoints } from './endpoints.ts';

const root: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: '' };
const service = (name: string, selector: object | undefined, more: object = {}) =>
  ['Service', { metadata: { namespace: 'shop', name }, spec: { type: 'ClusterIP', selector, ...more } }] as const;
const pod = (name: string, app: string, phase = 'Running') =>
  ['Pod', { metadata: { namespace: 'shop', name, labels: { app } }, status: { phase } }] as const;
/** As the cache holds it. */
const slice = (name: string, of: string, addressType: string, endpoints: readonly object[]) => {
  const metadata = { namespace: 'shop', name, labels: { 'kubernetes.io/service-name': of } };
  return ['EndpointSlice', { metadata, spec: { addressType }, status: { endpoints } }] as const;
};
const endpoint = (name: string, ready: boolean) => ({ ready, targetRef: { kind: 'Pod', name } });

function entriesOf(world: Partial<World>, pods: readonly (readonly [string, object])[] = []) {
  const snapshots = pods.map(([kind, raw]) => cachedObject(kind, raw as never));
  const found = captureEndpoints(snapshots, surroundingsOf({ root, ...world }));
  return found?.content.kind === 'value' ? found.content.value : null;
}

describe('endpoints', () => {
  it('are counted for the services that select the pods', () => {
    const objects = [
      service('web', { app: 'web' }, { ports: [{ port: 80, targetPort: 8080 }] }),
      service('other', { app: 'other' }),
      service('by-hand', undefined),
      pod('web-1', 'web'),
      pod('web-2', 'web'),
      pod('web-0', 'web', 'Failed'),
      slice('web-a', 'web', 'IPv4', [endpoint('web-1', true), endpoint('web-2', false)]),
      slice('web-b', 'web', 'IPv6', [endpoint('web-1', true), endpoint('web-2', false)]),
      slice('web-c', 'web', 'IPv4', [endpoint('web-1', true)]),
      slice('other-a', 'other', 'IPv4', [endpoint('other-1', true)]),
    ];
    expect(entriesOf({ objects }, [pod('web-1', 'web')])).toEqual([
      {
        service: 'web',
        namespace: 'shop',
        type: 'ClusterIP',
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 8080 }],
        ready: 1,
        not_ready: 1,
        selected_pods: 2,
      },
    ]);
  });

  it('are none, and said to be, where a workload was scaled to nothing', () => {
    const template = { metadata: { labels: { app: 'web' } } };
    const deployment = ['Deployment', { metadata: { namespace: 'shop', name: 'web' }, spec: { template } }] as const;
    expect(entriesOf({ objects: [deployment, service('web', { app: 'web' })] })).toMatchObject([
      { service: 'web', ready: 0, not_ready: 0, selected_pods: 0 },
    ]);
  });

  it('are those of the service that the incident is about, whatever it selects', () => {
    const objects = [service('front', { app: 'wbe' }), pod('web-1', 'web')];
    expect(entriesOf({ root: { ...root, kind: 'Service', name: 'front' }, objects })).toMatchObject([
      { selector: { app: 'wbe' }, ready: 0, selected_pods: 0 },
    ]);
  });

  it('are unknown, not none, where their kind is not known whole', () => {
    const objects = [service('web', { app: 'web' })];
    const entries = entriesOf({ objects, unknown: ['EndpointSlice', 'Pod'] }, [pod('web-1', 'web')]);
    expect(entries).toMatchObject([{ ready: null, not_ready: null, selected_pods: null }]);
  });

  it('are no evidence where no service has to do with the incident', () => {
    expect(entriesOf({ objects: [service('other', { app: 'other' })] }, [pod('web-1', 'web')])).toBeNull();
    expect(entriesOf({ root: { ...root, kind: 'Service', name: 'gone' } })).toBeNull();
  });
});
