/** Deliveries on the wire, and the order to send some again. */
import { z } from 'zod';
import { moment } from './parameters.ts';
import { pageOf, time } from './values.ts';

export const deliveryStatus = z
  .enum(['pending', 'delivered', 'dead', 'suppressed', 'disabled'])
  .describe(
    '`pending`: waits for its next attempt. `dead`: out of attempts. `suppressed`: of a replay, never sent. `disabled`: the channel said that it is gone (HTTP 410).',
  );
export const noticeKind = z
  .enum(['opened', 'worse', 'resolved', 'diagnosed', 'acknowledged', 'reminder', 'escalated', 'digest', 'test'])
  .describe(
    'What is told: an incident opened, got worse or was resolved; its cause was found later (`diagnosed`); somebody looks at it (`acknowledged`); it still goes on (`reminder`); nobody acknowledged it in time (`escalated`); several in one summary (`digest`); `test` tries the channel.',
  );

export const delivery = z
  .object({
    id: z.string().describe('The same over all attempts, also when it is sent again.'),
    noticeId: z.string().describe('Of what is told, the same for every channel; a webhook has it as `webhook-id`.'),
    channel: z.string().describe('Name of the channel.'),
    incidentId: z.string().nullable().describe('Null where it is about none, or several: a digest, a test.'),
    incidentTitle: z
      .string()
      .nullable()
      .describe('As it is now; null where it is about none, or one that is not kept any more.'),
    notice: noticeKind,
    status: deliveryStatus,
    attempts: z.int().describe('How many were made.'),
    createdAt: time,
    nextAttemptAt: time.nullable().describe('Null where none is to come.'),
    deliveredAt: time.nullable().describe('Null until it was taken.'),
    lastError: z.string().nullable().describe('Why the newest attempt failed; null where it did not.'),
    lastStatusCode: z
      .int()
      .nullable()
      .describe('What the channel answered last; null where it speaks no HTTP, or not yet.'),
  })
  .meta({ id: 'Delivery', description: 'One notice to one channel.' });
export type WireDelivery = z.infer<typeof delivery>;

export const deliveryPage = pageOf(delivery);
export type WireDeliveryPage = z.infer<typeof deliveryPage>;

/** Either by id, or by the time at which they were made; a range takes the dead and disabled ones unless told otherwise. */
export const deliveryReplay = z.union([
  z.strictObject({
    ids: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(1000)
      .describe('Delivered, dead and disabled ones are sent again; others are left as they are.'),
  }),
  z.strictObject({
    from: moment.describe('When they were made, included.'),
    to: moment.describe('When they were made, not included.'),
    status: z
      .array(z.enum(['delivered', 'dead', 'disabled']))
      .min(1)
      .optional()
      .describe('Left out: dead and disabled ones.'),
    channel: z.string().min(1).max(200).optional().describe('Left out: all channels.'),
  }),
]);
export type WireDeliveryReplay = z.infer<typeof deliveryReplay>;

export const deliveryReplayed = z.object({
  replayed: z.int().describe('How many are pending again, at most 10,000 at a time: asking again takes the next.'),
});
export type WireDeliveryReplayed = z.infer<typeof deliveryReplayed>;
