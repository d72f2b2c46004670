/** Which deliveries are asked for, as the address says it. Pure. */
import type { WireDelivery } from '@tattle/contract';
import { LOOKING_BACK } from '../../filter/time-range.ts';
import { notices, noticeWords } from '../../design/notice-words.ts';
import { statuses, statusWords } from './delivery-words.ts';

export interface DeliveryFilter {
  readonly status: WireDelivery['status'][];
  readonly channel?: string;
  readonly notice?: WireDelivery['notice'];
  readonly from?: string;
  readonly to?: string;
  readonly id: string[];
  /** Id of the incident that they tell of. */
  readonly incident?: string;
}

/** What of it narrows the list, and is taken away to clear it. */
export const filterKeys = ['status', 'channel', 'notice', 'from', 'to', 'id', 'incident'] as const;

/** A status or notice that there is none of is left out: an old link must still show something. */
export function filterIn(query: URLSearchParams): DeliveryFilter {
  const given = query.getAll('status');
  const notice = notices.find((each) => each.notice === query.get('notice'))?.notice;
  const [channel, from, to, incident] = (['channel', 'from', 'to', 'incident'] as const).map(
    (key) => query.get(key) ?? '',
  );
  return {
    id: query.getAll('id').filter((id) => id !== ''),
    status: statuses.filter(({ status }) => given.includes(status)).map(({ status }) => status),
    ...(channel === undefined || channel === '' ? {} : { channel }),
    ...(notice === undefined ? {} : { notice }),
    ...(from === undefined || from === '' ? {} : { from }),
    ...(to === undefined || to === '' ? {} : { to }),
    ...(incident === undefined || incident === '' ? {} : { incident }),
  };
}

/** What narrows the list, in words; empty where nothing does. */
export function filterWords({ status, channel, notice, from, to, id, incident }: DeliveryFilter): string {
  const since = LOOKING_BACK.find((range) => range.from === from)?.title.toLowerCase();
  return [
    ...(status.length === 0 ? [] : [status.map(statusWords).join(' or ').toLowerCase()]),
    ...(channel === undefined ? [] : [`to ${channel}`]),
    ...(notice === undefined ? [] : [`with the notice “${noticeWords(notice)}”`]),
    ...(from === undefined ? [] : [since === undefined ? `since ${from}` : `in ${since}`]),
    ...(to === undefined ? [] : [`until ${to}`]),
    ...(incident === undefined ? [] : ['about one incident']),
    ...(id.length === 0 ? [] : ['of one id']),
  ].join(', ');
}
