/** Deployments without any available replica, with a rollout that does not get on, or whose pods are refused. */
import type { SlimObject } from '../../model/slim-object.ts';
import { count } from '../../kit/fields.ts';
import { after, atOnce, type Context, type Detector, type Finding } from './detector.ts';
import { because, conditionOf, isReadyPod, isStatusBehind, type StatusCondition, wantedReplicas } from './reading.ts';
import { podsOf, shortage } from './replicas.ts';

/** From this on a progress deadline means that there is none. */
const NO_DEADLINE_SECONDS = 2_147_483_647;

export const deployment: Detector = {
  name: 'deployment',
  kinds: ['Deployment'],
  *detect(object, context) {
    if (object.deletingSince !== null || isStatusBehind(object)) return;
    const progressing = conditionOf(object, 'Progressing');
    if (wantedReplicas(object) > 0) yield* unavailable(object, progressing, context);
    if (progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded') {
      yield found(
        'ProgressDeadlineExceeded',
        progressing,
        `The rollout made no progress within its deadline${because(progressing.message)}`,
      );
    }
    const refused = conditionOf(object, 'ReplicaFailure');
    if (refused?.status === 'True') {
      yield found(
        refused.reason || 'FailedCreate',
        refused,
        `Its pods could not be created or deleted${because(refused.message)}`,
      );
    }
    if (hasNoDeadline(object)) yield* stuck(object, progressing, context);
  },
  // Between two crashes replicas are available for moments: only those that stay so end the condition.
  overAt(object, raised, { now, graces }) {
    if (raised.condition !== 'MinimumReplicasUnavailable')
      return isStatusBehind(object) ? Number.POSITIVE_INFINITY : now;
    if (wantedReplicas(object) === 0 || object.deletingSince !== null) return now;
    const available = conditionOf(object, 'Available');
    return available?.status === 'True' ? (available.since ?? now) + graces.stableMs : Number.POSITIVE_INFINITY;
  },
};

function* unavailable(
  object: SlimObject,
  progressing: StatusCondition | undefined,
  context: Context,
): Iterable<Finding> {
  const available = conditionOf(object, 'Available');
  const pods = podsOf(object, context);
  // A replica that just became ready is not counted yet.
  if (available?.status !== 'False' || count(object.status['availableReplicas']) > 0 || pods.some(isReadyPod)) return;
  const wanted = wantedReplicas(object);
  const graceMs = isRollingOut(progressing) ? context.graces.rolloutMs : context.graces.shortOfReplicasMs;
  yield {
    condition: 'MinimumReplicasUnavailable',
    container: '',
    message: `None of the ${wanted} wanted replicas is available`,
    // One replica of a lost node would be enough.
    ...shortage({ wanted: 1, available: 0, since: available.since, graceMs, lasting: 'all' }, pods, context),
  };
}

function isRollingOut(progressing: StatusCondition | undefined): boolean {
  return progressing?.status === 'True' && progressing.reason !== 'NewReplicaSetAvailable';
}

function hasNoDeadline(object: SlimObject): boolean {
  return (
    object.spec['paused'] !== true &&
    count(object.spec['progressDeadlineSeconds'], NO_DEADLINE_SECONDS) >= NO_DEADLINE_SECONDS
  );
}

/** Without a deadline of its own, a rollout that has not moved for long is stuck all the same. */
function* stuck(object: SlimObject, progressing: StatusCondition | undefined, { graces }: Context): Iterable<Finding> {
  const wanted = wantedReplicas(object);
  const updated = count(object.status['updatedReplicas']);
  const isDone =
    updated >= wanted &&
    count(object.status['replicas']) <= updated &&
    count(object.status['availableReplicas']) >= wanted;
  if (isDone) return;
  yield {
    condition: 'RolloutStuck',
    container: '',
    since: progressing?.updatedAt ?? conditionOf(object, 'Available')?.since,
    dueAt: after(graces.rolloutMs),
    message: `The rollout does not get on: ${updated} of ${wanted} replicas are updated, and it has no deadline of its own`,
  };
}

function found(condition: string, { since }: StatusCondition, message: string): Finding {
  return { condition, container: '', since, dueAt: atOnce, message };
}
