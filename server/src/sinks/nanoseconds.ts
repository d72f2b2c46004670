/** Times as logs take them. */

/** The last millisecond that 63 bits of nanoseconds can tell: in the year 2262. Reporters send years far beyond. */
const LAST_MS = 9_223_372_036_854;

/** Since the epoch, in decimal; times that cannot be told so are moved to the nearest that can. */
export function nanoseconds(ms: number): string {
  const time = Math.min(LAST_MS, Math.max(0, Math.trunc(ms)));
  return time === 0 ? '0' : `${String(time)}000000`;
}
