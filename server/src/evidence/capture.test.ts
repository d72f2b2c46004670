import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { RateLimit } from '../kit/rate-limit.ts';
import { createRedactor } from '../kit/redaction.ts';
import type { Evidence, Incident } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ClusterReader, PodLogRequest } from '../model/ports/cluster.ts';
import { type Capture, type CaptureOptions, type CaptureSources, capture, DEFAULT_CAPTURE } from './capture.ts';
import type { Prometheus } from './prometheus.ts';
import { incidentAt } from './testing/incident-at.ts';
import {
  cachedObject,
  EMPTY_READER,
  MemoryCache,
  type RecordedCluster,
  recordedCluster,
} from './testing/recorded-cluster.ts';

const never = new AbortController().signal;
const round = { incidentId: 'inc_1', number: 1, at: 1000, bytesUsed: 0 };

function redaction() {
  const made = createRedactor();
  if (!made.ok) throw new Error('no redactor');
  return made.redactor;
}

function sourcesOf(cluster: Partial<RecordedCluster> & { cache: MemoryCache }, reader?: ClusterReader): CaptureSources {
  return {
    cache: cluster.cache,
    readerOf: () => reader ?? cluster.reader,
    recentChanges: async () => [],
    relatedEvents: async (incident) => {
      const near = (cluster.events ?? []).filter(({ object }) => object.namespace === incident.root.namespace);
      return near.toSorted((a, b) => b.lastSeen - a.lastSeen);
    },
    redaction: redaction(),
    limit: new RateLimit({ perSecond: 1000, burst: 1000 }, systemClock),
  };
}

const ref = (kind: string, namespace: string, name: string, uid = ''): ObjectRef => ({ kind, namespace, name, uid });
const run = (incident: Incident, sources: CaptureSources, options: Partial<CaptureOptions> = {}): Promise<Capture> =>
  capture(incident, round, sources, { ...DEFAULT_CAPTURE, ...options }, never);
const bodies = (evidence: readonly Evidence[]) => evidence.map((item) => `${item.body}${item.error ?? ''}`).join('\n');
const jsonOf = (evidence: readonly Evidence[], kind: Evidence['kind']) =>
  JSON.parse(evidence.find((item) => item.kind === kind)?.body ?? 'null') as never;

describe('evidence of a recorded cluster', () => {
  let cluster: RecordedCluster;
  beforeAll(async () => {
    cluster = await recordedCluster('states', Number.POSITIVE_INFINITY);
  });

  it.each([
    ['Deployment', 'analytics', 'warehouse', ['Insufficient memory']],
    ['Deployment', 'billing', 'invoicer', ['invoicer-tls']],
    ['Deployment', 'blog', 'frontend', ['registry.example.invalid/team/frontend:v1.2.33']],
    ['Deployment', 'checkout', 'cart-api', ['DATABASE_URL is not set']],
    ['Deployment', 'media', 'thumbnailer', ['OOMKilled', '24Mi']],
    ['Deployment', 'orders', 'worker', ['Liveness probe failed']],
    ['Job', 'reports', 'nightly-export', ['403 AccessDenied']],
    ['Deployment', 'search', 'indexer', ['Readiness probe failed']],
    ['PersistentVolumeClaim', 'sessions', 'cache-data', ['fast-ssd']],
    ['Deployment', 'staging', 'preview', ['team-quota']],
  ])('holds what explains %s %s/%s', async (kind, namespace, name, cited) => {
    const root = cluster.cache.find('', ref(kind, namespace, name))?.ref;
    if (root === undefined) throw new Error('not in the recording');
    const { evidence } = await run(incidentAt(root), sourcesOf(cluster));
    for (const text of cited) expect(bodies(evidence)).toContain(text);
    expect(new Set(evidence.map(({ id }) => id)).size).toBe(evidence.length);
    for (const item of evidence) if (item.error === null && !item.kind.endsWith('log')) JSON.parse(item.body);
  });

  it('tells a crash loop from spec to node', async () => {
    const root = cluster.cache.find('', ref('Deployment', 'checkout', 'cart-api'))?.ref ?? ref('', '', '');
    const { evidence, logMissing } = await run(incidentAt(root), sourcesOf(cluster));
    expect(new Set(evidence.map(({ kind }) => kind))).toEqual(
      new Set(['status', 'log', 'previous-log', 'spec', 'events', 'owners', 'node']),
    );
    expect(logMissing).toBe(false);
    const owners = jsonOf(evidence, 'owners') as { chain: { kind: string }[]; rollouts: { images: unknown[] }[] };
    expect(owners.chain.map(({ kind }) => kind)).toEqual(['ReplicaSet', 'Deployment']);
    expect(owners.rollouts[0]).toMatchObject({ revision: expect.any(Number), images: [expect.anything()] });
    expect(jsonOf(evidence, 'node')).toMatchObject({
      conditions: expect.any(Array),
      allocatable: { cpu: expect.anything() },
    });
  });

  it('of a node holds its conditions and some of its failing pods', async () => {
    const [node] = cluster.cache.list('', 'Node');
    if (node === undefined) throw new Error('no node');
    const { evidence } = await run(incidentAt(node.ref), sourcesOf(cluster));
    expect(evidence.some(({ kind, error }) => kind === 'node' && error === null)).toBe(true);
    const pods = new Set(evidence.filter(({ object }) => object.kind === 'Pod').map(({ object }) => object.name));
    expect(pods.size).toBe(3);
  });

  it('is taken from a replacement when the pod it was about is gone', async () => {
    const root = cluster.cache.find('', ref('Deployment', 'checkout', 'cart-api'))?.ref ?? ref('', '', '');
    const gone = ref('Pod', 'checkout', 'cart-api-0000-00000', 'gone');
    const { evidence } = await run(incidentAt(root, gone), sourcesOf(cluster));
    expect(evidence.find(({ object }) => object.uid === 'gone' && object.kind === 'Pod')?.error).toContain('not there');
    expect(bodies(evidence)).toContain('DATABASE_URL is not set');
  });
});

