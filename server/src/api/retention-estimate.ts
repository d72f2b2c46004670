/** From what events take now to what they will take once everything is as old as it is kept. */
import type { WireRetentionEstimate } from '@tattle/contract';
import type { EventSizes } from '../model/ports/history.ts';
import type { RetentionDays } from '../model/settings.ts';
import { orNull } from './wire.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CLASSES = ['short', 'normal', 'long'] as const;
/** Below, what an empty table takes is a large part of it. */
const ENOUGH_EVENTS = 1000;
/** Below, the burst of a start would be taken for what a day brings. */
const ENOUGH_MS = 6 * HOUR_MS;

export function retentionEstimate(sizes: EventSizes, days: RetentionDays, now: number): WireRetentionEstimate {
  const { bytes, events, oldest } = sizes;
  const bytesPerEvent = events < ENOUGH_EVENTS ? null : Math.round(bytes / events);
  const perDay = (count: number) => ratePerDay(sizes, count, now);
  // Of the very numbers that are told, so that whoever multiplies them with other days comes to the same.
  const expected = (rate: number | null, kept: number) =>
    rate === null || bytesPerEvent === null ? null : Math.round(rate * kept * bytesPerEvent);
  const byRetention = CLASSES.map((name) => {
    const rate = perDay(sizes.lately[name]);
    return { class: name, days: days[name], eventsPerDay: rate, expectedBytes: expected(rate, days[name]) };
  });
  return {
    bytes,
    events,
    oldest: orNull(oldest),
    bytesPerEvent,
    eventsPerDay: perDay(CLASSES.reduce((sum, name) => sum + sizes.lately[name], 0)),
    byRetention,
    expectedBytes: byRetention.reduce<number | null>(
      (sum, each) => (sum === null || each.expectedBytes === null ? null : sum + each.expectedBytes),
      0,
    ),
  };
}

/** To a tenth. */
function ratePerDay({ latelySince }: EventSizes, count: number, now: number): number | null {
  if (latelySince === null || now - latelySince < ENOUGH_MS) return null;
  return Math.round((count / (now - latelySince)) * DAY_MS * 10) / 10;
}
