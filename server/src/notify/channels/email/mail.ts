/** One notice as a mail: who, what, and the headers by which mail programs thread, filter and leave it unanswered. */
import type { Notice } from '../../../model/delivery.ts';
import { messageText } from '../message-text.ts';
import { stableKey } from '../stable-key.ts';
import type { Wording } from '../wording.ts';
import { mailHtml } from './mail-html.ts';

export interface Mail {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly subject: string;
  /** With angle brackets, as all ids here. The same over retries, so that a mailbox can tell a second copy. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly date: Date;
  /** Further headers; plain ASCII. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
}

export interface Sender {
  readonly from: string;
  readonly fromName: string;
  readonly to: readonly string[];
}

const LAST_DATE = Date.UTC(9999, 11, 31);

/** `receipt` is the id of the mail before this one about the same incident, null for the first. */
export function writeMail(notice: Notice, wording: Wording, sender: Sender, receipt: string | null): Mail {
  const { message, title, text } = wording;
  const domain = sender.from.slice(sender.from.lastIndexOf('@') + 1).toLowerCase();
  const idOf = (id: string) => `<${stableKey(id)}@${domain}>`;
  const messageId = idOf(notice.id);
  const hasThread = notice.kind !== 'digest' && notice.kind !== 'test';
  // No mail has this id: programs thread by it all the same, in whatever order, and even when the first mail was deleted.
  const thread = hasThread ? idOf(`incident.${notice.incident.id}`) : null;
  const before = thread === null ? null : readReceipt(receipt, messageId);
  return {
    from: { name: sender.fromName, address: sender.from },
    to: sender.to,
    subject: title,
    messageId,
    inReplyTo: before ?? thread,
    references: [thread, before].filter((id) => id !== null),
    date: new Date(Math.min(Math.max(notice.at, 0), LAST_DATE)),
    headers: {
      // No holiday notices in answer, of servers that follow the standard and of those that do not.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': `Tattle <tattle.${domain}>`,
      'X-Tattle-Notice': notice.kind,
      'X-Tattle-Severity': message.severity,
      ...(notice.kind !== 'digest' && { 'X-Tattle-Incident': stableKey(notice.incident.id) }),
      ...(isUrgent(wording) && { Importance: 'high', 'X-Priority': '1' }),
    },
    text: text ?? `${title}\n\n${messageText(message, { link: true })}`,
    html: mailHtml(wording),
  };
}

function isUrgent({ message: { tone, severity } }: Wording): boolean {
  return tone === 'broken' && (severity === 'critical' || severity === 'high');
}

function readReceipt(receipt: string | null, own: string): string | null {
  if (receipt === null || receipt === own) return null;
  return /^<[A-Za-z0-9._-]{1,128}@[A-Za-z0-9.-]{1,255}>$/.test(receipt) ? receipt : null;
}
