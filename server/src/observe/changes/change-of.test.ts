import { beforeAll, describe, expect, it } from 'vitest';
import { openRecording } from '../../kube/recording/recording.ts';
import type { ObjectChange } from '../../model/change.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import { Interner } from '../slim/interner.ts';
import { slim } from '../slim/slim.ts';
import { changeOf } from './change-of.ts';
import { rolloutChange } from './rollout-change.ts';

const cluster = { uid: 'c', name: 'c' };

const RESOURCES: Readonly<Record<string, readonly [group: string, namespaced: boolean]>> = {
  Deployment: ['apps', true],
  StatefulSet: ['apps', true],
  DaemonSet: ['apps', true],
  ReplicaSet: ['apps', true],
  Job: ['batch', true],
  CronJob: ['batch', true],
  HorizontalPodAutoscaler: ['autoscaling', true],
  Service: ['', true],
  PersistentVolumeClaim: ['', true],
  Pod: ['', true],
  Node: ['', false],
  Namespace: ['', false],
};

interface Raw {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

function slimmed(kind: string, { metadata, ...rest }: Raw, generation?: number): SlimObject {
  const [group, namespaced] = RESOURCES[kind] ?? ['', true];
  const object = slim(
    { group, version: 'v1', resource: '', kind, namespaced },
    {
      metadata: { name: 'x', namespace: 'shop', uid: 'uid-x', resourceVersion: '7', generation, ...metadata },
      ...rest,
    },
    new Interner(),
  );
  if (object === undefined) throw new Error('no object');
  return object;
}

function change(kind: string, before: Raw, after: Raw, generations: [number?, number?] = [1, 2]): ObjectChange | null {
  return changeOf(cluster, slimmed(kind, before, generations[0]), slimmed(kind, after, generations[1]), 1000);
}

const template = (container: object, pod: object = {}, metadata: object = {}) => ({
  spec: { template: { metadata, spec: { containers: [{ name: 'app', ...container }], ...pod } } },
});
const ofContainer = (before: object, after: object) => change('Deployment', template(before), template(after));
const ofPod = (before: object, after: object) => change('Deployment', template({}, before), template({}, after));
const ofAnnotations = (before: object, after: object) =>
  change('Deployment', template({}, {}, { annotations: before }), template({}, {}, { annotations: after }));

describe('the changes of a recorded cluster', () => {
  let deployments: ObjectChange[];
  let rollouts: ObjectChange[];
  let base: number;

  beforeAll(async () => {
    const recording = await openRecording('examples/story');
    base = recording.baseTime;
    deployments = [];
    const interner = new Interner();
    const latest = new Map<string, SlimObject>();
    const revisions = new Map<string, SlimObject>();
    for await (const { line, resource } of recording.lines(({ kind }) => ['Deployment', 'ReplicaSet'].includes(kind))) {
      if (line.type !== 'ADDED' && line.type !== 'MODIFIED') continue;
      const object = slim(resource, line.object, interner);
      if (object === undefined) continue;
      const before = latest.get(object.ref.uid);
      latest.set(object.ref.uid, object);
      const at = base + Math.round(line.t * 1000);
      const found = before === undefined ? null : changeOf(cluster, before, object, at);
      if (found !== null) deployments.push(found);
      const revision = object.annotations['deployment.kubernetes.io/revision'] ?? '';
      if (resource.kind === 'ReplicaSet') revisions.set(`${object.owners[0]?.name ?? ''} ${revision}`, object);
    }
    rollouts = [...revisions].flatMap(([key, newer]) => {
      const [name, revision] = key.split(' ');
      const older = revisions.get(`${name} ${Number(revision) - 1}`);
      return (older && rolloutChange(cluster, newer, older)) ?? [];
    });
  });

  it('are what people did, and nothing that controllers made of it', () => {
    const told = deployments.map(({ object, at, summary }) => [Math.round((at - base) / 1000), object.name, summary]);
    expect(told).toEqual([
      [81, 'login', 'env TOKEN_TTL changed from 3600 to 1h'],
      [121, 'cache', 'scaled from 1 to 0'],
      [151, 'encoder', 'memory limit changed from 64Mi to 12Mi, and 1 more'],
      [194, 'encoder', 'arguments changed'],
      [226, 'login', 'env TOKEN_TTL changed from 1h to 3600'],
      [246, 'cache', 'scaled from 0 to 1'],
      [286, 'encoder', 'memory limit changed from 12Mi to 64Mi, and 1 more'],
    ]);
    expect(deployments[2]?.diff[1]).toEqual({ field: 'memory request', before: '16Mi', after: '8Mi' });
    expect(new Set(deployments.map(({ id }) => id)).size).toBe(deployments.length);
    expect(deployments[0]).toMatchObject({ id: `${deployments[0]?.object.uid}/2`, revision: null });
  });

  it('are told by their rollouts as well', () => {
    const told = rollouts.map(({ object, revision, summary }) => [object.kind, object.name, revision, summary]);
    expect(told).toEqual([
      ['Deployment', 'login', 2, 'env TOKEN_TTL changed from 3600 to 1h'],
      ['Deployment', 'encoder', 2, 'memory limit changed from 64Mi to 12Mi, and 1 more'],
      ['Deployment', 'encoder', 3, 'arguments changed'],
      ['Deployment', 'login', 3, 'env TOKEN_TTL changed from 1h to 3600'],
      ['Deployment', 'encoder', 4, 'memory limit changed from 12Mi to 64Mi, and 1 more'],
    ]);
    expect(rollouts[0]?.id).toBe(`${rollouts[0]?.object.uid}/revision/2`);
  });

  it('put a rollback not before the rollout that it took back', () => {
    const [rollout, , , rollback] = rollouts;
    expect(rollback?.at).toBeGreaterThanOrEqual(rollout?.at ?? Number.POSITIVE_INFINITY);
  });
});

describe('a change of a container', () => {
  it.each([
    [{ image: 'app:1' }, { image: 'app:2' }, 'image changed from app:1 to app:2'],
    [{ env: [{ name: 'FOO', value: 'a' }] }, {}, 'env FOO removed'],
    [{}, { env: [{ name: 'FOO', value: '' }] }, 'env FOO added ("")'],
    [{ args: ['--ttl', '1'] }, { args: ['--ttl', '2'] }, 'arguments changed from ["--ttl","1"] to ["--ttl","2"]'],
    [{ command: ['/bin/a'] }, { command: ['/bin/b'] }, 'command changed from /bin/a to /bin/b'],
    [
      { resources: { requests: { cpu: '1' } } },
      { resources: { requests: { cpu: '2' } } },
      'cpu request changed from 1 to 2',
    ],
    [{ resources: { limits: { memory: '1Gi' } } }, {}, 'memory limit removed'],
    [
      { envFrom: [{ configMapRef: { name: 'a' } }] },
      { envFrom: [{ configMapRef: { name: 'b' } }] },
      'config map ref changed from a to b',
    ],
    [
      { env: [{ name: 'A', value: 'x' }] },
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
      'env A changed from x to from secret s key k',
    ],
    [
      { readinessProbe: { httpGet: { path: '/a', port: 80 }, periodSeconds: 10 } },
      { readinessProbe: { httpGet: { path: '/b', port: 80 }, periodSeconds: 10 } },
      'readiness probe path changed from /a to /b',
    ],
    [
      { livenessProbe: { httpGet: { path: '/a', port: 80 }, timeoutSeconds: 5 } },
      { livenessProbe: { httpGet: { path: '/a', port: 80 }, timeoutSeconds: 1 } },
      'liveness probe timeout changed from 5s to 1s',
    ],
    [{}, { startupProbe: { tcpSocket: { port: 80 } } }, 'startup probe added (TCP port 80)'],
    [{ livenessProbe: { exec: { command: ['a'] } } }, {}, 'liveness probe removed'],
    [{ volumeMounts: [{ name: 'tls', mountPath: '/tls' }] }, {}, 'mount /tls removed'],
    [{ ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 81 }] }, 'ports changed from 80/TCP to 81/TCP'],
  ])('%j to %j', (before, after, summary) => {
    expect(ofContainer(before, after)?.summary).toBe(summary);
  });

