/** The times of an incident's life. */
export interface IncidentTimes {
  /** After its condition ended, an incident stays open this long, so that flapping is one incident. */
  readonly holdDownMs: number;
  /** An incident whose end nobody can observe is over when it was quiet for this long: an Event's usual time to live. */
  readonly quietMs: number;
  /** The same problem within this time after its end is the same incident again. */
  readonly regressionMs: number;
  /** An event older than this when it arrives tells of the past: it is stored, but opens nothing. */
  readonly staleMs: number;
  /** An event that happened this long before an incident opened may still belong to it. */
  readonly windowMs: number;
}

export const INCIDENT_TIMES: IncidentTimes = {
  holdDownMs: 60_000,
  quietMs: 3_600_000,
  regressionMs: 3_600_000,
  staleMs: 600_000,
  windowMs: 30_000,
};

/** Doubles with each return from the second on, up to 32 minutes: what comes back every few minutes stays one open incident. */
const MOST_DOUBLINGS = 5;

export function holdDownOf(regressions: number, times: IncidentTimes): number {
  return times.holdDownMs * 2 ** Math.min(MOST_DOUBLINGS, Math.max(0, regressions - 1));
}
