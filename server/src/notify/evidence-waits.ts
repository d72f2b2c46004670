/** How long notices wait for their evidence. */
import type { ClaimedJob } from '../model/incident.ts';

/** Most captures take less than this, and the whole way to the webhook is to take under a second: look often, then less so. */
const SOON_MS = 500;
const LOOK_AGAIN_SOON_MS = 50;
const LOOK_AGAIN_LATER_MS = 250;
/** Notices whose wait is remembered; one more does not wait at all. */
const MOST_WAITING = 10_000;

/** Until when each notice waits. A job's due time moves with every look, so the first one is remembered here. */
export class EvidenceWaits {
  readonly #waitMs: number;
  readonly #until = new Map<string, number>();

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Milliseconds to the next look; null when it has waited long enough. */
  lookAgainIn(job: ClaimedJob, now: number): number | null {
    const until = this.#untilOf(job);
    if (now >= until) return null;
    return now - (until - this.#waitMs) < SOON_MS ? LOOK_AGAIN_SOON_MS : LOOK_AGAIN_LATER_MS;
  }

  forget(job: ClaimedJob): void {
    this.#until.delete(job.key);
  }

  #untilOf(job: ClaimedJob): number {
    const known = this.#until.get(job.key);
    if (known !== undefined) return known;
    if (this.#until.size >= MOST_WAITING) return job.runAt;
    const until = job.runAt + this.#waitMs;
    this.#until.set(job.key, until);
    return until;
  }
}
