/** Changes: one that breaks most replicas, and several that only look bad for a moment. */
import { app, crashing, deploy, type Scenario } from '../scenario.ts';
import { service } from '../service.ts';

const BAD_NUMBER = [
  'INFO:queue-worker:starting 2.6.0',
  'Traceback (most recent call last):',
  '  File "/app/worker/__main__.py", line 9, in <module>',
  '    settings = Settings.from_env()',
  '  File "/app/worker/settings.py", line 24, in from_env',
  '    prefetch=int(os.environ["PREFETCH"]),',
  "ValueError: invalid literal for int() with base 10: '4k'",
];

export const rollouts: readonly Scenario[] = [
  {
    truth: {
      namespace: 'queue',
      title: 'three of four replicas crash after a variable was changed',
      kind: 'Deployment',
      name: 'queue-worker',
      condition: 'CrashLoopBackOff',
      cause: 'rollout-regression',
      must_cite: ["invalid literal for int() with base 10: '4k'"],
      severity: 'medium',
      fix: 'set PREFETCH back to 4000, or roll back to revision 1',
    },
    begin: -7000,
    act: (world, namespace) => {
      const env = (value: string) => ({ env: [{ name: 'PREFETCH', value }] });
      const image = 'queue/worker:2.6.0';
      const worker = deploy(world, {
        namespace,
        name: 'queue-worker',
        replicas: 4,
        maxUnavailable: 3,
        maxSurge: 0,
        plan: app('queue-worker', image, [{ readyAfter: 6 }], {}, env('4000')),
      });
      const broken = app('queue-worker', image, crashing(1.2, 1, BAD_NUMBER), {}, env('4k'));
      world.recorder.at(140, () => worker.apply(broken));
    },
  },
  {
    truth: { namespace: 'shop', title: 'a rolling update that succeeds', none: true },
    begin: -5000,
    act: (world, namespace) => {
      const version = (tag: string) => app('shop', `shop/shop:${tag}`, [{ readyAfter: 17, probe: REFUSED_ONCE }]);
      const shop = deploy(world, { namespace, name: 'shop', replicas: 3, plan: version('11.0.0') });
      service(world, { namespace, name: 'shop', selector: shop.selector, port: 8080, pods: () => shop.pods });
      world.recorder.at(80, () => shop.apply(version('11.1.0')));
    },
  },
  {
    truth: {
      namespace: 'profile',
      title: 'readiness fails twice while a pod starts, and then never again',
      none: true,
    },
    begin: 55,
    act: (world, namespace) => {
      const runs = [{ readyAfter: 27, probe: { ...REFUSED_ONCE, at: [6, 16] } }];
      deploy(world, {
        namespace,
        name: 'profile',
        plan: app('profile', 'users/profile:4.0.0', runs),
      });
    },
  },
  {
    truth: { namespace: 'sessions', title: 'a pod deleted by hand, and replaced', none: true },
    begin: -4000,
    act: (world, namespace) => {
      const plan = app('sessions', 'users/sessions:1.7.0', [{ readyAfter: 7 }]);
      const sessions = deploy(world, { namespace, name: 'sessions', replicas: 2, plan });
      service(world, {
        namespace,
        name: 'sessions',
        selector: sessions.selector,
        port: 8080,
        pods: () => sessions.pods,
      });
      world.recorder.at(130, () => sessions.pods[0]?.remove());
    },
  },
];

const REFUSED_ONCE = {
  probe: 'Readiness' as const,
  output: 'Get "http://{ip}:8080/healthz": dial tcp {ip}:8080: connect: connection refused',
  at: [7],
};
