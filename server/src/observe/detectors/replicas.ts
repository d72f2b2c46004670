/** Which replicas a workload lacks, since when, and whether that is still a start, a rollout or a lost node. */
import type { SlimObject } from '../../model/slim-object.ts';
import type { Context, Finding } from './detector.ts';
import { conditionOf, isLivePod, isOnLostNode, isReadyPod, readinessOfNode } from './reading.ts';

/** Transition times have whole seconds. */
const SAME_MOMENT_MS = 5000;

/** The pods of a workload, through its ReplicaSets where it has them. */
export function podsOf(workload: SlimObject, { around }: Context): readonly SlimObject[] {
  const pods: SlimObject[] = [];
  for (const child of around.ownedBy(workload.ref.uid)) {
    if (child.ref.kind === 'Pod') pods.push(child);
    if (child.ref.kind !== 'ReplicaSet') continue;
    for (const pod of around.ownedBy(child.ref.uid)) if (pod.ref.kind === 'Pod') pods.push(pod);
  }
  return pods;
}

export interface Shortage {
  readonly wanted: number;
  readonly available: number;
  readonly since: number | undefined;
  readonly graceMs: number;
  /** `all`: it is only a shortage since the last of the replicas became unready. */
  readonly lasting?: 'all';
}

/** The timing half of a finding about missing replicas. */
export function shortage(
  missing: Shortage,
  pods: readonly SlimObject[],
  context: Context,
): Pick<Finding, 'since' | 'dueAt' | 'heldBack'> {
  const unready = pods.filter((pod) => isLivePod(pod) && !isReadyPod(pod));
  const lost = unready.filter((pod) => isOnLostNode(pod, context.around)).length;
  const notBefore = Math.max(
    0,
    ...unready.map((pod) => startAllowance(pod, context)),
    ...unready.map((pod) => nodeAllowance(pod, context)),
  );
  return {
    since: missing.since ?? earliest(unready.map(unreadySince)),
    dueAt: (since) => Math.max(since + missing.graceMs, notBefore),
    heldBack: lost > 0 && missing.available + lost >= missing.wanted,
  };
}

/** When all the replicas that are ready had become so: the end of a shortage. */
export function readySince(pods: readonly SlimObject[]): number | undefined {
  const times = pods.filter(isReadyPod).flatMap((pod) => conditionOf(pod, 'Ready')?.since ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

export function unreadySince(pod: SlimObject): number {
  return conditionOf(pod, 'Ready')?.since ?? pod.createdAt;
}

/** A pod that was never ready may still be starting. */
function startAllowance(pod: SlimObject, { graces }: Context): number {
  return unreadySince(pod) <= pod.createdAt + SAME_MOMENT_MS ? pod.createdAt + graces.startMs : 0;
}

/** The pods of a node that came back report themselves one after the other. */
function nodeAllowance(pod: SlimObject, { around, graces }: Context): number {
  const node = readinessOfNode(pod, around);
  return node?.status === 'True' && node.since !== undefined && node.since > unreadySince(pod)
    ? node.since + graces.unreadyMs
    : 0;
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}
