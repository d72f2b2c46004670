/** How the autoscaler's controller words each failure to read metrics or reach its target; the most telling first. */

interface Told {
  readonly explanation: string;
  readonly confidence: number;
  readonly nextSteps: readonly string[];
}

interface MetricTrouble {
  readonly reads: (reason: string, says: string) => boolean;
  readonly explain: (says: string, name: string, target: string) => Told;
}

const noRequest: MetricTrouble = {
  reads: (_reason, says) => says.includes('missing request for '),
  explain: (says, name, target) => {
    const match = /missing request for ([a-z0-9./-]{1,64})(?: in container ([^\s]{1,63}) of Pod ([^\s]{1,253}))?/.exec(
      says,
    );
    const resource = match?.[1] ?? 'the resource';
    const container = match?.[2] === undefined ? 'a container' : `container ${match[2]}`;
    return {
      explanation: `Autoscaler ${name} cannot work out a utilisation of ${resource}: ${container} of ${target} has no ${resource} request to measure it against.`,
      confidence: 0.96,
      nextSteps: [
        `Set a ${resource} request on ${container} of ${target}, sidecars included`,
        'Or scale by averageValue or by the metric of one container (ContainerResource)',
      ],
    };
  },
};

const noTarget: MetricTrouble = {
  reads: (reason) => reason === 'FailedGetScale',
  explain: (says, name, target) => ({
    explanation: `Autoscaler ${name} cannot read the scale of ${target}: ${short(says)}.`,
    confidence: 0.93,
    nextSteps: [
      `Check that ${target} exists and can be scaled`,
      'Correct scaleTargetRef (apiVersion, kind and name), or delete the autoscaler',
    ],
  }),
};

const ambiguous: MetricTrouble = {
  reads: (reason) => reason === 'AmbiguousSelector' || reason === 'InvalidSelector' || reason === 'SelectorRequired',
  explain: (says, name, target) => ({
    explanation: `Autoscaler ${name} cannot tell which pods belong to ${target}: ${short(says)}.`,
    confidence: 0.9,
    nextSteps: ['Make the label selectors of the workloads distinct', 'Leave one autoscaler a workload'],
  }),
};

const foreignMetrics: MetricTrouble = {
  reads: (reason, says) =>
    says.includes('custom metrics API') ||
    says.includes('external metrics API') ||
    says.includes('custom.metrics.k8s.io') ||
    says.includes('external.metrics.k8s.io') ||
    ['FailedGetPodsMetric', 'FailedGetObjectMetric', 'FailedGetExternalMetric'].includes(reason),
  explain: (says, name) => {
    const kind = says.includes('external') ? 'external' : 'custom';
    const missing = says.includes('registered') || says.includes('could not find the requested resource');
    return {
      explanation: `Autoscaler ${name} gets no ${kind} metric${missing ? `, as nothing serves the ${kind} metrics API` : ''}: ${short(says)}.`,
      confidence: 0.93,
      nextSteps: [
        `Check the adapter that serves ${kind}.metrics.k8s.io (prometheus-adapter, KEDA): its pods and its APIService`,
        'Check that the metric exists under that name and labels',
      ],
    };
  },
};

const noServer: MetricTrouble = {
  reads: (_reason, says) =>
    says.includes('unable to fetch metrics from resource metrics API') ||
    (says.includes('metrics.k8s.io') && (says.includes('could not find') || says.includes('unable to handle'))),
  explain: (says, name) => ({
    explanation: `Autoscaler ${name} gets no metrics, as ${
      says.includes('could not find')
        ? 'nothing serves the metrics API (no metrics-server)'
        : says.includes('forbidden')
          ? 'it may not read the metrics API'
          : 'the metrics API does not answer'
    }: ${short(says)}.`,
    confidence: 0.95,
    nextSteps: [
      says.includes('could not find')
        ? 'Install metrics-server'
        : 'Look at the pods of metrics-server and at the APIService v1beta1.metrics.k8s.io',
      'Check that `kubectl top pods` answers',
    ],
  }),
};

const noSamples: MetricTrouble = {
  reads: (_reason, says) =>
    says.includes('did not receive metrics for') ||
    says.includes('no metrics returned from') ||
    says.includes('no recommendation') ||
    says.includes('no pods returned by selector'),
  explain: (says, name, target) => ({
    explanation: `Autoscaler ${name} has no metrics of the pods of ${target}, which may be new, not ready or missing: ${short(says)}.`,
    confidence: 0.8,
    nextSteps: [
      `Check that pods of ${target} run and are ready`,
      'Check that `kubectl top pods` shows them: metrics-server needs a minute after a start',
      'Look at the log of metrics-server for nodes that it cannot scrape',
    ],
  }),
};

const otherFailure: MetricTrouble = {
  reads: (reason, says) =>
    reason.startsWith('FailedGet') ||
    reason.startsWith('FailedCompute') ||
    says.includes('invalid metrics (') ||
    reason === 'InvalidMetricSourceType',
  explain: (says, name) => ({
    explanation: `Autoscaler ${name} cannot work out a scale: ${short(says)}.`,
    confidence: 0.8,
    nextSteps: [
      'Check that the metrics it names can be read (`kubectl top pods`, the adapter of custom metrics)',
      'Check its metrics in `kubectl describe`',
    ],
  }),
};

export const METRIC_TROUBLES: readonly MetricTrouble[] = [
  noRequest,
  noTarget,
  ambiguous,
  foreignMetrics,
  noServer,
  noSamples,
  otherFailure,
];

/** Failures are wrapped in one another: what went wrong stands last. */
function short(says: string): string {
  const inner = /first error is: (.{1,1500})/s.exec(says)?.[1] ?? says;
  return inner.trim().slice(-260).replace(/\.$/, '');
}
