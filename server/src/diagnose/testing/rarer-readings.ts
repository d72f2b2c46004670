/** Rarer cases, each with the causes that a careful person would accept. */
import type { CauseCode } from '../../model/diagnosis.ts';
import type { CaseShape } from './make-case.ts';
import { crashing, ended, pod, PYTHON, unhealthy } from './whole-diagnosis.ts';

const pending = (spec: object, message: string, more: object = {}) =>
  pod([], {
    name: 'api-1',
    spec: { nodeName: '', containers: [{ name: 'app' }], ...spec },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      ...more,
    },
  });
const kubelet = (reason: string, message: string) => ({
  reason,
  message,
  object: { kind: 'Pod', namespace: 'shop', name: 'api-1' },
});
const created = (message: string) =>
  pod([{ state: { waiting: { reason: 'CreateContainerError', message } }, lastState: {}, restarts: 0 }], {
    status: { phase: 'Pending' },
  });
const making = (more: object = {}) =>
  pod([{ state: { waiting: { reason: 'ContainerCreating' } }, lastState: {}, restarts: 0 }], {
    name: 'api-1',
    status: { phase: 'Pending' },
    ...more,
  });

export const RARER_READINGS: readonly (readonly [string, CauseCode | readonly CauseCode[], CaseShape])[] = [
  [
    'a pod with the volume of another zone',
    'topology',
    {
      condition: 'FailedScheduling',
      pods: [
        pending(
          { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'pg' } }] },
          '0/3 nodes are available: 3 node(s) had volume node affinity conflict.',
        ),
      ],
      objects: [
        { kind: 'PersistentVolumeClaim', name: 'pg', spec: { volumeName: 'pv-1' }, status: { phase: 'Bound' } },
      ],
    },
  ],
  [
    'an unbound claim of a workload',
    'volume-unbound',
    {
      condition: 'FailedScheduling',
      root: { kind: 'StatefulSet' },
      pods: [
        pending(
          { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'd-api-0' } }] },
          '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
        ),
      ],
      objects: [
        {
          kind: 'PersistentVolumeClaim',
          name: 'd-api-0',
          spec: { storageClassName: 'gone' },
          status: { phase: 'Pending' },
        },
      ],
      events: [
        {
          reason: 'ProvisioningFailed',
          message: 'storageclass.storage.k8s.io "gone" not found',
          object: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'd-api-0' },
          source: 'persistentvolume-controller',
        },
      ],
    },
  ],
  [
    'all nodes lost',
    'node-lost',
    {
      condition: 'FailedScheduling',
      pods: [
        pending({}, '0/2 nodes are available: 2 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.'),
      ],
    },
  ],
  [
    'all nodes cordoned',
    'taint',
    { condition: 'FailedScheduling', pods: [pending({}, '0/2 nodes are available: 2 node(s) were unschedulable.')] },
  ],
  [
    'a command that is not there',
    'bad-command',
    {
      condition: 'CreateContainerError',
      pods: [created('failed to generate container "x" spec: failed to generate spec: no command specified')],
    },
  ],
  [
    'a host path that is not there',
    ['volume-mount', 'missing-reference'],
    {
      condition: 'FailedMount',
      pods: [making({ spec: { volumes: [{ name: 'h', hostPath: { path: '/data', type: 'Directory' } }] } })],
      events: [
        kubelet(
          'FailedMount',
          'MountVolume.SetUp failed for volume "h" : hostPath type check failed: /data is not a directory',
        ),
      ],
    },
  ],
  [
    'a CSI driver that is not there',
    'volume-mount',
    {
      condition: 'FailedMount',
      pods: [making()],
      events: [
        kubelet(
          'FailedMount',
          'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
        ),
      ],
    },
  ],
  [
    'a sub path that is denied',
    ['volume-mount', 'permission-denied'],
    {
      condition: 'FailedMount',
      pods: [making()],
      events: [
        kubelet(
          'FailedMount',
          'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32\nOutput: mount.nfs: access denied by server while mounting nfs.example:/x',
        ),
      ],
    },
  ],
  [
    'a rate limit',
    'image-pull',
    {
      condition: 'ImagePullBackOff',
      pods: [
        pod(
          [
            {
              state: {
                waiting: {
                  reason: 'ImagePullBackOff',
                  message:
                    'Back-off pulling image "nginx": ErrImagePull: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit',
                },
              },
              lastState: {},
              restarts: 0,
            },
          ],
          { status: { phase: 'Pending' } },
        ),
      ],
    },
  ],
  [
    'an image that may not be pulled at all',
    'image-pull',
    {
      condition: 'ErrImageNeverPull',
      pods: [
        pod(
          [
            {
              state: {
                waiting: {
                  reason: 'ErrImageNeverPull',
                  message: 'Container image "api:dev" is not present with pull policy of Never',
                },
              },
              lastState: {},
              restarts: 0,
            },
          ],
          { status: { phase: 'Pending' } },
        ),
      ],
    },
  ],
  [
    'an image for whose layers the node has no room',
    ['image-pull', 'disk-full', 'node-pressure'],
    {
      condition: 'ImagePullBackOff',
      pods: [
        pod(
          [
            {
              state: {
                waiting: {
                  reason: 'ErrImagePull',
                  message:
                    'failed to pull and unpack image "a:1": failed to extract layer sha256:1: write /var/lib/containerd/x: no space left on device: unknown',
                },
              },
              lastState: {},
              restarts: 0,
            },
          ],
          { status: { phase: 'Pending' } },
        ),
      ],
    },
  ],
  [
    'metrics that nobody serves',
    'metrics-unavailable',
    {
      condition: 'FailedGetResourceMetric',
      root: { kind: 'HorizontalPodAutoscaler' },
      events: [
        {
          reason: 'FailedGetResourceMetric',
          message:
            'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
          object: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'api' },
          source: 'horizontal-pod-autoscaler',
        },
      ],
    },
  ],
  [
    'a startup probe that kills a slow start',
    'startup-probe',
    {
      condition: 'Unhealthy',
      pods: [
        pod([
          {
            spec: {
              startupProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, failureThreshold: 6 },
            },
            lastState: ended(137),
            log: ['INFO loading model'],
          },
        ]),
      ],
      events: [
        unhealthy(
          'Startup probe failed: Get "http://10.0.0.4:8080/healthz": dial tcp 10.0.0.4:8080: connect: connection refused',
        ),
        { reason: 'Killing', type: 'Normal', message: 'Container app failed startup probe, will be restarted' },
      ],
    },
  ],
  [
    'a postStart hook',
    'lifecycle-hook',
    {
      conditions: ['FailedPostStartHook', 'CrashLoopBackOff'],
      pods: [
        pod([
          {
            spec: { lifecycle: { postStart: { exec: { command: ['/register'] } } } },
            lastState: ended(137),
            log: ['INFO started'],
          },
        ]),
      ],
      events: [{ reason: 'FailedPostStartHook', message: 'PostStartHook failed' }],
    },
  ],
  [
    'a leak under the eyes of Prometheus',
    'memory-leak',
    {
      conditions: ['OOMKilled'],
      pods: [pod([{ lastState: ended(137, 'OOMKilled'), spec: { resources: { limits: { memory: '256Mi' } } } }])],
      usage: [
        {
          pod: 'api-1',
          container: 'app',
          source: 'prometheus',
          windowSeconds: 3600,
          memory: {
            bytes: 250e6,
            peakBytes: 268e6,
            limitBytes: 268435456,
            bytesPerHour: 180e6,
            samples: Array.from({ length: 60 }, (_, index) => 80e6 + index * 3e6),
          },
          cpu: { cores: 0.1, limitCores: null },
        },
      ],
    },
  ],
  [
    'a service whose selector fits nothing',
    'no-endpoints',
    {
      condition: 'NoEndpoints',
      root: { kind: 'Service' },
      objects: [{ kind: 'Service', spec: { selector: { app: 'apy' } } }],
      endpoints: [{ service: 'api', selector: { app: 'apy' }, pods: 0, ready: 0, not_ready: 0 }],
    },
  ],
  [
    'a container that ends well again and again',
    ['bad-command', 'unknown'],
    { pods: [pod([{ lastState: ended(0, 'Completed'), log: ['done'] }])] },
  ],
  ['a segmentation fault', 'unhandled-exception', { pods: [pod([{ lastState: ended(139), log: ['starting'] }])] }],
  [
    'a missing shared library',
    ['bad-command', 'unhandled-exception', 'missing-reference'],
    crashing(
      '/usr/bin/app: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory',
    ),
  ],
  [
    'a schema that is older than the code',
    ['unhandled-exception', 'missing-configuration'],
    crashing(...PYTHON, 'psycopg2.errors.UndefinedTable: relation "orders" does not exist'),
  ],
  [
    'a lock that another one holds',
    ['unhandled-exception', 'unknown', 'volume-mount'],
    crashing('FATAL lock file "postmaster.pid" already exists'),
  ],
  [
    'a queue that is not declared',
    ['unhandled-exception', 'unknown', 'missing-configuration'],
    crashing(...PYTHON, "pika.exceptions.ChannelClosedByBroker: (404, \"NOT_FOUND - no queue 'orders' in vhost '/'\")"),
  ],
  [
    'a licence that has expired',
    ['missing-configuration', 'authentication-failed', 'unknown', 'unhandled-exception'],
    crashing('FATAL license expired on 2026-05-01'),
  ],
];
