/** How long to wait before the next try: doubling from a base to a cap, with full jitter. */

export interface BackoffPolicy {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * The wait before try `failures + 1`: a random share of min(cap, base × 2^(failures − 1)), never under the base's tenth,
 * so that a fleet that lost one server does not come back in step.
 */
export function backoffDelay(policy: BackoffPolicy, failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, failures - 1));
  return Math.max(policy.baseMs / 10, random() * ceiling);
}
