/** Whether an object does what it is there for, by its own status. */
import type { SlimObject } from '../model/slim-object.ts';
import type { ClusterObjects } from './cache-cluster.ts';
import { conditionOf, conditionsOf, isReadyPod, isStatusBehind, phaseOf, wantedReplicas } from './detectors/reading.ts';
import { count, time } from '../kit/fields.ts';

/** Undefined where its status does not tell. */
export function workHealth(object: SlimObject, around: ClusterObjects): boolean | undefined {
  switch (object.ref.kind) {
    case 'Deployment':
      return (
        hasReplicas(object, 'updatedReplicas') && count(object.status['availableReplicas']) >= wantedReplicas(object)
      );
    case 'StatefulSet':
      return hasReplicas(object, 'readyReplicas');
    case 'ReplicaSet':
      return hasReplicas(object, 'readyReplicas');
    case 'DaemonSet':
      return (
        !isStatusBehind(object) && count(object.status['numberReady']) >= count(object.status['desiredNumberScheduled'])
      );
    case 'Pod':
      return phaseOf(object) === 'Succeeded' || isReadyPod(object);
    case 'Node':
      return conditionOf(object, 'Ready')?.status === 'True';
    case 'Job':
      return conditionOf(object, 'Complete')?.status === 'True' || object.spec['suspend'] === true;
    case 'CronJob':
      return lastRunSucceeded(object, around);
    case 'PersistentVolumeClaim':
      return phaseOf(object) === 'Bound';
    case 'HorizontalPodAutoscaler':
      return !conditionsOf(object).some(({ type, status }) => type !== 'ScalingLimited' && status === 'False');
    default:
      // Nothing raised on it, and no better measure.
      return true;
  }
}

function hasReplicas(object: SlimObject, field: string): boolean {
  return !isStatusBehind(object) && count(object.status[field]) >= wantedReplicas(object);
}

function lastRunSucceeded(cronJob: SlimObject, around: ClusterObjects): boolean | undefined {
  if (around.knowledge('Job') !== 'synced') {
    const succeeded = time(cronJob.status['lastSuccessfulTime']);
    const scheduled = time(cronJob.status['lastScheduleTime']);
    return succeeded === undefined || scheduled === undefined ? undefined : succeeded >= scheduled;
  }
  const runs = [...around.ownedBy(cronJob.ref.uid)].sort((a, b) => b.createdAt - a.createdAt);
  const ended = runs.find((run) => ['Complete', 'Failed'].some((type) => conditionOf(run, type)?.status === 'True'));
  return ended === undefined ? undefined : conditionOf(ended, 'Complete')?.status === 'True';
}
