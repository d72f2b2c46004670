import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { autoscaler } from './autoscaler.ts';

const object = { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'api' };
const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' } };

function found(reason: string, message: string, conditions: object[] = []) {
  const shape: CaseShape = {
    condition: reason,
    root: object,
    objects: [{ kind: 'HorizontalPodAutoscaler', spec, status: { conditions } }],
    events: [{ reason, message, object, source: 'horizontal-pod-autoscaler' }],
  };
  return autoscaler.analyze(makeCase(shape))[0];
}

describe('autoscaler', () => {
  it.each([
    [
      'FailedGetResourceMetric',
      'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
      'no metrics-server',
    ],
    [
      'FailedGetResourceMetric',
      'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)',
      'the metrics API does not answer',
    ],
    [
      'FailedGetResourceMetric',
      'failed to get cpu utilization: missing request for cpu in container proxy of Pod api-1',
      'container proxy of Deployment api has no cpu request',
    ],
    ['FailedGetResourceMetric', 'missing request for memory', 'has no memory request'],
    [
      'FailedGetResourceMetric',
      'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)',
      'new, not ready or missing',
    ],
    [
      'FailedComputeMetricsReplicas',
      'invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: did not receive metrics for any ready pods',
      'no metrics of the pods of Deployment api',
    ],
    [
      'FailedGetPodsMetric',
      'unable to get metric http_requests: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
      'nothing serves the custom metrics API',
    ],
    [
      'FailedGetExternalMetric',
      'unable to get external metric shop/queue: unable to fetch metrics from external metrics API: the server is currently unable to handle the request',
      'no external metric',
    ],
    ['FailedGetScale', 'deployments/scale.apps "api" not found', 'cannot read the scale of Deployment api'],
  ])('reads %s: %s', (reason, message, phrase) => {
    const finding = found(reason, message);
    expect(finding?.cause).toBe('metrics-unavailable');
    expect(finding?.explanation).toContain(phrase);
    expect(words(finding)[0]).toBe(message);
  });

  it('reads the condition where no event was had', () => {
    const message =
      'the HPA was unable to compute the replica count: missing request for cpu in container app of Pod api-1';
    const conditions = [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message }];
    const the = makeCase({
      condition: 'FailedGetResourceMetric',
      root: object,
      objects: [{ kind: object.kind, spec, status: { conditions } }],
    });
    expect(words(autoscaler.analyze(the)[0])[0]).toBe(`conditions[ScalingActive].message: ${message}`);
  });

  it('stays silent once metrics come, and for limits that were reached', () => {
    const fine = ['AbleToScale', 'ScalingActive'].map((type) => ({
      type,
      status: 'True',
      reason: 'ValidMetricFound',
      message: 'x',
    }));
    expect(found('FailedGetResourceMetric', 'no metrics returned from resource metrics API', fine)).toBeUndefined();
    expect(
      found('TooManyReplicas', 'the desired replica count is more than the maximum replica count'),
    ).toBeUndefined();
    expect(autoscaler.analyze(makeCase({}))).toEqual([]);
  });
});
