/** What reasons that nobody listed probably mean: custom controllers follow habits, and an unknown failure is still one. */
import type { Category } from '../model/cluster-event.ts';

const FAILURE =
  /Fail|Error|BackOff|Unhealthy|Denied|Forbidden|Time[dO]?.?[oO]ut|Invalid|Exceeded|NotReady|Unavailable|Degraded|Evict|OOM|Lost|Reject|Conflict|Unable|Cannot|NotFound|Stuck|Stalled|Expired|Refused|Crash|Panic|Violation|Abort/i;

const HINTS: readonly (readonly [RegExp, Category])[] = [
  [/Schedul/i, 'Scheduling'],
  [/Image|Registry/i, 'Image'],
  [/OOM|Memory/i, 'Memory'],
  [/Probe|Liveness|Readiness/i, 'Probe'],
  [/Volume|Mount|Storage|Snapshot|Disk|Claim|Backup|Restore/i, 'Storage'],
  [/Quota|LimitRange/i, 'Quota'],
  [/Scal(?:e|ing)|Replicas/i, 'Autoscaling'],
  [/Cert|TLS|Secret|Auth|Policy|RBAC|Denied|Forbidden|Violation/i, 'Security'],
  [/Network|Endpoint|LoadBalancer|DNS|Ingress|Gateway|Route|Service|Address|\bIP/i, 'Network'],
  [/Node|Kubelet|Kernel|Machine|Instance/i, 'Node'],
  [/Job|Backoff|Deadline/i, 'Job'],
  [/Leader|APIServer|Etcd|Webhook|Admission/i, 'ControlPlane'],
  [/Crash|Container|Restart/i, 'Crash'],
  [/Config|Invalid|Validat|Spec|Parse/i, 'Config'],
  [/Sync|Reconcil|Deploy|Rollout|Release|Chart|Apply/i, 'Application'],
];

export interface Guess {
  readonly category: Category;
  readonly failure: boolean;
}

export function guessFromReason(reason: string): Guess {
  const start = reason.slice(0, 200);
  return {
    category: HINTS.find(([pattern]) => pattern.test(start))?.[1] ?? 'Other',
    failure: FAILURE.test(start),
  };
}
