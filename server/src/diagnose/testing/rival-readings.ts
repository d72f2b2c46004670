/** Cases in which several analyzers have something to say, each with the cause that must win and words that must be cited. */
import type { CauseCode } from '../../model/diagnosis.ts';
import type { CaseShape } from './make-case.ts';
import { crashing, ended, LIVE, pod, PYTHON, READY, RUNNING, unhealthy } from './whole-diagnosis.ts';

const NODE_DOWN = {
  name: 'node-1',
  conditions: [
    { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
  ],
  taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }],
};

/** What is seen, the cause, and what must be among the cited words. */
export const RIVAL_READINGS: readonly (readonly [string, CauseCode, string, CaseShape])[] = [
  [
    'a container killed for memory whose log is full of errors',
    'memory-limit-too-low',
    'OOMKilled',
    {
      conditions: ['OOMKilled', 'CrashLoopBackOff'],
      pods: [
        pod([
          {
            lastState: ended(137, 'OOMKilled'),
            spec: { resources: { limits: { memory: '256Mi' } } },
            log: [
              ...Array.from({ length: 40 }, () => 'ERROR upload failed: connect ECONNREFUSED 10.0.0.9:9000'),
              'ERROR TypeError: cannot read properties of undefined',
            ],
          },
        ]),
      ],
    },
  ],
  [
    'the same in back-off, as a crash loop',
    'memory-limit-too-low',
    'OOMKilled',
    {
      conditions: ['CrashLoopBackOff', 'OOMKilled'],
      pods: [
        pod([
          {
            lastState: ended(137, 'OOMKilled'),
            spec: { resources: { limits: { memory: '256Mi' } } },
            log: ['panic: dial tcp 10.0.0.1:5432: connect: connection refused'],
          },
        ]),
      ],
    },
  ],
  [
    'a crash over a dependency that is down, while the liveness probe fails, too',
    'dependency-unreachable',
    'ECONNREFUSED 10.96.0.12:6379',
    {
      conditions: ['CrashLoopBackOff', 'Unhealthy'],
      pods: [
        pod([
          {
            spec: LIVE,
            log: [
              'starting',
              'Error: connect ECONNREFUSED 10.96.0.12:6379',
              '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
            ],
          },
        ]),
      ],
      events: [
        unhealthy(
          'Liveness probe failed: Get "http://10.88.0.4:8080/healthz": dial tcp 10.88.0.4:8080: connect: connection refused',
        ),
      ],
    },
  ],
  [
    'a liveness probe that kills what waits for its dependency',
    'dependency-unreachable',
    'redis:6379',
    {
      conditions: ['Unhealthy', 'CrashLoopBackOff'],
      pods: [
        pod([
          {
            spec: LIVE,
            lastState: ended(137),
            log: Array.from(
              { length: 12 },
              () => 'ERROR could not connect to redis:6379: connection refused, retrying',
            ),
          },
        ]),
      ],
      events: [
        unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 503'),
        { reason: 'Killing', type: 'Normal', message: 'Container app failed liveness probe, will be restarted' },
      ],
    },
  ],
  [
    'a liveness probe that kills what is only slow',
    'liveness-probe',
    'Liveness probe failed',
    {
      conditions: ['Unhealthy', 'CrashLoopBackOff'],
      pods: [pod([{ spec: LIVE, lastState: ended(137), log: ['INFO loading 40000 products'] }])],
      events: [
        unhealthy(
          'Liveness probe failed: Get "http://10.88.0.4:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        ),
        { reason: 'Killing', type: 'Normal', message: 'Container app failed liveness probe, will be restarted' },
      ],
    },
  ],
  [
    'an image that cannot be pulled on a node that is lost meanwhile',
    'image-pull',
    'not found',
    {
      conditions: ['ImagePullBackOff', 'NodeNotReady'],
      pods: [
        pod(
          [
            {
              state: {
                waiting: {
                  reason: 'ImagePullBackOff',
                  message:
                    'Back-off pulling image "registry.example/shop/api:2.4.1": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/shop/api:2.4.1": registry.example/shop/api:2.4.1: not found',
                },
              },
              lastState: {},
              restarts: 0,
            },
          ],
          { status: { phase: 'Pending' } },
        ),
      ],
      nodes: [NODE_DOWN],
    },
  ],
  [
    'readiness that says 503 because the database refuses connections',
    'dependency-unreachable',
    'connection to server at "db" (10.96.3.1), port 5432 failed: Connection refused',
    {
      conditions: ['Unhealthy'],
      pods: [
        pod([
          {
            state: RUNNING,
            lastState: {},
            restarts: 0,
            spec: READY,
            log: Array.from(
              { length: 8 },
              () =>
                'ERROR health check: connection to server at "db" (10.96.3.1), port 5432 failed: Connection refused',
            ),
          },
        ]),
      ],
      events: [unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503')],
    },
  ],
  [
    'readiness at a path that is not there, beside one old hiccup in the log',
    'readiness-probe',
    'statuscode: 404',
    {
      conditions: ['Unhealthy'],
      pods: [
        pod([
          {
            state: RUNNING,
            lastState: {},
            restarts: 0,
            spec: READY,
            log: [
              'WARN redis:6379 connection reset, reconnecting',
              'INFO connected to redis:6379',
              'INFO server started on port 8080',
            ],
          },
        ]),
      ],
      events: [unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404')],
    },
  ],
  [
    'a job that gave up because it is not allowed to upload',
    'permission-denied',
    '403',
    {
      conditions: ['BackoffLimitExceeded'],
      root: { kind: 'Job', name: 'export' },
      pods: [
        pod(
          [
            {
              state: ended(3),
              lastState: {},
              restarts: 0,
              log: ['error: upload to bucket reports-eu failed: 403 AccessDenied'],
            },
          ],
          { status: { phase: 'Failed' } },
        ),
      ],
      objects: [
        {
          kind: 'Job',
          spec: { backoffLimit: 3 },
          status: {
            failed: 4,
            conditions: [
              {
                type: 'Failed',
                status: 'True',
                reason: 'BackoffLimitExceeded',
                message: 'Job has reached the specified backoff limit',
              },
            ],
          },
        },
      ],
      events: [
        {
          reason: 'BackoffLimitExceeded',
          message: 'Job has reached the specified backoff limit',
          object: { kind: 'Job', namespace: 'shop', name: 'export' },
        },
      ],
    },
  ],
  [
    'a secret that a volume misses, beside the log of an older crash',
    'missing-reference',
    'secret "api-tls" not found',
    {
      conditions: ['FailedMount', 'CrashLoopBackOff'],
      pods: [
        pod([{ state: { waiting: { reason: 'ContainerCreating' } }, lastState: {}, restarts: 0 }], {
          name: 'api-new',
          spec: { volumes: [{ name: 'tls', secret: { secretName: 'api-tls' } }] },
          status: { phase: 'Pending' },
        }),
        pod([{ log: ['panic: runtime error: index out of range [3] with length 3'] }], { name: 'api-old' }),
      ],
      events: [
        {
          reason: 'FailedMount',
          message: 'MountVolume.SetUp failed for volume "tls" : secret "api-tls" not found',
          object: { kind: 'Pod', namespace: 'shop', name: 'api-new' },
        },
      ],
    },
  ],
  [
    'a key that is not in its ConfigMap',
    'missing-reference',
    "couldn't find key DB_URL in ConfigMap shop/api",
    {
      conditions: ['CreateContainerConfigError'],
      pods: [
        pod(
          [
            {
              state: {
                waiting: {
                  reason: 'CreateContainerConfigError',
                  message: "couldn't find key DB_URL in ConfigMap shop/api",
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
    'a sidecar that fails beside an application that only grumbles',
    'dns-failure',
    'lookup vault.infra.svc.cluster.local',
    {
      pods: [
        pod([
          {
            name: 'app',
            ready: true,
            state: RUNNING,
            lastState: {},
            restarts: 0,
            log: ['ERROR payment gateway answered 500', 'panic: not ours'],
          },
          {
            name: 'vault-agent',
            log: ['Error: dial tcp: lookup vault.infra.svc.cluster.local on 10.96.0.10:53: no such host'],
          },
        ]),
      ],
    },
  ],
  [
    'an init container that waits for a service by its name',
    'dns-failure',
    "can't resolve 'db.shop.svc.cluster.local'",
    {
      conditions: ['InitStuck'],
      pods: [
        pod(
          [
            {
              name: 'wait-for-db',
              init: true,
              state: RUNNING,
              lastState: {},
              restarts: 0,
              log: Array.from({ length: 10 }, () => [
                "nslookup: can't resolve 'db.shop.svc.cluster.local'",
                'waiting for db',
              ]).flat(),
            },
            { name: 'app', state: { waiting: { reason: 'PodInitializing' } }, lastState: {}, restarts: 0 },
          ],
          { status: { phase: 'Pending' } },
        ),
      ],
    },
  ],
  [
    'an init container whose password the database refuses',
    'authentication-failed',
    'password authentication failed for user "migrate"',
    {
      pods: [
        pod(
          [
            { name: 'migrate', init: true, log: ['FATAL: password authentication failed for user "migrate"'] },
            { name: 'app', state: { waiting: { reason: 'PodInitializing' } }, lastState: {}, restarts: 0 },
          ],
          { status: { phase: 'Pending' } },
        ),
      ],
    },
  ],
  [
    'a Python KeyError of a setting',
    'missing-configuration',
    "KeyError: 'DATABASE_URL'",
    crashing(...PYTHON, "    url = os.environ['DATABASE_URL']", "KeyError: 'DATABASE_URL'"),
  ],
  [
    'a Python KeyError that is a bug',
    'unhandled-exception',
    "KeyError: 'user_id'",
    crashing(...PYTHON, "    return row['user_id']", "KeyError: 'user_id'"),
  ],
  [
    'a Go panic over a refused connection',
    'dependency-unreachable',
    'dial tcp 10.96.0.20:5432',
    crashing(
      'panic: dial tcp 10.96.0.20:5432: connect: connection refused',
      '',
      'goroutine 1 [running]:',
      'main.main()',
      '\t/src/main.go:31 +0x1d',
    ),
  ],
  [
    'a Go panic that is a bug',
    'unhandled-exception',
    'nil pointer dereference',
    crashing(
      'panic: runtime error: invalid memory address or nil pointer dereference',
      '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a]',
      '',
      'goroutine 1 [running]:',
      'main.main()',
      '\t/src/main.go:31 +0x1d',
    ),
  ],
  [
    'a file that may not be executed',
    'bad-command',
    'exec: "/app/run.sh": permission denied',
    {
      pods: [
        pod([
          {
            state: {
              waiting: {
                reason: 'RunContainerError',
                message:
                  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/run.sh": permission denied: unknown',
              },
            },
            lastState: ended(126, 'StartError'),
          },
        ]),
      ],
    },
  ],
  [
    'a file that may not be read',
    'permission-denied',
    'open /data/index.db: permission denied',
    crashing('level=fatal msg="open /data/index.db: permission denied"'),
  ],
  [
    'a request that is forbidden',
    'permission-denied',
    '403 Forbidden',
    crashing('FATAL GET https://api.example/v1/orders: 403 Forbidden: Permission denied'),
  ],
  [
    'a database whose certificate nobody signed',
    'tls-failure',
    'unknown authority',
    crashing(
      'FATAL could not connect to postgres db.shop:5432: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ),
  ],
  [
    'a name that does not exist',
    'dns-failure',
    'NXDOMAIN',
    crashing('FATAL could not connect to broker: lookup kafka.events.svc.cluster.local: NXDOMAIN'),
  ],
  [
    'a port that a process of before still has',
    'port-in-use',
    'EADDRINUSE',
    crashing(
      'Error: listen EADDRINUSE: address already in use 0.0.0.0:8080',
      '    at Server.setupListenHandle [as _listen2] (node:net:1800:16)',
    ),
  ],
  [
    'a disk that is full',
    'disk-full',
    'no space left on device',
    crashing('FATAL write /var/lib/data/wal/0001: no space left on device'),
  ],
  [
    'a file system that takes no writes',
    'read-only-filesystem',
    'Read-only file system',
    crashing("OSError: [Errno 30] Read-only file system: '/app/cache'"),
  ],
  [
    'a configuration file that cannot be read',
    'missing-configuration',
    'yaml: line 14',
    crashing(
      'level=fatal msg="loading config /etc/app/config.yaml: yaml: line 14: mapping values are not allowed in this context"',
    ),
  ],
  [
    'a heap of a JVM that is full',
    'memory-limit-too-low',
    'java.lang.OutOfMemoryError: Java heap space',
    {
      pods: [
        pod([
          {
            lastState: ended(3),
            spec: { resources: { limits: { memory: '512Mi' } } },
            log: [
              'Picked up JAVA_TOOL_OPTIONS: -Xmx96m -XX:+ExitOnOutOfMemoryError',
              '08:24:02.511 [main] INFO  loading',
              'Terminating due to java.lang.OutOfMemoryError: Java heap space',
            ],
          },
        ]),
      ],
    },
  ],
  [
    'a binary of another architecture',
    'architecture-mismatch',
    'exec format error',
    crashing('exec /usr/local/bin/api: exec format error'),
  ],
  [
    'an eviction because the disk of the node runs full',
    'node-pressure',
    'low on resource: ephemeral-storage',
    {
      conditions: ['Evicted'],
      pods: [
        pod([{ state: ended(137), lastState: {}, restarts: 0 }], {
          status: {
            phase: 'Failed',
            reason: 'Evicted',
            message:
              'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 3Gi. Container app was using 12Gi, request is 0, has larger consumption of ephemeral-storage. ',
          },
        }),
      ],
    },
  ],
  [
    'an eviction because of the limit of its own',
    'ephemeral-storage',
    'exceeds the total limit of containers 1Gi',
    {
      conditions: ['Evicted'],
      pods: [
        pod(
          [
            {
              state: ended(137),
              lastState: {},
              restarts: 0,
              spec: { resources: { limits: { 'ephemeral-storage': '1Gi' } } },
            },
          ],
          {
            status: {
              phase: 'Failed',
              reason: 'Evicted',
              message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
            },
          },
        ),
      ],
    },
  ],
  [
    'a webhook that does not answer',
    'admission-refused',
    'failed calling webhook',
    {
      conditions: ['FailedCreate'],
      events: [
        {
          reason: 'FailedCreate',
          message:
            'Error creating: Internal error occurred: failed calling webhook "pods.policy.example": failed to call webhook: Post "https://policy.infra.svc:443/mutate?timeout=10s": dial tcp 10.96.4.4:443: connect: connection refused',
          object: { kind: 'ReplicaSet', namespace: 'shop', name: 'api-7d' },
        },
      ],
    },
  ],
  [
    'a replica set that is over quota, beside an old pod that crashes',
    'quota-exceeded',
    'exceeded quota: team',
    {
      conditions: ['FailedCreate', 'CrashLoopBackOff'],
      pods: [pod([{ log: ['Error: connect ECONNREFUSED 10.96.0.12:6379'] }])],
      events: [
        {
          reason: 'FailedCreate',
          message:
            'Error creating: pods "api-7d-x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=5, limited: pods=5',
          object: { kind: 'ReplicaSet', namespace: 'shop', name: 'api-7d' },
        },
      ],
    },
  ],
  [
    'a job that ran into its deadline while its database refused it',
    'dependency-unreachable',
    'connection refused',
    {
      conditions: ['DeadlineExceeded'],
      root: { kind: 'Job', name: 'export' },
      pods: [
        pod(
          [
            {
              state: ended(143),
              lastState: {},
              restarts: 0,
              log: Array.from(
                { length: 9 },
                () => 'ERROR dial tcp 10.96.0.20:5432: connect: connection refused, retrying',
              ),
            },
          ],
          {
            status: {
              phase: 'Failed',
              reason: 'DeadlineExceeded',
              message: 'Pod was active on the node longer than the specified deadline',
            },
          },
        ),
      ],
      objects: [
        {
          kind: 'Job',
          spec: { activeDeadlineSeconds: 120 },
          status: {
            conditions: [
              {
                type: 'Failed',
                status: 'True',
                reason: 'DeadlineExceeded',
                message: 'Job was active longer than specified deadline',
              },
            ],
          },
        },
      ],
    },
  ],
  [
    'a run of a CronJob that crashes over a bug',
    'unhandled-exception',
    'ZeroDivisionError',
    {
      conditions: ['BackoffLimitExceeded'],
      root: { kind: 'CronJob', name: 'report' },
      subject: { kind: 'Job', name: 'report-29100' },
      pods: [
        pod(
          [{ state: ended(1), lastState: {}, restarts: 0, log: [...PYTHON, 'ZeroDivisionError: division by zero'] }],
          { status: { phase: 'Failed' } },
        ),
      ],
      objects: [
        {
          kind: 'Job',
          name: 'report-29100',
          status: {
            conditions: [
              {
                type: 'Failed',
                status: 'True',
                reason: 'BackoffLimitExceeded',
                message: 'Job has reached the specified backoff limit',
              },
            ],
          },
        },
      ],
    },
  ],
  [
    'an eviction because the memory of the node runs out',
    'node-pressure',
    'low on resource: memory',
    {
      conditions: ['Evicted'],
      pods: [
        pod([{ state: ended(137), lastState: {}, restarts: 0, log: ['ERROR redis:6379 connection refused'] }], {
          status: {
            phase: 'Failed',
            reason: 'Evicted',
            message:
              'The node was low on resource: memory. Threshold quantity: 100Mi, available: 51Mi. Container app was using 2Gi, request is 0, has larger consumption of memory. ',
          },
        }),
      ],
    },
  ],
  [
    'an image without a variant for the node',
    'architecture-mismatch',
    'no match for platform in manifest',
    {
      conditions: ['ImagePullBackOff'],
      pods: [
        pod(
          [
            {
              state: {
                waiting: {
                  reason: 'ErrImagePull',
                  message:
                    'failed to pull and unpack image "registry.example/shop/api:2.4.1": no match for platform in manifest: not found',
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
    'a share that cannot be mounted, since its server does not answer',
    'volume-mount',
    'Connection timed out',
    {
      conditions: ['FailedMount'],
      pods: [
        pod([{ state: { waiting: { reason: 'ContainerCreating' } }, lastState: {}, restarts: 0 }], {
          spec: { volumes: [{ name: 'share', nfs: { server: 'nfs.example', path: '/x' } }] },
          status: { phase: 'Pending' },
        }),
      ],
      events: [
        {
          reason: 'FailedMount',
          message:
            'MountVolume.SetUp failed for volume "share" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs nfs.example:/x /var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/share\nOutput: mount.nfs: Connection timed out',
        },
      ],
    },
  ],
  [
    'an application that is told to end by its liveness probe and grumbles over that',
    'liveness-probe',
    'Liveness probe failed',
    {
      conditions: ['Unhealthy', 'CrashLoopBackOff'],
      pods: [
        pod([
          {
            spec: LIVE,
            lastState: ended(143),
            log: [
              'INFO serving on :8080',
              'INFO received SIGTERM, shutting down',
              'ERROR http: Server closed',
              'ERROR request aborted: context canceled',
            ],
          },
        ]),
      ],
      events: [
        unhealthy(
          'Liveness probe failed: Get "http://10.88.0.4:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        ),
        { reason: 'Killing', type: 'Normal', message: 'Container app failed liveness probe, will be restarted' },
      ],
    },
  ],
  [
    'no room on any node, beside the crashes of pods that have a place',
    'insufficient-resources',
    'Insufficient memory',
    {
      conditions: ['FailedScheduling', 'CrashLoopBackOff'],
      pods: [
        pod([], {
          name: 'api-new',
          spec: { nodeName: '', containers: [{ name: 'app', resources: { requests: { memory: '8Gi' } } }] },
          status: {
            phase: 'Pending',
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message: '0/3 nodes are available: 3 Insufficient memory.',
              },
            ],
          },
        }),
        pod([{ log: ['panic: index out of range'] }], { name: 'api-old' }),
      ],
      nodes: [{ name: 'node-1', allocatable: { memory: '4Gi' } }],
    },
  ],
  [
    'a lost node, whatever its pods complain of',
    'node-lost',
    'Kubelet stopped posting node status.',
    {
      conditions: ['NodeNotReady', 'CrashLoopBackOff'],
      root: { kind: 'Node', namespace: '', name: 'node-1' },
      pods: [pod([{ log: ['FATAL DATABASE_URL is not set'] }])],
      nodes: [NODE_DOWN],
      events: [
        {
          reason: 'NodeNotReady',
          message: 'Node node-1 status is now: NodeNotReady',
          object: { kind: 'Node', namespace: '', name: 'node-1' },
        },
      ],
    },
  ],
];
