/** Times as messages and evidence write them. */

/** The last time that RFC 3339 can write: reporters send years far beyond. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** RFC 3339 in UTC with milliseconds; times that it cannot write are moved to the nearest that it can. */
export function rfc3339(ms: number): string {
  const time = Number.isFinite(ms) ? Math.min(LAST_MS, Math.max(0, Math.trunc(ms))) : 0;
  return new Date(time).toISOString();
}

export function rfc3339OrNull(ms: number | null): string | null {
  return ms === null ? null : rfc3339(ms);
}
