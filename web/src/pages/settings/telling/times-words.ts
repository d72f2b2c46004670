/** Times of day that come again, and lengths of time, in words. Pure. */

interface Times {
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY_WORDS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `every day from 22:00 to 07:00 (UTC)`, `Monday to Friday from …`. */
export function timesWords({ days, from, to, timezone }: Times): string {
  return `${daysWords(days)} from ${from} to ${to} (${timezone})`;
}

/** `every day at 09:00 (UTC)`. */
export function clockWords(at: string, { days, timezone }: Pick<Times, 'days' | 'timezone'>): string {
  return `${daysWords(days)} at ${at} (${timezone})`;
}

function daysWords(days: readonly string[]): string {
  if (days.length === 0 || days.includes('mon-sun')) return 'every day';
  return days.map(rangeWords).join(', ');
}

function rangeWords(range: string): string {
  const [first = '', last] = range.split('-');
  return last === undefined ? dayWords(first) : `${dayWords(first)} to ${dayWords(last)}`;
}

function dayWords(day: string): string {
  return DAY_WORDS[DAYS.indexOf(day)] ?? day;
}

/** `90 s`, `10 min`, `2 h`: the largest unit that says it whole. */
export function durationWords(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const) {
    if (seconds >= length && seconds % length === 0) return `${seconds / length} ${unit}`;
  }
  return `${seconds} s`;
}
