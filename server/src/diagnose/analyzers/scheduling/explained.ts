/** What is told of one obstacle beyond the scheduler's words, and how nodes are counted in it. */
import type { CauseCode, Citation } from '../../../model/diagnosis.ts';
import type { UnscheduledPod } from '../../unscheduled-pod.ts';

export interface Explained {
  readonly cause: CauseCode;
  readonly explanation: string;
  readonly nextSteps: readonly string[];
  readonly citations: readonly (Citation | null)[];
  readonly commands: readonly (string | null)[];
}

/** `2 of 5 nodes`, or `all nodes` where the message gives no number. */
export function nodesOf(nodes: number, { refusal }: UnscheduledPod): string {
  if (refusal.nodes === 0) return 'every node';
  return nodes >= refusal.nodes
    ? refusal.nodes === 1
      ? 'the only node'
      : `all ${refusal.nodes} nodes`
    : `${nodes} of ${refusal.nodes} nodes`;
}
