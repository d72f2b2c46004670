/** Containers that run, but fail what their kubelet asks of them: probes and hooks. */
import { app, deploy, type Scenario } from '../scenario.ts';
import { service } from '../service.ts';

const every = (first: number, period: number, until: number) =>
  Array.from({ length: Math.floor((until - first) / period) + 1 }, (_, index) => first + index * period);

const HOOK = '/opt/agent/register.sh --once';
const HOOK_FAILED = `Exec lifecycle hook ([/bin/sh -c ${HOOK}]) for Container "agent" in Pod "{pod}" failed - error: command '/bin/sh -c ${HOOK}' exited with 127: /bin/sh: /opt/agent/register.sh: not found\n, message: "/bin/sh: /opt/agent/register.sh: not found\\n"`;

export const probes: readonly Scenario[] = [
  {
    truth: {
      namespace: 'risk',
      title: 'the start takes longer than the startup probe allows',
      kind: 'Deployment',
      name: 'risk-engine',
      condition: 'Unhealthy',
      cause: 'startup-probe',
      must_cite: ['Startup probe failed'],
      severity: 'high',
      fix: 'raise failureThreshold or periodSeconds of the startup probe',
    },
    begin: -45,
    act: (world, namespace) => {
      const startupProbe = {
        httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 5,
        successThreshold: 1,
        failureThreshold: 6,
      };
      const output = 'Get "http://{ip}:8080/healthz": dial tcp {ip}:8080: connect: connection refused';
      const log = [
        'INFO loading model risk-2026-09 (1.9 GB)',
        'INFO model 34 % loaded',
        'INFO SIGTERM received, stopping',
      ];
      const runs = [
        {
          seconds: 31.8,
          exitCode: 143,
          log,
          readyAfter: null,
          probe: { probe: 'Startup' as const, output, at: every(5, 5, 30), kills: true },
        },
      ];
      deploy(world, {
        namespace,
        name: 'risk-engine',
        plan: app('risk-engine', 'risk/engine:3.0.0', runs, {}, { startupProbe }),
      });
    },
  },
  {
    truth: {
      namespace: 'recommend',
      title: 'a readiness command says what is missing, and never succeeds',
      kind: 'Deployment',
      name: 'recommender',
      condition: 'Unhealthy',
      cause: 'readiness-probe',
      must_cite: ['warm-up incomplete: 3 of 12 shards loaded'],
      severity: 'high',
      fix: 'find out why nine shards are not loaded',
    },
    begin: 35,
    act: (world, namespace) => {
      const readinessProbe = {
        exec: { command: ['/app/bin/ready'] },
        timeoutSeconds: 2,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      };
      const output = 'warm-up incomplete: 3 of 12 shards loaded\n';
      const log = [
        'INFO shard 1 loaded',
        'INFO shard 2 loaded',
        'INFO shard 3 loaded',
        'WARN shard 4: waiting for snapshot',
      ];
      const runs = [{ log, readyAfter: null, probe: { probe: 'Readiness' as const, output, at: every(9, 10, 350) } }];
      const plan = app('recommender', 'ml/recommender:12.0.0', runs, {}, { readinessProbe });
      const recommender = deploy(world, { namespace, name: 'recommender', plan });
      service(world, {
        namespace,
        name: 'recommender',
        selector: recommender.selector,
        port: 8080,
        pods: () => recommender.pods,
      });
    },
  },
  {
    truth: {
      namespace: 'fleet',
      title: 'a postStart hook names a script that is not there',
      kind: 'Deployment',
      name: 'agent',
      condition: 'FailedPostStartHook',
      cause: 'lifecycle-hook',
      must_cite: ['/opt/agent/register.sh'],
      severity: 'high',
      fix: 'correct the path in lifecycle.postStart',
    },
    begin: 42,
    act: (world, namespace) => {
      const lifecycle = { postStart: { exec: { command: ['/bin/sh', '-c', HOOK] } } };
      const plan = app('agent', 'fleet/agent:0.8.0', [{ postStart: HOOK_FAILED }], {}, { lifecycle });
      deploy(world, { namespace, name: 'agent', plan });
    },
  },
];
