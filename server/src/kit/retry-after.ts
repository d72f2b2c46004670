/** What a Retry-After header asks for. */

/** Milliseconds from `now`, of seconds or an HTTP date; null where it is missing or anything else. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined || header.length > 64) return null;
  if (/^\s*\d{1,10}\s*$/.test(header)) return Number(header) * 1000;
  // Date.parse reads a lot that is no HTTP date; each of those begins with the name of a day.
  const time = /^\s*(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? null : Math.max(0, time - now);
}