  it('is no change when only the order differs', () => {
    const [a, b] = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    expect(ofContainer({ env: [a, b] }, { env: [b, a] })).toBeNull();
    const containers = [
      { name: 'app', image: 'a' },
      { name: 'proxy', image: 'p' },
    ];
    expect(ofPod({ containers }, { containers: containers.toReversed() })).toBeNull();
  });

  it('names the container where there are several, and only there', () => {
    const containers = (image: string) => [
      { name: 'app', image: 'a' },
      { name: 'proxy', image },
    ];
    expect(ofPod({ containers: containers('p:1') }, { containers: containers('p:2') })?.summary).toBe(
      'image of proxy changed from p:1 to p:2',
    );
  });

  it('tells of a container that came or went as a whole', () => {
    const app = { name: 'app', image: 'a' };
    expect(ofPod({ containers: [app] }, { containers: [app, { name: 'proxy', image: 'p' }] })?.diff).toEqual([
      { field: 'container proxy', before: null, after: 'image p' },
    ]);
    const init = [{ name: 'migrate', image: 'm' }];
    expect(ofPod({ initContainers: init }, {})?.summary).toBe('init container migrate removed');
  });

  it('is told with the most telling field first', () => {
    const before = { image: 'a:1', resources: { limits: { memory: '1Gi' } }, workingDir: '/a' };
    const after = { image: 'a:2', resources: { limits: { memory: '2Gi' } }, workingDir: '/b' };
    const found = ofContainer(before, after);
    expect(found?.summary).toBe('image changed from a:1 to a:2, and 2 more');
    expect(found?.diff.map(({ field }) => field)).toEqual(['image', 'memory limit', 'working directory']);
  });
});

