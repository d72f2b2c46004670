/** Why somebody was, or was not, told of an incident; on the wire. */
import { z } from 'zod';
import { deliveryStatus, noticeKind } from './delivery.ts';
import { time } from './values.ts';

export const verdict = z
  .enum(['told', 'held', 'withheld'])
  .describe(
    '`told`: it was sent, or is on its way. `held`: it comes later, or is looked at again. `withheld`: it does not come.',
  );

export const decisionReason = z
  .enum([
    'routed',
    'no-channel',
    'no-rule',
    'below-count',
    'cooldown',
    'no-route',
    'not-wanted',
    'silenced',
    'maintenance',
    'inhibited',
    'quiet-hours',
    'digest',
    'grouped',
    'changed',
    'too-many',
    'not-told-before',
    'nothing-new',
    'acknowledged',
    'over',
    'merged',
    'replay',
  ])
  .describe('What decided it; stable.');

export const noticeDecision = z
  .object({
    at: time,
    notice: noticeKind,
    verdict,
    reason: decisionReason,
    because: z.string().describe('The reason in a sentence.'),
    route: z.string().describe('Empty where no route was asked, or none was meant for it.'),
    channel: z.string().describe('Empty where it stands for all channels.'),
    rule: z.string().describe('The rule that asked for it; empty where none is configured.'),
    until: time.nullable().describe('When it is looked at again, or told; null where it is not.'),
    by: z
      .string()
      .describe(
        'Id of the silence or of the incident that explains it, name of the maintenance; empty where nothing held it back.',
      ),
    delivery: z
      .object({ id: z.string(), status: deliveryStatus, lastError: z.string().nullable() })
      .nullable()
      .describe('What became of it; null where nothing was sent.'),
  })
  .meta({ id: 'NoticeDecision', description: 'Who was, or was not, told of one turn of an incident, and why.' });
export type WireNoticeDecision = z.infer<typeof noticeDecision>;

export const noticeDecisions = z.object({
  items: z.array(noticeDecision).describe('The newest first, 500 at the most.'),
});
export type WireNoticeDecisions = z.infer<typeof noticeDecisions>;
