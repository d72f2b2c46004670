/** Reads the schedules that CronJobs take, and finds the next time of one. */

export interface CronSchedule {
  /** The first time strictly after `from` (milliseconds), undefined where there is none within four years. */
  next(from: number): number | undefined;
}

const MACROS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** 29 February comes back within eight years; within four it does unless a century is between. */
const HORIZON_DAYS = 1463;

/** Undefined for a schedule or time zone that cannot be read: nothing is expected of it then. */
export function readSchedule(expression: string, timeZone: string): CronSchedule | undefined {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(expression.trim());
  const zone = zoned?.[1] ?? timeZone;
  const written = (zoned?.[2] ?? expression).trim().toLowerCase();
  const parts = (MACROS.get(written) ?? written).split(/\s+/);
  const [minutes, hours, days, months, weekdays] = [
    readField(parts[0], 0, 59),
    readField(parts[1], 0, 23),
    readField(parts[2], 1, 31),
    readField(parts[3], 1, 12, MONTHS, 1),
    readField(parts[4], 0, 6, WEEKDAYS, 0),
  ];
  if (parts.length !== 5 || !minutes || !hours || !days || !months || !weekdays) return undefined;
  const wallClock = wallClockOf(zone);
  if (wallClock === undefined) return undefined;
  // When both days are limited either is enough; this is cron's oldest surprise.
  const either = !isStar(parts[2]) && !isStar(parts[4]);
  const onDay = (wall: Date) => {
    const byDate = days.has(wall.getUTCDate());
    const byWeekday = weekdays.has(wall.getUTCDay());
    return months.has(wall.getUTCMonth() + 1) && (either ? byDate || byWeekday : byDate && byWeekday);
  };
  return { next: (from) => nextTime(from, wallClock, onDay, hours, minutes) };
}

function isStar(part: string | undefined): boolean {
  return part === '*' || part === '?';
}

/** Steps by days, hours and minutes; in a zone, wall-clock time is shown by a Date whose UTC fields are the local ones. */
function nextTime(
  from: number,
  wallClock: (time: number) => number,
  onDay: (wall: Date) => boolean,
  hours: ReadonlySet<number>,
  minutes: ReadonlySet<number>,
): number | undefined {
  let at = Math.floor(from / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  for (const end = at + HORIZON_DAYS * DAY_MS; at < end; ) {
    const wall = new Date(wallClock(at));
    if (!onDay(wall))
      at += untilNext(wall, HOUR_MS, 23 - wall.getUTCHours() > 2 ? (22 - wall.getUTCHours()) * HOUR_MS : 0);
    else if (!hours.has(wall.getUTCHours())) at += untilNext(wall, HOUR_MS, 0);
    else if (!minutes.has(wall.getUTCMinutes())) at += MINUTE_MS;
    else return at;
  }
  return undefined;
}

/** To the next full hour, after `skip`: days are crossed hour by hour near their ends, where clocks may be put forward or back. */
function untilNext(wall: Date, unit: number, skip: number): number {
  return skip + unit - (wall.getTime() % unit);
}

function wallClockOf(zone: string): ((time: number) => number) | undefined {
  if (zone === '' || zone === 'UTC' || zone === 'Etc/UTC' || zone === 'Local') return (time) => time;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return (time) => {
      const part = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
      const of = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0;
      return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    };
  } catch {
    return undefined;
  }
}

function readField(
  part: string | undefined,
  lowest: number,
  highest: number,
  names: readonly string[] = [],
  firstName = 0,
): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const item of (part ?? '').split(',')) {
    const [range = '', step = '1', ...rest] = item.split('/');
    const [from = '', to, ...more] =
      range === '*' || range === '?' ? [String(lowest), String(highest)] : range.split('-');
    const number = (word: string) =>
      names.includes(word) ? names.indexOf(word) + firstName : /^\d{1,4}$/.test(word) ? Number(word) : -1;
    const first = number(from);
    // 7 is Sunday, too.
    const top = names === WEEKDAYS ? 7 : highest;
    const last = to !== undefined ? number(to) : item.includes('/') ? highest : first;
    const by = /^\d{1,4}$/.test(step) ? Number(step) : 0;
    if (rest.length > 0 || more.length > 0 || by < 1 || first < lowest || last > top || first > last) return undefined;
    for (let value = first; value <= last; value += by) values.add(names === WEEKDAYS ? value % 7 : value);
  }
  return values;
}