describe('a change of a pod template', () => {
  it.each([
    [{ nodeSelector: { disk: 'ssd' } }, {}, 'node selector removed'],
    [{ serviceAccountName: 'a' }, { serviceAccountName: 'b' }, 'service account changed from a to b'],
    [
      { volumes: [{ name: 'tls', secret: { secretName: 'a' } }] },
      { volumes: [{ name: 'tls', secret: { secretName: 'b' } }] },
      'volume tls changed from secret a to secret b',
    ],
    [{}, { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }, 'volume d added (claim data)'],
    [{}, { tolerations: [{ operator: 'Exists' }] }, 'tolerations added ({"operator":"Exists"})'],
  ])('%j to %j', (before, after, summary) => {
    expect(ofPod(before, after)?.summary).toBe(summary);
  });

  it('knows a restart by hand, and a changed configuration by its hash', () => {
    const restarted = 'kubectl.kubernetes.io/restartedAt';
    expect(ofAnnotations({}, { [restarted]: '2026-01-01T00:00:00Z' })?.summary).toBe(
      'restarted by hand (kubectl rollout restart)',
    );
    const both = ofAnnotations({ 'checksum/config': 'a' }, { 'checksum/config': 'b', [restarted]: 'now' });
    expect(both?.summary).toBe('annotation checksum/config changed from a to b, and 1 more');
  });
});

describe('a change of', () => {
  it.each<[string, Raw, Raw, string]>([
    ['StatefulSet', { spec: { replicas: 3 } }, { spec: { replicas: 5 } }, 'scaled from 3 to 5'],
    ['ReplicaSet', { spec: { replicas: 1 } }, { spec: { replicas: 2 } }, 'scaled from 1 to 2'],
    ['Deployment', { spec: {} }, { spec: { paused: true } }, 'rollouts paused'],
    [
      'Deployment',
      { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } } } },
      { spec: { strategy: { type: 'Recreate' } } },
      'strategy changed from RollingUpdate, max surge 25%, max unavailable 0 to Recreate',
    ],
    ['Job', { spec: { suspend: true } }, { spec: { suspend: false } }, 'resumed'],
    [
      'CronJob',
      { spec: { schedule: '0 * * * *' } },
      { spec: { schedule: '5 * * * *' } },
      'schedule changed from 0 * * * * to 5 * * * *',
    ],
    [
      'CronJob',
      { spec: { jobTemplate: template({ image: 'a:1' }) } },
      { spec: { jobTemplate: template({ image: 'a:2' }) } },
      'image changed from a:1 to a:2',
    ],
    [
      'HorizontalPodAutoscaler',
      { spec: { maxReplicas: 9 } },
      { spec: { maxReplicas: 3 } },
      'max replicas changed from 9 to 3',
    ],
    [
      'HorizontalPodAutoscaler',
      { spec: { metrics: [cpuMetric(80)] } },
      { spec: { metrics: [cpuMetric(20)] } },
      'metric cpu changed from 80% of the request to 20% of the request',
    ],
    [
      'Service',
      { spec: { selector: { app: 'a' } } },
      { spec: { selector: { app: 'b' } } },
      'selector changed from app=a to app=b',
    ],
    [
      'Service',
      { spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
      { spec: { ports: [{ name: 'http', port: 80, targetPort: 'web' }] } },
      'port http changed from 80 to 8080/TCP to 80 to web/TCP',
    ],
    ['Node', { spec: {} }, { spec: { unschedulable: true } }, 'cordoned'],
    [
      'Node',
      { spec: { taints: [{ key: 'gpu', value: 'a', effect: 'NoSchedule' }] } },
      { spec: {} },
      'taint gpu:NoSchedule removed',
    ],
    [
      'Node',
      { status: { nodeInfo: { kubeletVersion: 'v1.33.1' } } },
      { status: { nodeInfo: { kubeletVersion: 'v1.34.0' } } },
      'kubelet version changed from v1.33.1 to v1.34.0',
    ],
    [
      'Node',
      { status: { allocatable: { memory: '8000000Ki', 'nvidia.com/gpu': '1' } } },
      { status: { allocatable: { memory: '7999000Ki', 'nvidia.com/gpu': '0' } } },
      'allocatable nvidia.com/gpu changed from 1 to 0',
    ],
    [
      'PersistentVolumeClaim',
      { spec: { resources: { requests: { storage: '1Gi' } } } },
      { spec: { resources: { requests: { storage: '2Gi' } } } },
      'requested size changed from 1Gi to 2Gi',
    ],
    ['Namespace', { metadata: { labels: { a: '1' } } }, { metadata: { labels: {} } }, 'label a removed'],
  ])('a %s: %j to %j', (kind, before, after, summary) => {
    expect(change(kind, before, after)?.summary).toBe(summary);
  });

  it('an object without a generation has an id of its own, also when it is made a second time', () => {
    const cordon = (resourceVersion: string) =>
      change('Node', { spec: {} }, { metadata: { resourceVersion }, spec: { unschedulable: true } }, []);
    expect(cordon('7')?.id).toMatch(/^uid-x\/[0-9a-f]{12}$/);
    expect(cordon('7')?.id).toBe(cordon('7')?.id);
    expect(cordon('9')?.id).not.toBe(cordon('7')?.id);
  });
});

