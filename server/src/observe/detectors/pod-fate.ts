/** What befalls a pod as a whole: it finds no node, is evicted, fails for good, or does not go away. */
import type { SlimObject } from '../../model/slim-object.ts';
import { text } from '../../kit/fields.ts';
import { after, atOnce, type Context, type Detector, type Finding } from './detector.ts';
import { because, conditionOf, containersOf, isLivePod, isOnLostNode, phaseOf } from './reading.ts';

/** An evicted pod's object stays behind for days; the eviction itself is over once its successor had time to come. */
const EVICTION_MS = 300_000;
/** A pod that no scheduler has looked at for this long has none. */
const UNSEEN_MS = 120_000;

export const podFate: Detector = {
  name: 'pod-fate',
  kinds: ['Pod'],
  *detect(pod, context) {
    if (pod.deletingSince !== null) {
      yield terminating(pod, pod.deletingSince, context);
    } else if (phaseOf(pod) === 'Failed') {
      const failed = failure(pod);
      if (failed !== undefined) yield failed;
    } else if (isLivePod(pod)) {
      const waiting = unscheduled(pod, context);
      if (waiting !== undefined) yield waiting;
    }
  },
};

/** `deletionTimestamp` is when the pod should have been gone, its grace period included. */
function terminating(pod: SlimObject, deadline: number, { now, graces, around }: Context): Finding {
  const holders = pod.finalizers ?? [];
  return {
    condition: 'StuckTerminating',
    container: '',
    since: deadline,
    ahead: deadline > now,
    dueAt: () => deadline + graces.terminatingMs,
    message: `The pod should have been gone, but is still there${holders.length > 0 ? `: finalizers ${holders.join(', ')}` : ''}`,
    heldBack: isOnLostNode(pod, around),
  };
}

function unscheduled(pod: SlimObject, { graces }: Context): Finding | undefined {
  if (text(pod.spec['nodeName']) !== '') return undefined;
  const scheduled = conditionOf(pod, 'PodScheduled');
  const base = { condition: 'FailedScheduling', container: '' } as const;
  if (scheduled === undefined) {
    const scheduler = text(pod.spec['schedulerName'], 128) || 'default-scheduler';
    return {
      ...base,
      since: pod.createdAt,
      dueAt: after(UNSEEN_MS),
      message: `No scheduler has looked at the pod: is ${scheduler} running?`,
    };
  }
  // A gated pod waits because somebody wants it to.
  if (scheduled.status !== 'False' || scheduled.reason === 'SchedulingGated') return undefined;
  const since = scheduled.since ?? pod.createdAt;
  return {
    ...base,
    since,
    dueAt: after(graces.unschedulableMs),
    message: `No node fits the pod${because(scheduled.message)}`,
  };
}

/** Node shutdowns and lost nodes end pods too: those are the node's story. */
const NODE_REASONS: ReadonlySet<string> = new Set([
  'NodeLost',
  'NodeShutdown',
  'Shutdown',
  'Terminated',
  'NodeAffinity',
]);

function failure(pod: SlimObject): Finding | undefined {
  const reason = text(pod.status['reason']);
  const since = failedAt(pod);
  const told = { container: '', since, dueAt: atOnce, moment: true, until: since + EVICTION_MS } as const;
  const message = text(pod.status['message'], 2048);
  if (reason === 'Evicted')
    return { ...told, condition: 'Evicted', message: `The pod was evicted from its node${because(message)}` };
  if (reason === 'Preempting')
    return {
      ...told,
      condition: 'Preempted',
      message: `The pod made room for a more important one${because(message)}`,
    };
  if (NODE_REASONS.has(reason) || pod.owners.some(({ kind }) => kind === 'Job')) return undefined;
  const crashed = containersOf(pod).find(({ terminated }) => terminated !== undefined && terminated.exitCode !== 0);
  if (crashed?.terminated?.reason === 'OOMKilled') return undefined;
  const ended = crashed?.terminated && `container ${crashed.name} ended with exit code ${crashed.terminated.exitCode}`;
  return {
    ...told,
    condition: 'PodFailed',
    message: `The pod failed and is not restarted${because(reason, ended ?? '', message)}`,
  };
}

function failedAt(pod: SlimObject): number {
  const disrupted = conditionOf(pod, 'DisruptionTarget')?.since;
  const ends = containersOf(pod).flatMap(({ terminated }) => terminated?.finishedAt ?? []);
  const ready = conditionOf(pod, 'Ready');
  return (
    disrupted ??
    (ends.length > 0 ? Math.max(...ends) : undefined) ??
    (ready?.status === 'False' ? ready.since : undefined) ??
    pod.createdAt
  );
}