describe('evidence', () => {
  const web = ref('Pod', 'shop', 'web', 'web-uid');
  const crashed = { waiting: { reason: 'CrashLoopBackOff' } };
  const lastState = { terminated: { exitCode: 1 } };

  function shop(status: object, spec: object = {}): MemoryCache {
    const cache = new MemoryCache();
    const metadata = { namespace: 'shop', name: 'web', uid: 'web-uid' };
    cache.put(cachedObject('Pod', { metadata, spec, status: { phase: 'Running', ...status } }));
    return cache;
  }

  /** Remembers what it was asked, and answers every log with one text. */
  function reader(log: string | ((asked: PodLogRequest) => string)) {
    const asked: PodLogRequest[] = [];
    const made: ClusterReader & { asked: PodLogRequest[] } = {
      asked,
      ...EMPTY_READER,
      podLog: async (request) => {
        asked.push(request);
        return { kind: 'log', text: typeof log === 'string' ? log : log(request) };
      },
    };
    return made;
  }

  it('asks for both logs of the failing containers, init containers too, and of no others', async () => {
    const cache = shop({
      initContainerStatuses: [
        { name: 'done', restartCount: 0, state: { terminated: { exitCode: 0 } } },
        { name: 'migrate', restartCount: 4, state: crashed, lastState },
      ],
      containerStatuses: [
        { name: 'fine', ready: true, restartCount: 0, state: { running: {} } },
        { name: 'waits', ready: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } },
        { name: 'unready', ready: false, restartCount: 0, state: { running: {} } },
        {
          name: 'oom',
          ready: true,
          restartCount: 1,
          state: { running: {} },
          lastState: { terminated: { exitCode: 137 } },
        },
      ],
    });
    const logs = reader('boom');
    await run(incidentAt(web), sourcesOf({ cache }, logs));
    const names = logs.asked.map(({ container, previous }) => `${container}${previous ? ' before' : ''}`).sort();
    expect(names).toEqual(['migrate', 'migrate before', 'oom', 'oom before', 'unready', 'unready before']);
    expect(logs.asked[0]).toMatchObject({ tailLines: 50 });
  });

  it('asks for all logs at once', async () => {
    const cache = shop({
      containerStatuses: ['a', 'b'].map((name) => ({ name, restartCount: 1, state: crashed, lastState })),
    });
    let waiting = 0;
    const all = Promise.withResolvers<undefined>();
    const slow: ClusterReader = {
      ...EMPTY_READER,
      podLog: async () => {
        if (++waiting === 4) all.resolve(undefined);
        await all.promise;
        return { kind: 'log', text: 'x' };
      },
    };
    expect((await run(incidentAt(web), sourcesOf({ cache }, slow))).logMissing).toBe(false);
  });

  it('looks at the running containers when the event came before the status', async () => {
    const logs = reader('boom');
    const cache = shop({ containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: { running: {} } }] });
    await run(incidentAt(web), sourcesOf({ cache }, logs));
    expect(logs.asked).toHaveLength(2);
  });

  it('keeps the error of a log as evidence, and says that a needed one is missing', async () => {
    const status = (restartCount: number) => ({ containerStatuses: [{ name: 'app', restartCount, state: crashed }] });
    const failing: ClusterReader = {
      ...EMPTY_READER,
      podLog: () => Promise.reject(new Error('connect ECONNREFUSED')),
    };
    const ran = await run(incidentAt(web), sourcesOf({ cache: shop(status(3)) }, failing));
    expect(ran.logMissing).toBe(true);
    expect(ran.evidence.filter(({ error }) => error === 'connect ECONNREFUSED')).toHaveLength(2);
    const neverRan = await run(incidentAt(web), sourcesOf({ cache: shop(status(0)) }, failing));
    expect(neverRan.logMissing).toBe(false);
  });

  it('is redacted before it is cut, so that no half of a secret is left', async () => {
    const status = { containerStatuses: [{ name: 'app', restartCount: 1, state: crashed }] };
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const spec = { containers: [{ name: 'app', env: [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }] }] };
    const log = `${'x'.repeat(900)} ${token} ${'y'.repeat(300)}\nlast line`;
    const { evidence } = await run(incidentAt(web), sourcesOf({ cache: shop(status, spec) }, reader(log)), {
      maxBytes: 330,
    });
    expect(bodies(evidence)).not.toMatch(/hunter2|a1B2/);
    const kept = evidence.find(({ kind }) => kind === 'log');
    expect(kept).toMatchObject({ truncated: true, body: expect.stringMatching(/last line$/) });
    expect(Buffer.byteLength(kept?.body ?? '')).toBeLessThanOrEqual(330);
  });

  it('drops a line that the API cut off in the middle, and asks for fewer lines to see the newest', async () => {
    const status = { containerStatuses: [{ name: 'app', restartCount: 1, state: crashed }] };
    const cut = reader(({ limitBytes, tailLines }) =>
      tailLines === 50 ? `first\n${'s3cret '.repeat(limitBytes)}`.slice(0, limitBytes) : 'newest\n',
    );
    const { evidence } = await run(incidentAt(web), sourcesOf({ cache: shop(status) }, cut));
    expect(evidence.find(({ kind }) => kind === 'log')).toMatchObject({ body: 'newest\n', truncated: true });
    const alwaysCut = reader(({ limitBytes }) => `first\n${'s3cret'.repeat(limitBytes)}`.slice(0, limitBytes));
    const again = await run(incidentAt(web), sourcesOf({ cache: shop(status) }, alwaysCut));
    expect(again.evidence.find(({ kind }) => kind === 'log')).toMatchObject({ body: 'first\n', truncated: true });
  });

  it('of one incident keeps to its size and says what it left out', async () => {
    const containerStatuses = ['a', 'b', 'c', 'd'].map((name) => ({ name, restartCount: 1, state: crashed }));
    const sources = sourcesOf({ cache: shop({ containerStatuses }) }, reader('line\n'.repeat(10_000)));
    const { evidence } = await run(incidentAt(web), sources, { maxIncidentBytes: 100_000 });
    expect(Buffer.byteLength(bodies(evidence))).toBeLessThan(52_000);
    expect(evidence.some(({ error }) => error?.includes('size limit'))).toBe(true);
    expect(evidence.find(({ kind }) => kind === 'status')?.error).toBeNull();
  });

  it('names what a pod refers to, and nothing of its content', async () => {
    const spec = {
      serviceAccountName: 'web',
      imagePullSecrets: [{ name: 'registry' }],
      volumes: [
        { name: 'a', persistentVolumeClaim: { claimName: 'claim' } },
        { name: 'b', secret: { secretName: 'tls' } },
        { name: 'c', projected: { sources: [{ configMap: { name: 'projected' } }, { secret: { name: 'more' } }] } },
      ],
      containers: [
        {
          env: [{ valueFrom: { secretKeyRef: { name: 'env-secret' } } }],
          envFrom: [{ configMapRef: { name: 'env-map' } }],
        },
      ],
    };
    const { evidence } = await run(incidentAt(web), sourcesOf({ cache: shop({}, spec) }, reader('')));
    expect(jsonOf(evidence, 'spec')).toMatchObject({
      references: {
        persistentVolumeClaims: ['claim'],
        configMaps: ['env-map', 'projected'],
        secrets: ['env-secret', 'more', 'registry', 'tls'],
        serviceAccount: 'web',
      },
    });
  });

  it('asks the API for what the cache does not hold, and takes no namesake for it', async () => {
    const raw = { metadata: { uid: 'web-uid' }, spec: {}, status: { phase: 'Failed', message: 'evicted' } };
    const api: ClusterReader = { ...reader(''), getObject: async () => raw };
    const found = await run(incidentAt(web), sourcesOf({ cache: new MemoryCache() }, api));
    expect(bodies(found.evidence)).toContain('evicted');
    const other = await run(incidentAt({ ...web, uid: 'older' }), sourcesOf({ cache: new MemoryCache() }, api));
    expect(bodies(other.evidence)).toContain('another one by now');
  });

  it('survives objects of any shape', async () => {
    const odd = [
      null,
      7,
      'x',
      [],
      { containerStatuses: 'x' },
      { containerStatuses: [null, { state: 5, restartCount: 'x' }] },
    ];
    for (const status of odd) {
      const cache = new MemoryCache();
      const metadata = { namespace: 'shop', name: 'web', uid: 'web-uid', ownerReferences: 3 };
      cache.put(cachedObject('Pod', { metadata, spec: { volumes: {}, containers: [null] }, status }));
      const { evidence } = await run(incidentAt(web), sourcesOf({ cache }, reader('')));
      expect(evidence.length).toBeGreaterThan(0);
    }
  });

  it('holds what the containers use, what the namespace allows and which services are in front', async () => {
    const cache = shop({ containerStatuses: [{ name: 'app', restartCount: 1, state: crashed, lastState }] });
    const replicaSet = ref('ReplicaSet', 'shop', 'web');
    cache.put(cachedObject('ReplicaSet', { metadata: replicaSet, spec: { replicas: 2 }, status: { replicas: 1 } }));
    const metadata = { namespace: 'shop', name: 'web', uid: 'web-uid', labels: { app: 'web' } };
    cache.put({ ...cachedObject('Pod', { metadata }), ...cache.find('', web), labels: metadata.labels });
    cache.put(
      cachedObject('Service', { metadata: { namespace: 'shop', name: 'web' }, spec: { selector: metadata.labels } }),
    );
    const api: ClusterReader = {
      ...reader('boom'),
      listObjects: async (kind) => [{ metadata: { name: kind } }],
      podMetrics: async () => ({ containers: [{ name: 'app', usage: { memory: '1Ki' } }] }),
    };
    const incident = incidentAt(replicaSet, web);
    const { evidence } = await run(incident, sourcesOf({ cache }, api));
    expect(jsonOf(evidence, 'usage')).toMatchObject([{ container: 'app', memory: { bytes: 1024 } }]);
    expect(jsonOf(evidence, 'quota')).toMatchObject({ resource_quotas: [{ name: 'ResourceQuota' }] });
    expect(jsonOf(evidence, 'endpoints')).toMatchObject([{ service: 'web', selected_pods: 1 }]);
    const prometheus: Prometheus = {
      range: async () => ({
        kind: 'series',
        series: [{ labels: { container: 'app' }, samples: [{ at: 0, value: 2048 }] }],
      }),
    };
    const measured = await run(incident, { ...sourcesOf({ cache }, api), prometheus });
    expect(jsonOf(measured.evidence, 'usage')).toMatchObject([{ source: 'prometheus', memory: { bytes: 2048 } }]);
  });

  it('waits for no part of it for long', async () => {
    const cache = shop({ containerStatuses: [{ name: 'app', restartCount: 1, state: crashed, lastState }] });
    const hanging = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const api: ClusterReader = {
      ...reader('boom'),
      listObjects: (_kind, _namespace, signal) => hanging(signal),
      podMetrics: (_namespace, _pod, signal) => hanging(signal),
    };
    const incident = { ...incidentAt(web), condition: 'FailedCreate' };
    const { evidence } = await run(incident, sourcesOf({ cache }, api), { callTimeoutMs: 50 });
    const errors = evidence.filter(({ error }) => error?.includes('did not answer within 50 ms'));
    expect(errors.map(({ kind }) => kind).sort()).toEqual(['quota', 'usage']);
  });

  it('says that a cluster is not connected', async () => {
    const sources = { ...sourcesOf({ cache: new MemoryCache() }), readerOf: () => undefined };
    expect(bodies((await run(incidentAt(web), sources)).evidence)).toContain('not connected');
  });
});
