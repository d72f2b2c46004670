/** Deliveries on the wire, and the order to send some again. */
import { z } from 'zod';

const time = z.iso.datetime();

export const deliveryStatus = z.enum(['pending', 'delivered', 'dead', 'suppressed', 'disabled']);
export const noticeKind = z.enum(['opened', 'worse', 'resolved', 'test']);

export const delivery = z.object({
  id: z.string(),
  channel: z.string(),
  incidentId: z.string(),
  notice: noticeKind,
  status: deliveryStatus,
  attempts: z.int(),
  createdAt: time,
  nextAttemptAt: time.nullable(),
  deliveredAt: time.nullable(),
  lastError: z.string().nullable(),
  lastStatusCode: z.int().nullable(),
});
export type WireDelivery = z.infer<typeof delivery>;

/** `partial`: there are more than the limit let through. */
export const deliveryPage = z.object({
  items: z.array(delivery),
  nextCursor: z.string().nullable(),
  partial: z.boolean(),
});
export type WireDeliveryPage = z.infer<typeof deliveryPage>;

/** Either by id, or by the time at which they were made; a range takes the dead and disabled ones unless told otherwise. */
export const deliveryReplay = z.union([
  z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(1000) }),
  z.strictObject({
    from: z.string(),
    to: z.string(),
    status: z
      .array(z.enum(['delivered', 'dead', 'disabled']))
      .min(1)
      .optional(),
    channel: z.string().min(1).max(200).optional(),
  }),
]);
export type WireDeliveryReplay = z.infer<typeof deliveryReplay>;

/** How many went back to pending, at most 10,000 at a time. */
export const deliveryReplayed = z.object({ replayed: z.int() });
export type WireDeliveryReplayed = z.infer<typeof deliveryReplayed>;
