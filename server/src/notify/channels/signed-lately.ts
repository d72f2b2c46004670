/** When a chat signed a request: what is older than minutes, or of a time to come, may be a copy. */

/** As Slack recommends it. */
const MOST_SKEW_MS = 5 * 60_000;

/** `seconds`: the header's text. */
export function isLately(seconds: string, now: number): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(now - Number(seconds) * 1000) <= MOST_SKEW_MS;
}

/** The one value of a header; empty where there is none, or several. */
export function headerOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  name: string,
): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
