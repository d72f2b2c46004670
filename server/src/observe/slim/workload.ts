/** Slims what makes pods: Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs. */
import { type Fields, fields, objects } from '../../kit/fields.ts';
import type { Interner } from './interner.ts';
import { sharedMap } from './metadata.ts';
import { pick, slimConditions } from './pick.ts';
import { slimPodSpec } from './pod-spec.ts';
import type { Slimmer } from './slimmed.ts';

function workload(specFields: readonly string[], statusFields: readonly string[]): Slimmer {
  return (raw, interner) => {
    const spec = fields(raw['spec']);
    const status = fields(raw['status']);
    return {
      spec: { ...interner.share(pick(spec, specFields)), template: slimTemplate(spec['template'], interner) },
      status: { ...pick(status, statusFields), conditions: slimConditions(status['conditions'], interner) },
    };
  };
}

/** Annotations of a template are what `kubectl rollout restart` and config checksums change: they tell one rollout from the next. */
function slimTemplate(value: unknown, interner: Interner): Fields {
  const template = fields(value);
  const metadata = fields(template['metadata']);
  return {
    metadata: {
      labels: sharedMap(metadata['labels'], interner, () => true),
      annotations: sharedMap(metadata['annotations'], interner, (text) => text.length <= 256),
    },
    spec: slimPodSpec(template['spec'], interner),
  };
}

const REPLICAS = ['observedGeneration', 'replicas', 'readyReplicas', 'availableReplicas', 'updatedReplicas'];

export const slimDeployment = workload(
  ['minReadySeconds', 'paused', 'progressDeadlineSeconds', 'replicas', 'selector', 'strategy'],
  [...REPLICAS, 'unavailableReplicas'],
);

export const slimReplicaSet = workload(['minReadySeconds', 'replicas', 'selector'], REPLICAS);

export const slimStatefulSet = workload(
  ['minReadySeconds', 'podManagementPolicy', 'replicas', 'selector', 'serviceName', 'updateStrategy'],
  [...REPLICAS, 'currentReplicas', 'currentRevision', 'updateRevision'],
);

export const slimDaemonSet = workload(
  ['minReadySeconds', 'selector', 'updateStrategy'],
  [
    'observedGeneration',
    'currentNumberScheduled',
    'desiredNumberScheduled',
    'numberAvailable',
    'numberMisscheduled',
    'numberReady',
    'numberUnavailable',
    'updatedNumberScheduled',
  ],
);

export const slimJob = workload(
  [
    'activeDeadlineSeconds',
    'backoffLimit',
    'backoffLimitPerIndex',
    'completionMode',
    'completions',
    'parallelism',
    'suspend',
  ],
  ['active', 'completionTime', 'failed', 'failedIndexes', 'ready', 'startTime', 'succeeded'],
);

export const slimCronJob: Slimmer = (raw, interner) => {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  const jobSpec = fields(fields(spec['jobTemplate'])['spec']);
  return {
    spec: {
      ...pick(spec, ['concurrencyPolicy', 'schedule', 'startingDeadlineSeconds', 'suspend', 'timeZone']),
      jobTemplate: {
        spec: {
          ...pick(jobSpec, ['activeDeadlineSeconds', 'backoffLimit', 'completions', 'parallelism']),
          template: slimTemplate(jobSpec['template'], interner),
        },
      },
    },
    status: {
      ...pick(status, ['lastScheduleTime', 'lastSuccessfulTime']),
      active: objects(status['active']).map((job) => pick(job, ['name', 'uid'])),
    },
  };
};
