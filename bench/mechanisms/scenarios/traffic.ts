/** Services and autoscalers that lack what they work with. */
import type { KubeObject } from '../kube-object.ts';
import type { Deployment } from '../deployment.ts';
import { app, deploy, type Scenario } from '../scenario.ts';
import { service } from '../service.ts';
import type { World } from '../world.ts';

function autoscaler(world: World, namespace: string, name: string, target: Deployment): void {
  const { recorder } = world;
  const spec = {
    scaleTargetRef: { kind: 'Deployment', name, apiVersion: 'apps/v1' },
    minReplicas: 2,
    maxReplicas: 6,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  };
  const scaler: KubeObject = recorder.create({
    kind: 'HorizontalPodAutoscaler',
    name,
    namespace,
    spec,
    status: { currentReplicas: 0, desiredReplicas: 0, currentMetrics: null },
  });
  const say = (reason: string, message: string) =>
    recorder.event(scaler, { type: 'Warning', reason, message, component: 'horizontal-pod-autoscaler' });
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastTransitionTime: recorder.iso(),
    reason,
    message,
  });
  recorder.after(15, () => {
    const missing = `missing request for cpu in container ${name} of Pod ${target.pods[0]?.object.metadata.name}`;
    scaler.status = {
      currentReplicas: 2,
      desiredReplicas: 0,
      currentMetrics: null,
      conditions: [
        condition(
          'AbleToScale',
          'True',
          'SucceededGetScale',
          "the HPA controller was able to get the target's current scale",
        ),
        condition(
          'ScalingActive',
          'False',
          'FailedGetResourceMetric',
          `the HPA was unable to compute the replica count: failed to get cpu utilization: ${missing}`,
        ),
      ],
    };
    recorder.update(scaler);
    for (let after = 0; after < 330; after += 15) {
      recorder.after(after, () => {
        say('FailedGetResourceMetric', `failed to get cpu utilization: ${missing}`);
        say(
          'FailedComputeMetricsReplicas',
          `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: ${missing}`,
        );
      });
    }
  });
}

export const traffic: readonly Scenario[] = [
  {
    truth: {
      namespace: 'booking',
      title: 'an autoscaler measures CPU of pods that request none',
      kind: 'HorizontalPodAutoscaler',
      name: 'booking',
      condition: 'FailedGetResourceMetric',
      cause: 'metrics-unavailable',
      must_cite: ['missing request for cpu'],
      severity: 'medium',
      fix: 'give the container booking a CPU request',
    },
    begin: 5,
    act: (world, namespace) => {
      const plan = app('booking', 'travel/booking:3.8.0', [{ readyAfter: 6 }]);
      autoscaler(world, namespace, 'booking', deploy(world, { namespace, name: 'booking', replicas: 2, plan }));
    },
  },
  {
    truth: {
      namespace: 'loyalty',
      title: 'a service selects pods that its deployment, paused before its first rollout, never made',
      kind: 'Deployment',
      name: 'points',
      condition: ['MinimumReplicasUnavailable', 'NoEndpoints'],
      cause: 'no-endpoints',
      severity: 'high',
      fix: 'resume the rollout of deployment points',
    },
    begin: 62,
    act: (world, namespace) => {
      const plan = app('points', 'loyalty/points:1.0.0', [{}]);
      const { selector } = deploy(world, { namespace, name: 'points', replicas: 2, plan, paused: true });
      service(world, { namespace, name: 'points', selector, port: 8080, pods: () => [] });
    },
  },
  {
    truth: { namespace: 'seasonal', title: 'a deployment that was scaled to nothing, with its service', none: true },
    begin: -2000,
    act: (world, namespace) => {
      const plan = app('advent-calendar', 'promo/advent:1.2.0', [{}]);
      const calendar = deploy(world, { namespace, name: 'advent-calendar', replicas: 2, plan });
      const { selector } = calendar;
      service(world, { namespace, name: 'advent-calendar', selector, port: 8080, pods: () => calendar.pods });
      world.recorder.at(50, () => calendar.scale(0));
    },
  },
];
