/** Times and durations in words. Everything is relative first; the exact moment is a hover away. */

export type Zone = 'local' | 'utc';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `just now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`; of what lies ahead `in 4 min`. */
export function relative(at: number, now: number): string {
  const ago = now - at;
  if (Math.abs(ago) < 2 * SECOND) return 'just now';
  const length = duration(Math.abs(ago));
  return ago > 0 ? `${length} ago` : `in ${length}`;
}

/** One unit, rounded down: `45 s`, `12 min`, `3 h`, `9 d`. */
export function duration(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** Two units where that says more: `1 h 12 min`. */
export function longDuration(ms: number): string {
  if (ms < 2 * MINUTE) return duration(ms);
  if (ms < HOUR) return duration(ms);
  if (ms < DAY) return joined(Math.floor(ms / HOUR), 'h', Math.floor((ms % HOUR) / MINUTE), 'min');
  return joined(Math.floor(ms / DAY), 'd', Math.floor((ms % DAY) / HOUR), 'h');
}

function joined(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;
}

/** `2026-11-26 03:14:07`, in the zone; milliseconds where wanted. */
export function exact(at: number, zone: Zone, withMs = false): string {
  const shifted = zone === 'utc' ? at : at - new Date(at).getTimezoneOffset() * MINUTE;
  const text = new Date(shifted).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, withMs ? 23 : 19)}`;
}

/** `03:14`, or with its day where that is not today's: `Nov 25, 03:14`. */
export function clockTime(at: number, now: number, zone: Zone): string {
  const text = exact(at, zone);
  const time = text.slice(11, 16);
  if (text.slice(0, 10) === exact(now, zone).slice(0, 10)) return time;
  const options = { month: 'short', day: 'numeric', ...(zone === 'utc' ? { timeZone: 'UTC' } : {}) } as const;
  return `${new Intl.DateTimeFormat('en', options).format(at)}, ${time}`;
}

/** `+02:00`, as the device has it at that time. */
export function offsetName(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '−' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
