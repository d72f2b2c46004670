/** Deliveries in words. Pure. */
import type { WireDelivery } from '@tattle/contract';

type Status = WireDelivery['status'];

export const statuses: readonly { readonly status: Status; readonly title: string; readonly about: string }[] = [
  { status: 'pending', title: 'Waiting', about: 'Waits for its next attempt.' },
  { status: 'delivered', title: 'Delivered', about: 'The channel took it.' },
  { status: 'dead', title: 'Given up', about: 'Out of attempts: nobody was told.' },
  { status: 'disabled', title: 'Channel gone', about: 'The channel said that it is gone (HTTP 410): nobody was told.' },
  { status: 'suppressed', title: 'Not sent', about: 'Of a recording that was read anew: never sent.' },
];

export function statusWords(status: Status): string {
  return statuses.find((each) => each.status === status)?.title ?? status;
}

/** What a delivery is about where it is about no one incident; null where it is. */
export function aboutWords({ incidentId, notice }: Pick<WireDelivery, 'incidentId' | 'notice'>): string | null {
  if (incidentId !== null) return null;
  return notice === 'test' ? 'A test of the channel' : 'Several incidents in one message';
}

/** Whether it can be sent again; what waits is sent anyway, what was never to be sent is not. */
export function canReplay({ status }: Pick<WireDelivery, 'status'>): boolean {
  return status === 'delivered' || status === 'dead' || status === 'disabled';
}

/** Whether its next attempt is to be made by now. */
export function isDue({ nextAttemptAt }: Pick<WireDelivery, 'nextAttemptAt'>, now: number): boolean {
  return nextAttemptAt !== null && Date.parse(nextAttemptAt) <= now;
}

/** What became of it last, on one line: `HTTP 503: the workflow is not active`. */
export function lastWords({ lastError, lastStatusCode }: WireDelivery): string {
  if (lastError === null) return '';
  const told = lastStatusCode === null || lastError.includes(String(lastStatusCode)) ? '' : `HTTP ${lastStatusCode}: `;
  return `${told}${lastError}`;
}