function cpuMetric(averageUtilization: number) {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

describe('no change', () => {
  it.each<[string, Raw, Raw, [number?, number?]?]>([
    ['Deployment', { spec: { replicas: 1 } }, { spec: { replicas: 2 } }, [4, 4]],
    ['Deployment', { status: { replicas: 1 } }, { status: { replicas: 2 } }],
    ['Deployment', { spec: { paused: false } }, { spec: {} }],
    ['Pod', { spec: { nodeName: 'a' } }, { spec: { nodeName: 'b' } }],
    ['PersistentVolumeClaim', { spec: {} }, { spec: { volumeName: 'pv' }, status: { phase: 'Bound' } }],
    ['Node', { spec: {} }, { spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] } }],
    ['Node', { status: {} }, { status: { allocatable: { memory: '1Gi' } } }],
    ['Service', { spec: { ports: [{ port: 1 }] } }, { spec: { ports: [{ port: 1, nodePort: 30_000 }] } }],
    ['Deployment', { spec: 'odd', status: 7 } as never, { spec: { template: [], replicas: {} } }],
  ])('is what became of a %s: %j to %j', (kind, before, after, generations) => {
    expect(change(kind, before, after, generations)).toBeNull();
  });

  it('is a ReplicaSet that its Deployment scales', () => {
    const metadata = { ownerReferences: [{ kind: 'Deployment', name: 'd', uid: 'd', controller: true }] };
    expect(change('ReplicaSet', { metadata, spec: { replicas: 1 } }, { metadata, spec: { replicas: 0 } })).toBeNull();
  });

  it('is another object of the same name', () => {
    const other = { metadata: { uid: 'other' }, spec: { replicas: 3 } };
    expect(change('Deployment', { spec: { replicas: 1 } }, other)).toBeNull();
  });
});

describe('a rollout', () => {
  const revision = (number: string, image: string, owner: object = { kind: 'Deployment', uid: 'd', name: 'web' }) => {
    const metadata = {
      annotations: { 'deployment.kubernetes.io/revision': number },
      ownerReferences: [{ controller: true, ...owner }],
    };
    return slimmed('ReplicaSet', {
      metadata,
      ...template({ image }, {}, { labels: { app: 'web', 'pod-template-hash': image } }),
    });
  };

  it('is told with its revision, without the hash of its template', () => {
    const found = rolloutChange(cluster, revision('5', 'b'), revision('4', 'a'));
    expect(found).toMatchObject({ id: 'd/revision/5', revision: 5, object: { kind: 'Deployment', name: 'web' } });
    expect(found?.diff).toEqual([{ field: 'image', before: 'a', after: 'b' }]);
  });

  it('is none between Deployments, without a revision, or of equal templates', () => {
    const other = { kind: 'Deployment', uid: 'e', name: 'web' };
    expect(rolloutChange(cluster, revision('5', 'b'), revision('4', 'a', other))).toBeNull();
    expect(rolloutChange(cluster, revision('', 'b'), revision('4', 'a'))).toBeNull();
    expect(rolloutChange(cluster, revision('5', 'a'), revision('4', 'a'))).toBeNull();
  });
});
