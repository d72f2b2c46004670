import { describe, expect, it, onTestFinished } from 'vitest';
import { Discovery } from './discovery.ts';
import { identifyCluster } from './cluster-identity.ts';
import { EVENTS, WATCHED } from './known-resources.ts';
import { LiveReader } from './live-reader.ts';
import { clientTo, json, list, object, ScriptedServer, type Script, status } from './testing/scripted-server.ts';

/** An older server: HPA and CronJob in beta, a CRD, no EndpointSlice, and one aggregated group that is down. */
const OLD: Readonly<Record<string, unknown>> = {
  '/version': { major: '1', minor: '20+', gitVersion: 'v1.20.2' },
  '/apis': {
    groups: ['batch/v1', 'metrics.k8s.io/v1beta1', 'cert-manager.io/v1'].map((groupVersion) => ({
      preferredVersion: { groupVersion },
    })),
  },
  '/api/v1': {
    resources: [
      { name: 'pods', kind: 'Pod', namespaced: true },
      { name: 'pods/log', kind: 'Pod', namespaced: true },
      { name: 'events', kind: 'Event', namespaced: true },
    ],
  },
  '/apis/batch/v1': { resources: [{ name: 'jobs', kind: 'Job', namespaced: true }] },
  '/apis/batch/v1beta1': { resources: [{ name: 'cronjobs', kind: 'CronJob', namespaced: true }] },
  '/apis/autoscaling/v2beta2': {
    resources: [{ name: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', namespaced: true }],
  },
  '/apis/cert-manager.io/v1': { resources: [{ name: 'certificates', kind: 'Certificate', namespaced: true }] },
  '/api/v1/namespaces/shop/pods/web': { kind: 'Pod', metadata: { name: 'web', uid: 'u1' } },
  '/apis/batch/v1beta1/namespaces/shop/cronjobs/nightly': { metadata: { name: 'nightly' } },
  '/apis/cert-manager.io/v1/namespaces/shop/certificates/web': { metadata: { name: 'web' } },
  '/api/v1/namespaces/kube-system': { metadata: { uid: 'the-uid' } },
};

const old: Script = (call, response) => {
  const answer = OLD[call.path];
  if (call.path.startsWith('/apis/metrics.k8s.io')) return status(response, 503, 'ServiceUnavailable');
  if (call.path.endsWith('/log'))
    return response.end(`log of ${call.query.get('container')}, previous ${call.query.get('previous')}`);
  return answer === undefined ? status(response, 404, 'NotFound') : json(response, answer);
};

async function reach(script: Script = old) {
  const server = await ScriptedServer.start(script);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const client = clientTo(server.url);
  const discovery = new Discovery(client);
  return { server, client, discovery, reader: new LiveReader(client, discovery), signal: AbortSignal.timeout(10_000) };
}

describe('discovery', () => {
  it('chooses the newest version that the server has', async () => {
    const { discovery, signal } = await reach();
    const chosen = new Map<string, string | undefined>();
    for (const resource of WATCHED) {
      const answer = await discovery.choose(resource, signal);
      if (answer.ok) chosen.set(resource.kind, answer.value?.version);
    }
    expect(chosen.get('CronJob')).toBe('v1beta1');
    expect(chosen.get('HorizontalPodAutoscaler')).toBe('v2beta2');
    expect(chosen.get('Pod')).toBe('v1');
    expect(chosen.get('EndpointSlice')).toBeUndefined();
    expect(await discovery.version(signal)).toMatchObject({ value: { major: 1, minor: 20 } });
  });

  it('finds core events where the newer group is missing', async () => {
    const { discovery, signal } = await reach();
    expect(await discovery.served(EVENTS, signal)).toMatchObject({ value: [{ group: '', version: 'v1' }] });
  });

  it('takes the newest version on trust where the server will not say', async () => {
    const { discovery, signal } = await reach((_call, response) => status(response, 403, 'Forbidden'));
    expect(await discovery.served(EVENTS, signal)).toMatchObject({
      value: [{ group: 'events.k8s.io' }, { group: '' }],
    });
  });

  it('is a failure, not an absence, where the server is in trouble', async () => {
    const { discovery, signal } = await reach((_call, response) => status(response, 500, 'InternalError'));
    expect(await discovery.served(EVENTS, signal)).toMatchObject({ ok: false, failure: { code: 500 } });
  });

  it('finds custom resources by name, past a group whose server is down', async () => {
    const { discovery, signal } = await reach();
    const found = await discovery.named('certificates.cert-manager.io', signal);
    expect(found).toMatchObject({ value: { group: 'cert-manager.io', version: 'v1', kind: 'Certificate' } });
    expect(await discovery.named('nothing.example.org', signal)).toEqual({ ok: true, value: null });
  });
});

describe('reading one object', () => {
  it('knows where its kind lives: built in, in a beta version, or a custom resource', async () => {
    const { reader, signal } = await reach();
    const of = (kind: string, name: string, uid = '') =>
      reader.getObject({ kind, namespace: 'shop', name, uid }, signal);
    expect(await of('Pod', 'web', 'u1')).toMatchObject({ kind: 'Pod' });
    expect(await of('CronJob', 'nightly')).toMatchObject({ metadata: { name: 'nightly' } });
    expect(await of('Certificate', 'web')).toMatchObject({ metadata: { name: 'web' } });
    expect(await of('Unheard', 'of')).toBeNull();
  });

  it('is null when it is gone, also when another one took its name', async () => {
    const { reader, signal } = await reach();
    expect(await reader.getObject({ kind: 'Pod', namespace: 'shop', name: 'gone', uid: '' }, signal)).toBeNull();
    expect(await reader.getObject({ kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u0' }, signal)).toBeNull();
  });

  it('throws when the server will not say, and never asks for a Secret', async () => {
    const { reader, signal } = await reach((_call, response) => status(response, 403, 'Forbidden'));
    const ref = { kind: 'Pod', namespace: 'shop', name: 'web', uid: '' };
    await expect(reader.getObject(ref, signal)).rejects.toThrow('Forbidden');
    const { reader: other, server } = await reach();
    await expect(other.getObject({ ...ref, kind: 'Secret' }, signal)).rejects.toThrow('never read');
    expect(server.calls).toEqual([]);
  });

  it('keeps names from other people inside their path segment', async () => {
    const { reader, server, signal } = await reach();
    expect(
      await reader.getObject({ kind: 'Pod', namespace: 'a/../b', name: '../../secrets/x', uid: '' }, signal),
    ).toBeNull();
    expect(server.calls.at(-1)?.path).toBe('/api/v1/namespaces/a%2F..%2Fb/pods/..%2F..%2Fsecrets%2Fx');
  });
});

describe('reading a log', () => {
  const request = { namespace: 'shop', pod: 'web', container: 'app', previous: true, tailLines: 50, limitBytes: 20 };

  it('asks for the tail, bounded', async () => {
    const { reader, server, signal } = await reach();
    expect(await reader.podLog(request, signal)).toEqual({ kind: 'log', text: 'log of app, previous' });
    expect(server.calls[0]?.query.get('tailLines')).toBe('50');
  });

  it('gives the server’s error as a value', async () => {
    const { reader, signal } = await reach((_call, response) =>
      status(response, 400, 'BadRequest', { message: 'previous terminated container not found' }),
    );
    expect(await reader.podLog(request, signal)).toEqual({
      kind: 'error',
      error: 'previous terminated container not found',
    });
  });
});

describe('listing a namespace', () => {
  const core = { resources: [{ name: 'resourcequotas', kind: 'ResourceQuota', namespaced: true }] };

  it('reads page after page', async () => {
    const { reader, server, signal } = await reach((call, response) => {
      if (call.path === '/api/v1') return json(response, core);
      return call.query.get('continue') === null
        ? list(response, [object('a', '1')], '5', 'more')
        : list(response, [object('b', '1'), 'odd'], '5');
    });
    const found = await reader.listObjects('ResourceQuota', 'shop', signal);
    expect(found).toMatchObject([{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }, {}]);
    expect(server.calls.at(-1)?.path).toBe('/api/v1/namespaces/shop/resourcequotas');
    expect(server.calls.at(-1)?.query.get('limit')).toBe('500');
  });

  it.each([403, 404])('is unknown, not empty, after %d', async (code) => {
    const { reader, signal } = await reach((_call, response) => status(response, code, 'No'));
    expect(await reader.listObjects('ResourceQuota', 'shop', signal)).toBeNull();
    expect(await reader.listObjects('LimitRange', '', signal)).toBeNull();
  });

  it('is unknown where the list has no end', async () => {
    const { reader, server, signal } = await reach((call, response) =>
      call.path === '/api/v1' ? json(response, core) : list(response, [object('a', '1')], '5', 'more'),
    );
    expect(await reader.listObjects('ResourceQuota', 'shop', signal)).toBeNull();
    expect(server.calls.length).toBeLessThan(10);
  });

  it('throws when the server is in trouble', async () => {
    const { reader, signal } = await reach((call, response) =>
      call.path === '/api/v1' ? json(response, core) : status(response, 500, 'InternalError'),
    );
    await expect(reader.listObjects('ResourceQuota', 'shop', signal)).rejects.toThrow('InternalError');
  });
});

describe('the metrics of a pod', () => {
  it('are what the metrics API says', async () => {
    const { reader, server, signal } = await reach((_call, response) => json(response, { containers: [] }));
    expect(await reader.podMetrics('shop', 'web', signal)).toEqual({ containers: [] });
    expect(server.calls[0]?.path).toBe('/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/web');
  });

  it.each([403, 404, 503])('are unknown after %d: denied, not installed, or down', async (code) => {
    const { reader, signal } = await reach((_call, response) => status(response, code, 'No'));
    expect(await reader.podMetrics('shop', 'web', signal)).toBeNull();
  });
});

describe('the cluster', () => {
  it('is known by the uid of kube-system, or by its name where that may not be read', async () => {
    const { client, signal } = await reach();
    expect(await identifyCluster(client, 'prod', signal)).toEqual({
      ok: true,
      value: { uid: 'the-uid', name: 'prod' },
    });
    const denied = await reach((_call, response) => status(response, 403, 'Forbidden'));
    expect(await identifyCluster(denied.client, 'prod', signal)).toMatchObject({ value: { uid: 'prod' } });
    const broken = await reach((_call, response) => status(response, 500, 'InternalError'));
    expect(await identifyCluster(broken.client, 'prod', signal)).toMatchObject({ ok: false });
  });
});
