/** Who was told about an incident, in words. */
import type { WireDelivery } from '@tattle/contract';

export interface Told {
  /** Id of the delivery. */
  readonly id: string;
  readonly at: string;
  readonly channel: string;
  readonly what: string;
  readonly outcome: string;
  readonly isGood: boolean;
}

const WHAT: Readonly<Record<WireDelivery['notice'], string>> = {
  opened: 'that it began',
  worse: 'that it got worse',
  resolved: 'that it ended',
  test: 'as a test',
};

const OUTCOMES: Readonly<Record<WireDelivery['status'], string>> = {
  pending: 'waits to be sent',
  delivered: 'delivered',
  dead: 'could not be delivered',
  suppressed: 'not sent: of a replay',
  disabled: 'the channel is gone',
};

export function toldOf(deliveries: readonly WireDelivery[]): readonly Told[] {
  return deliveries.map(({ id, channel, notice, status, createdAt, deliveredAt }) => ({
    id,
    at: deliveredAt ?? createdAt,
    channel,
    what: WHAT[notice],
    outcome: OUTCOMES[status],
    isGood: status === 'delivered',
  }));
}
