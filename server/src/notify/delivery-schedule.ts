/** When a delivery that failed is tried again, and when it is given up. */
import type { DeliveryOutcome } from '../model/delivery.ts';
import type { NextDelivery } from '../model/ports/telling.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The wait before each attempt; there are as many attempts as entries. (The schedule that Standard Webhooks suggests.) */
export const WAITS_MS = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

const LONGEST_RETRY_AFTER_MS = 24 * HOUR;
/** Each wait grows by up to this share, so that what failed together does not come back together. */
const JITTER = 0.1;

/**
 * What comes after attempt number `attempt` (1 for the first). A Retry-After lengthens the wait, up to a day, and never
 * shortens it: else an endpoint that answers `Retry-After: 0` would use up every attempt within a second.
 */
export function nextDelivery(
  outcome: DeliveryOutcome,
  attempt: number,
  now: number,
  random: () => number = Math.random,
): NextDelivery {
  switch (outcome.kind) {
    case 'delivered':
      return { status: 'delivered' };
    case 'gone':
      return { status: 'disabled' };
    case 'failed':
      return { status: 'dead' };
    case 'retry': {
      const wait = WAITS_MS[attempt];
      if (wait === undefined) return { status: 'dead' };
      const asked = Math.min(LONGEST_RETRY_AFTER_MS, outcome.retryAfterMs ?? 0);
      return { status: 'pending', nextAttemptAt: Math.ceil(now + Math.max(asked, wait * (1 + JITTER * random()))) };
    }
  }
}
