/** How long before something was, as a person says it. */

/** `44 s`, `12 min`. */
export function timeBefore(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
