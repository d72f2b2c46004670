/** Whether a channel that was told of an incident needs to hear that somebody acknowledged it. */
import type { Channel } from '../../model/delivery.ts';
import type { NoticeDecision } from '../../model/notice-decision.ts';
import type { Question } from './question.ts';

/**
 * Why not; null where it does. What was told while it was acknowledged says so. A message about several incidents is left as it is: it
 * would say of all of them what holds for one. A summary, too, and a machine that heard of it in one is told.
 */
export function acknowledgementTo(
  channel: Pick<Channel, 'name' | 'changesMessages'>,
  { acknowledgement }: Question,
): Pick<NoticeDecision, 'reason' | 'because'> | null {
  if (acknowledgement === undefined) return null;
  const last = acknowledgement.lastTold.find((one) => one.channel === channel.name);
  if (last?.acknowledgedBy === acknowledgement.by) {
    return { reason: 'nothing-new', because: 'What it was told last says so already.' };
  }
  if (channel.changesMessages !== true || last?.isAlone === true) return null;
  return { reason: 'grouped', because: 'It has no message about this incident alone, which could be changed.' };
}
