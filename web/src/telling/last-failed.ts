/** Whether the newest thing that is known of a channel is a failure: it may look ready, and nothing arrives. Pure. */
import type { WireChannel } from '@tattle/contract';

export function lastFailed({ lastDeliveredAt, lastFailure }: Pick<WireChannel, 'lastDeliveredAt' | 'lastFailure'>) {
  if (lastFailure === null) return false;
  return lastDeliveredAt === null || Date.parse(lastDeliveredAt) < Date.parse(lastFailure.at);
}
