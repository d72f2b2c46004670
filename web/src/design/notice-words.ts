/** What is told of an incident, and what became of telling it, in words. */
import type { WireDelivery } from '@tattle/contract';

type NoticeKind = WireDelivery['notice'];

interface Words {
  readonly notice: NoticeKind;
  readonly title: string;
  /** In a sentence: `discord was told …`. */
  readonly about: string;
}

export const notices: readonly Words[] = [
  { notice: 'opened', title: 'Opened', about: 'that it began' },
  { notice: 'worse', title: 'Got worse', about: 'that it got worse' },
  { notice: 'diagnosed', title: 'Cause found', about: 'why it happens' },
  { notice: 'acknowledged', title: 'Acknowledged', about: 'that somebody looks at it' },
  { notice: 'reminder', title: 'Reminder', about: 'that it still goes on' },
  { notice: 'escalated', title: 'Escalated', about: 'that nobody acknowledged it' },
  { notice: 'resolved', title: 'Resolved', about: 'that it ended' },
  { notice: 'digest', title: 'Summary', about: 'in a summary of several' },
  { notice: 'test', title: 'Test', about: 'as a test' },
];

/** One that these pages do not know stands as it is. */
export function noticeWords(notice: NoticeKind): string {
  return notices.find((each) => each.notice === notice)?.title ?? notice;
}

const OUTCOMES: Readonly<Record<WireDelivery['status'], string>> = {
  pending: 'on its way',
  delivered: 'delivered',
  dead: 'could not be delivered',
  suppressed: 'not sent: of a replay',
  disabled: 'the channel is gone',
};

export function outcomeWords(status: WireDelivery['status']): string {
  return OUTCOMES[status];
}
