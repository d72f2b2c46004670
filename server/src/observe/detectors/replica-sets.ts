/** StatefulSets and DaemonSets short of replicas, and ReplicaSets of no Deployment whose pods are refused. */
import type { SlimObject } from '../../model/slim-object.ts';
import { count } from '../../kit/fields.ts';
import { atOnce, type Context, type Detector, type Finding, type Raised } from './detector.ts';
import { because, conditionOf, isReadyPod, isStatusBehind, wantedReplicas } from './reading.ts';
import { podsOf, readySince, shortage } from './replicas.ts';

interface Numbers {
  readonly wanted: number;
  readonly ready: number;
  /** A rolling update goes on, one replica after the other. */
  readonly updating: boolean;
}

export const replicaSets: Detector = {
  name: 'replica-sets',
  kinds: ['StatefulSet', 'DaemonSet', 'ReplicaSet'],
  *detect(object, context) {
    if (object.deletingSince !== null || isStatusBehind(object)) return;
    const refused = conditionOf(object, 'ReplicaFailure');
    if (object.ref.kind === 'ReplicaSet') {
      if (refused?.status !== 'True' || object.owners.length > 0) return;
      const message = `Its pods could not be created or deleted${because(refused.message)}`;
      yield {
        condition: refused.reason || 'FailedCreate',
        container: '',
        since: refused.since,
        dueAt: atOnce,
        message,
      };
      return;
    }
    const numbers = numbersOf(object);
    if (numbers.ready < numbers.wanted) {
      const pods = podsOf(object, context);
      // A replica that just became ready is not counted yet.
      if (pods.filter(isReadyPod).length < numbers.wanted) yield short(numbers, pods, context);
    }
  },
  overAt(object, raised, context) {
    return raised.condition === 'ReplicasUnavailable' ? settledAt(object, raised, context) : context.now;
  },
};

function numbersOf({ ref, spec, status }: SlimObject): Numbers {
  if (ref.kind === 'DaemonSet') {
    const wanted = count(status['desiredNumberScheduled']);
    return {
      wanted,
      ready: count(status['numberReady']),
      updating: count(status['updatedNumberScheduled'], wanted) < wanted,
    };
  }
  const wanted = count(spec['replicas'], 1);
  const updating =
    status['updateRevision'] !== status['currentRevision'] && count(status['updatedReplicas'], wanted) < wanted;
  return { wanted, ready: count(status['readyReplicas']), updating };
}

function short({ wanted, ready, updating }: Numbers, pods: readonly SlimObject[], context: Context): Finding {
  const graceMs = updating ? context.graces.rolloutMs : context.graces.shortOfReplicasMs;
  return {
    condition: 'ReplicasUnavailable',
    container: '',
    message: `Only ${ready} of ${wanted} wanted replicas are ready`,
    ...shortage({ wanted, available: ready, since: undefined, graceMs }, pods, context),
  };
}

function settledAt(object: SlimObject, raised: Raised, context: Context): number {
  if (object.deletingSince !== null || (object.ref.kind === 'StatefulSet' && wantedReplicas(object) === 0))
    return context.now;
  if (isStatusBehind(object)) return Number.POSITIVE_INFINITY;
  const recovered = readySince(podsOf(object, context));
  return recovered === undefined ? context.now : Math.max(raised.since, recovered) + context.graces.stableMs;
}
