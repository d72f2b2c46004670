/** Stretches of the day in a time zone, such as business or quiet hours: whether a moment lies in one, and when it ends. */
import type { TimesSettings } from './settings.ts';

export interface Times {
  contains(at: number): boolean;
  /** When the stretch that contains `at` ends; `at` itself where none does. Milliseconds. */
  endOf(at: number): number;
}

const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const DAY_MINUTES = 1440;
const MINUTE_MS = 60_000;

export function compileTimes({ days, from, to, timezone }: TimesSettings): Times {
  const local = localTime(timezone);
  const onDays = daysOf(days);
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const overnight = end <= start;

  function contains(at: number): boolean {
    const { day, minutes } = local(at);
    if (!overnight) return onDays.has(day) && minutes >= start && minutes < end;
    if (minutes >= start) return onDays.has(day);
    return minutes < end && onDays.has((day + 6) % 7);
  }

  return {
    contains,
    endOf: (at) => (contains(at) ? nextClock(local, end, at) : at),
  };
}

/** The next moment after `at` at which the clock shows this time on one of these days. */
export function nextAt(
  { at: clock, days, timezone }: { at: string; days: readonly string[]; timezone: string },
  at: number,
): number {
  const local = localTime(timezone);
  const onDays = daysOf(days);
  const minutes = minutesOf(clock);
  let moment = nextClock(local, minutes, at);
  // A week has each day once; a clock change may leave one time out.
  for (let tries = 0; tries < 8 && !onDays.has(local(moment).day); tries += 1)
    moment = nextClock(local, minutes, moment);
  return moment;
}

interface LocalTime {
  /** 0 is Sunday. */
  readonly day: number;
  readonly minutes: number;
}

function localTime(timeZone: string): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = DAY_NAMES.findIndex((name) => name === parts.get('weekday')?.toLowerCase());
    return { day, minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
  };
}

/**
 * The next whole minute after `at` at which the clock shows `minutes`. Where a clock change leaves that time out, the first moment
 * after the change.
 */
function nextClock(local: (at: number) => LocalTime, minutes: number, at: number): number {
  const whole = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const now = local(whole).minutes;
  const ahead = (minutes - now + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  let moment = whole + ahead * MINUTE_MS;
  // A clock change in between moves it by up to some hours; once corrected it stands, or the time does not exist that day.
  const shown = local(moment).minutes;
  if (shown !== minutes) {
    const off = ((minutes - shown + DAY_MINUTES * 1.5) % DAY_MINUTES) - DAY_MINUTES / 2;
    const corrected = moment + off * MINUTE_MS;
    if (corrected > at) moment = local(corrected).minutes === minutes ? corrected : Math.max(moment, corrected);
  }
  return moment;
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/** `mon`, `mon-fri`, `sat-mon`. */
function daysOf(days: readonly string[]): ReadonlySet<number> {
  const chosen = new Set<number>();
  for (const text of days) {
    const [first = 0, last = first] = text.split('-').map((name) => DAY_NAMES.findIndex((known) => known === name));
    for (let day = first; ; day = (day + 1) % 7) {
      chosen.add(day);
      if (day === last) break;
    }
  }
  return chosen;
}
