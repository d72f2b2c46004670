/** Whether something is recent by a clock that may be set back. */

/** Milliseconds. What lies in the future is not: on a clock that was set back it would hold for too long. */
export function isWithin(now: number, since: number, ms: number): boolean {
  return now >= since && now - since < ms;
}
