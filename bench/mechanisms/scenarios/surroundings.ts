/** Applications that fail on what they need: names, certificates, passwords, disks. */
import { app, crashing, deploy, type Scenario } from '../scenario.ts';
import { statefulSet } from '../sets.ts';

const claim = (namespace: string, name: string) => ({
  kind: 'PersistentVolumeClaim',
  name,
  namespace,
  finalizers: ['kubernetes.io/pvc-protection'],
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '10Gi' } },
    volumeName: `pvc-${namespace}-${name}`,
    storageClassName: 'standard',
    volumeMode: 'Filesystem',
  },
  status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '10Gi' } },
});

export const surroundings: readonly Scenario[] = [
  {
    truth: {
      namespace: 'fulfilment',
      title: 'an init container waits for a name that does not exist',
      kind: 'Deployment',
      name: 'picker',
      condition: 'CrashLoopBackOff',
      cause: 'dns-failure',
      must_cite: ['no such host'],
      severity: 'high',
      fix: 'correct the host name, or create the service stock-db',
    },
    begin: -104,
    act: (world, namespace) => {
      const init = { name: 'wait-for-db', image: 'registry.acme.example/tools/wait-for:2.1.0' };
      const log = [
        'waiting for stock-db.fulfilment.svc.cluster.local:5432',
        'error: dial tcp: lookup stock-db.fulfilment.svc.cluster.local on 10.96.0.10:53: no such host',
        'giving up after 10s',
      ];
      const plan = app('picker', 'warehouse/picker:3.3.1', [{}]);
      deploy(world, {
        namespace,
        name: 'picker',
        plan: {
          ...plan,
          spec: { ...plan.spec, initContainers: [init] },
          runs: { ...plan.runs, 'wait-for-db': crashing(10.2, 1, log) },
        },
      });
    },
  },
  {
    truth: {
      namespace: 'partners',
      title: 'the certificate of a partner has expired',
      kind: 'Deployment',
      name: 'partner-sync',
      condition: 'CrashLoopBackOff',
      cause: 'tls-failure',
      must_cite: ['x509: certificate has expired'],
      severity: 'high',
      fix: 'have the certificate of api.partner.example renewed',
    },
    begin: -118,
    act: (world, namespace) => {
      const log = [
        '{"level":"info","ts":"2026-10-14T08:23:10.101Z","msg":"partner-sync starting","version":"0.31.0"}',
        '{"level":"fatal","ts":"2026-10-14T08:23:10.377Z","msg":"cannot fetch feed","error":"Get \\"https://api.partner.example/v2/feed\\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-10-14T08:23:10Z is after 2026-10-12T00:00:00Z"}',
      ];
      deploy(world, {
        namespace,
        name: 'partner-sync',
        plan: app('partner-sync', 'b2b/sync:0.31.0', crashing(0.9, 1, log)),
      });
    },
  },
  {
    truth: {
      namespace: 'orders-db',
      title: 'the database refuses the password',
      kind: 'StatefulSet',
      name: 'order-projector',
      condition: 'CrashLoopBackOff',
      cause: 'authentication-failed',
      must_cite: ['password authentication failed'],
      severity: 'high',
      fix: 'correct the password in the Secret that order-projector uses',
    },
    begin: -125,
    act: (world, namespace) => {
      const log = [
        'INFO  projector: connecting to postgres://orders@orders-pg.orders-db:5432/orders',
        'ERROR projector: could not connect',
        'psycopg.OperationalError: connection failed: connection to server at "10.96.44.8", port 5432 failed: FATAL:  password authentication failed for user "orders"',
      ];
      const env = [
        { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'orders-pg-credentials', key: 'password' } } },
      ];
      statefulSet(world, {
        namespace,
        name: 'order-projector',
        plan: app('order-projector', 'orders/projector:4.4.0', crashing(1.6, 1, log), {}, { env }),
      });
    },
  },
  {
    truth: {
      namespace: 'metrics',
      title: 'the disk of a volume is full',
      kind: 'StatefulSet',
      name: 'tsdb',
      condition: 'CrashLoopBackOff',
      cause: 'disk-full',
      must_cite: ['no space left on device'],
      severity: 'high',
      fix: 'enlarge the claim data-tsdb-0 or shorten the retention',
    },
    begin: -137,
    act: (world, namespace) => {
      world.recorder.create(claim(namespace, 'data-tsdb-0'));
      const log = [
        'ts=2026-10-14T08:23:44.120Z caller=main.go:612 level=info msg="Starting Prometheus Server" mode=server version="2.54.1"',
        'ts=2026-10-14T08:23:44.801Z caller=main.go:1159 level=error err="opening storage failed: create dir /data/chunks_head: mkdir /data/chunks_head: no space left on device"',
      ];
      const spec = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-tsdb-0' } }], containers: [] };
      const volumeMounts = [{ name: 'data', mountPath: '/data' }];
      const plan = app('tsdb', 'infra/prometheus:2.54.1', crashing(1.3, 1, log), { spec }, { volumeMounts });
      statefulSet(world, { namespace, name: 'tsdb', plan });
    },
  },
  {
    truth: {
      namespace: 'search',
      title: 'an application writes to its own file system, which is read-only',
      kind: 'Deployment',
      name: 'suggest',
      condition: 'CrashLoopBackOff',
      cause: 'read-only-filesystem',
      must_cite: ["Read-only file system: '/app/cache/index.tmp'"],
      severity: 'high',
      fix: 'mount an emptyDir at /app/cache',
    },
    begin: -149,
    act: (world, namespace) => {
      const log = [
        'INFO:suggest:building index',
        'Traceback (most recent call last):',
        '  File "/app/suggest/server.py", line 77, in <module>',
        '    build()',
        '  File "/app/suggest/index.py", line 30, in build',
        '    with open(CACHE / "index.tmp", "wb") as out:',
        '         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
        "OSError: [Errno 30] Read-only file system: '/app/cache/index.tmp'",
      ];
      const securityContext = { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false };
      const plan = app('suggest', 'search/suggest:1.8.2', crashing(1.9, 1, log), {}, { securityContext });
      deploy(world, { namespace, name: 'suggest', plan });
    },
  },
  {
    truth: {
      namespace: 'billing',
      title: 'the heap of a JVM is too small for it',
      kind: 'Deployment',
      name: 'invoice-render',
      condition: 'CrashLoopBackOff',
      cause: 'memory-limit-too-low',
      must_cite: ['java.lang.OutOfMemoryError: Java heap space'],
      severity: 'high',
      fix: 'raise -Xmx, and the memory limit with it',
    },
    begin: -110,
    act: (world, namespace) => {
      const log = [
        'Picked up JAVA_TOOL_OPTIONS: -Xmx96m -XX:+ExitOnOutOfMemoryError',
        '08:24:02.511 [main] INFO  invoice.Render - loading 214 templates',
        'Terminating due to java.lang.OutOfMemoryError: Java heap space',
      ];
      const env = [{ name: 'JAVA_TOOL_OPTIONS', value: '-Xmx96m -XX:+ExitOnOutOfMemoryError' }];
      const resources = { limits: { memory: '256Mi' }, requests: { memory: '256Mi', cpu: '100m' } };
      const plan = app('invoice-render', 'finance/render:6.1.0', crashing(14.6, 3, log), {}, { env, resources });
      deploy(world, { namespace, name: 'invoice-render', plan });
    },
  },
  {
    truth: {
      namespace: 'media',
      title: 'memory grows until the limit kills, every eighty seconds, one replica after the other',
      kind: 'Deployment',
      name: 'transcoder',
      condition: 'OOMKilled',
      cause: ['memory-leak', 'memory-limit-too-low'],
      must_cite: ['OOMKilled', '256Mi'],
      severity: 'medium',
      fix: 'find what transcoder keeps in memory; a higher limit only delays it',
    },
    begin: -9,
    act: (world, namespace) => {
      const log = [
        'INFO worker ready rss=61MB',
        'INFO job done segment=104 rss=118MB',
        'INFO job done segment=131 rss=187MB',
        'INFO job done segment=160 rss=251MB',
      ];
      const killed = { exitCode: 137, reason: 'OOMKilled', log };
      const resources = { limits: { memory: '256Mi' }, requests: { memory: '128Mi', cpu: '200m' } };
      const runs = [81, 84, 79, 82].map((seconds) => ({ ...killed, seconds }));
      const first = app(
        'transcoder',
        'media/transcoder:2.0.3',
        runs,
        { nodes: ['node-a1', 'node-a2'], offsets: [0, 41] },
        { resources },
      );
      deploy(world, { namespace, name: 'transcoder', replicas: 2, plan: first });
    },
  },
];
