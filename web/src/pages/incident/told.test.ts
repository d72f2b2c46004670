import type { WireDelivery } from '@tattle/contract';
import { expect, it } from 'vitest';
import { toldOf } from './told.ts';

const CREATED = '2026-01-31T14:00:00.000Z';
const DELIVERED = '2026-01-31T14:00:02.000Z';

const delivery = (change: Partial<WireDelivery>): WireDelivery => ({
  id: 'd1',
  channel: 'slack',
  incidentId: 'i1',
  notice: 'opened',
  status: 'delivered',
  attempts: 1,
  createdAt: CREATED,
  nextAttemptAt: null,
  deliveredAt: DELIVERED,
  lastError: null,
  lastStatusCode: 200,
  ...change,
});

it('says of each delivery what was told to whom, and what became of it', () => {
  const dead = delivery({ id: 'd2', channel: 'on: call', notice: 'resolved', status: 'dead', deliveredAt: null });
  expect(toldOf([delivery({}), dead])).toEqual([
    { id: 'd1', at: DELIVERED, channel: 'slack', what: 'that it began', outcome: 'delivered', isGood: true },
    {
      id: 'd2',
      at: CREATED,
      channel: 'on: call',
      what: 'that it ended',
      outcome: 'could not be delivered',
      isGood: false,
    },
  ]);
});
