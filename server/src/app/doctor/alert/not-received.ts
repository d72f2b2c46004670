/** Why Tattle did not receive the alert, as far as either end shows it. */
import { type Check, fail } from '../check.ts';
import type { WebhookCalls } from './alertmanager-api.ts';
import { type Before, type Following, stretchText } from './following.ts';

export async function notReceived({ alertmanager, tattle, waitMs, signal }: Following, before: Before): Promise<Check> {
  const [calls, dropped] = await Promise.all([alertmanager.webhookCalls(signal), tattle.dropped(signal)]);
  const more = before.calls === null || calls === null ? null : difference(before.calls, calls);
  const within = `within ${stretchText(waitMs)}`;
  if (more !== null && more.failed > 0) {
    const mend = `Its log says why: most often the token (tattle token create alertmanager --role reporter), or the address, as it is seen from Alertmanager.`;
    return fail('received', `not ${within}; ${more.failed} of Alertmanager’s calls to webhooks failed meanwhile`, mend);
  }
  if (more?.made === 0) {
    const mend = `Wait longer (--wait), or lower group_wait and group_interval of its route: a group that was told lately is told again after group_interval, 5m unless set.`;
    return fail('received', `not ${within}; Alertmanager has called no webhook meanwhile`, mend);
  }
  const reasons = moreDropped(before.dropped, dropped);
  if (reasons !== '') {
    const mend = 'If that was the alert: look at the filters of its settings, and at the namespace of the alert.';
    return fail('received', `it is not stored ${within}; Tattle left out meanwhile: ${reasons}`, mend);
  }
  const mend = `Does the receiver lead to ${tattle.place}, or to another Tattle? The log of Alertmanager names what it calls.`;
  return fail('received', `not ${within}`, mend);
}

function difference(before: WebhookCalls, after: WebhookCalls): WebhookCalls {
  return { made: Math.max(0, after.made - before.made), failed: Math.max(0, after.failed - before.failed) };
}

function moreDropped(before: Before['dropped'], after: Before['dropped']): string {
  return Object.entries(after ?? {})
    .map(([reason, count]) => [reason, count - (before?.[reason] ?? 0)] as const)
    .filter(([, more]) => before !== null && more > 0)
    .map(([reason, more]) => `${reason} ${more}`)
    .join(', ');
}
