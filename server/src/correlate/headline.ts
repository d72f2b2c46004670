/** Under which name an incident is told: the strand that says most about the cause, and the place that it sits at. */
import type { Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { spoken } from './place.ts';
import { isAlert } from './strand.ts';

/**
 * From causes to consequences; a name further left explains those further right. A crash loop is the headline only where nothing
 * more specific explains the restarts; a workload without replicas only where nothing says why.
 */
const ORDER: readonly string[] = (
  'NodeNotReady KernelDeadlock KernelPanic ReadonlyFilesystem SystemOOM DiskPressure MemoryPressure PIDPressure OutOfDisk NetworkUnavailable ' +
  'PersistentVolumeClaimLost InvalidImageName ErrImageNeverPull SignatureValidationFailed ImageInspectError ImagePullBackOff ' +
  'CreateContainerConfigError CreateContainerError StartError RunContainerError OOMKilled FailedPostStartHook BackoffLimitExceeded ' +
  'PodFailurePolicy FailedIndexes DeadlineExceeded FailedMount FailedScheduling FailedCreate FailedCreatePodSandBox Evicted Preempted ' +
  'Unhealthy/probe-kill CrashLoopBackOff ProvisioningFailed RestartingOften PersistentVolumeClaimPending Unhealthy/liveness Unhealthy/startup ' +
  'Unhealthy ReadinessGatesNotReady PodFailed'
).split(' ');
const RANKS: ReadonlyMap<string, number> = new Map(ORDER.map((name, index) => [name, index]));
/** What only says that something else is wrong. */
const CONSEQUENCES: ReadonlyMap<string, number> = new Map(
  'StuckTerminating RolloutStuck ProgressDeadlineExceeded NoEndpoints MinimumReplicasUnavailable ReplicasUnavailable Degraded TaintManagerEviction'
    .split(' ')
    .map((name, index) => [name, 1000 + index]),
);
const BETWEEN = 500;
/** What people measure from outside says less of the cause than what the cluster itself says. */
const ALERTS = 900;

function rankOf(strand: Strand): number {
  const { condition, aspect, rule } = strand;
  if (isAlert(strand)) return ALERTS;
  const own = RANKS.get(`${condition}/${aspect}`) ?? RANKS.get(condition) ?? CONSEQUENCES.get(condition) ?? BETWEEN;
  // What a lost node did to a pod is told by the node.
  return rule === 'node-lost' || rule === 'node-pressure' ? own + 2000 : own;
}

/** A cause that ended is remembered for a while: what it brought about ends after it. */
const LINGERS_MS = 60_000;

/** The strand to name an incident after: of those that go on, else of all; the earlier one of two equals. */
export function headlineOf(strands: readonly Strand[]): Strand | undefined {
  const at = lastNewsOf(strands);
  let best: Strand | undefined;
  for (const strand of strands) if (best === undefined || precedes(strand, best, at)) best = strand;
  return best;
}

/** What only says that something else is wrong never takes the place of a name that said more. */
export function isConsequence(strand: Strand): boolean {
  return CONSEQUENCES.has(strand.condition) || strand.rule === 'node-lost' || strand.rule === 'node-pressure';
}

/** The incident's own time: that of asking would make its name depend on when one asks. */
function lastNewsOf(strands: readonly Strand[]): number {
  return strands.reduce((latest, { lastSeen, clearedAt }) => Math.max(latest, lastSeen, clearedAt ?? 0), 0);
}

function goesOn({ clearedAt }: Strand, at: number): boolean {
  return clearedAt === null || at - clearedAt < LINGERS_MS;
}

function precedes(a: Strand, b: Strand, at: number): boolean {
  if (goesOn(a, at) !== goesOn(b, at)) return goesOn(a, at);
  const difference = rankOf(a) - rankOf(b);
  if (difference !== 0) return difference < 0;
  return a.firstSeen < b.firstSeen || (a.firstSeen === b.firstSeen && a.key < b.key);
}

export function titleOf(condition: string, root: ObjectRef): string {
  return `${condition}: ${spoken(root)}`;
}
