/** How much disk events will take, worked out anew while the days are edited. Pure. */
import type { WireRetentionEstimate } from '@tattle/contract';
import type { RetentionDays } from './draft.ts';

export type RetentionClass = keyof RetentionDays;

export const retentionClasses: readonly {
  readonly name: RetentionClass;
  readonly title: string;
  readonly about: string;
}[] = [
  { name: 'normal', title: 'Events', about: 'All that no rule of the configuration puts elsewhere.' },
  { name: 'short', title: 'Short-lived events', about: 'What rules of the configuration call short, such as noise.' },
  { name: 'long', title: 'Long-lived events', about: 'What rules of the configuration call long, such as security.' },
];

/** Bytes that a class takes once its oldest event is as old as it is kept; null while too little is known. */
export function expectedBytes(
  { bytesPerEvent, byRetention }: Pick<WireRetentionEstimate, 'bytesPerEvent' | 'byRetention'>,
  name: RetentionClass,
  days: number,
): number | null {
  const perDay = byRetention.find((each) => each.class === name)?.eventsPerDay ?? null;
  return perDay === null || bytesPerEvent === null ? null : Math.round(perDay * days * bytesPerEvent);
}

/** Of all classes; null where that of one is not known. */
export function expectedTotal(
  estimate: Pick<WireRetentionEstimate, 'bytesPerEvent' | 'byRetention'>,
  days: RetentionDays,
): number | null {
  return retentionClasses
    .map(({ name }) => expectedBytes(estimate, name, days[name]))
    .reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}

/** Whole days from 1 to a hundred years, as the server takes them; null for anything else. */
export function daysOf(text: string): number | null {
  if (!/^\d{1,5}$/.test(text.trim())) return null;
  const days = Number(text);
  return days >= 1 && days <= 36_500 ? days : null;
}
