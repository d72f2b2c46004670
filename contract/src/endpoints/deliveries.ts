/** Deliveries: what was sent where, and sending some of it again. */
import { z } from 'zod';
import { deliveryPage, deliveryReplay, deliveryReplayed, deliveryStatus, noticeKind } from '../delivery.ts';
import { endpoint } from '../endpoint.ts';
import { cursor, exactText, limit, range } from '../parameters.ts';

export const deliveryEndpoints = {
  listDeliveries: endpoint({
    id: 'listDeliveries',
    method: 'GET',
    path: '/api/v1/deliveries',
    tag: 'Deliveries',
    summary: 'What was sent where, the newest first',
    access: { role: 'viewer', scope: 'applied' },
    query: {
      id: z.array(exactText).default([]).describe('Ids of deliveries.'),
      status: z.array(deliveryStatus).default([]).describe('At least one of these.'),
      channel: exactText.optional().describe('Name of the channel.'),
      incident: exactText.optional().describe('Id of the incident that it tells of.'),
      notice: noticeKind.optional(),
      ...range,
      limit: limit(100, 1000),
      cursor,
    },
    answer: deliveryPage,
  }),
  replayDeliveries: endpoint({
    id: 'replayDeliveries',
    method: 'POST',
    path: '/api/v1/deliveries/replay',
    tag: 'Deliveries',
    summary: 'Send deliveries again, under the same id',
    access: { role: 'operator', scope: 'applied' },
    body: deliveryReplay,
    bodyHint: 'Send {"ids": [...]}, or {"from": …, "to": …} with status and channel where wanted.',
    answer: deliveryReplayed,
  }),
};
