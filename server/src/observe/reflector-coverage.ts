/** Up to when a stream is known to be seen in full, and the gap to record when it had to start over with a list. */
import type { Clock } from '../model/ports/process.ts';
import type { Gap, GapReason } from '../model/position.ts';

/** A gap as the reflector knows it; the source adds cluster and stream. */
export type StreamGap = Pick<Gap, 'reason' | 'from' | 'to' | 'detail'>;

/** Shorter stretches of a running watch are no gap: the list brings what is left, and Events last an hour. */
const LIVE_GAP_MS = 120_000;

const DETAILS: Readonly<Record<GapReason, string>> = {
  'not-running': 'The saved position could not be resumed from. A list brought what the server still had.',
  expired: 'The server no longer held the changes since then. A list brought what it still had.',
  unreachable: 'The API server could not be reached. A list brought what it still had.',
  silent: 'The connection was dead. A list brought what the server still had.',
  denied: 'The API server denied access. A list brought what it still had.',
  restored: 'Versions went backwards: the cluster was restored from a backup. Everything was listed anew.',
  overload:
    'Reading waited for the store, until the server no longer held the changes. A list brought what it still had.',
};

export class Coverage {
  readonly #clock: Clock;
  readonly #tolerateMs: number;
  #until: number;
  /** A saved position that was not yet seen to be resumed from. */
  #resuming: boolean;
  #trouble: GapReason | null = null;
  #lost: 'expired' | 'not-resumable' | 'restored' | null = null;

  private constructor(clock: Clock, coveredUntil: number | null, resuming: boolean, tolerateMs: number) {
    this.#clock = clock;
    this.#until = coveredUntil ?? clock.now();
    this.#resuming = resuming;
    this.#tolerateMs = tolerateMs;
  }

  /** `resumeAt`: the saved position's time; null without one. A list before it was resumed from is a gap, however short. */
  static ofWatch(clock: Clock, resumeAt: number | null): Coverage {
    return new Coverage(clock, resumeAt, resumeAt !== null, LIVE_GAP_MS);
  }

  /** Lists show what lasts: only a stretch of several missed ones is a gap. */
  static ofLists(clock: Clock, coveredUntil: number | null, everyMs: number): Coverage {
    return new Coverage(clock, coveredUntil, false, Math.max(LIVE_GAP_MS, 3 * everyMs));
  }

  /** The watch delivered, or stayed open long enough to show that it would have. */
  flowing(at: number): void {
    this.#until = Math.max(this.#until, at);
    this.#resuming = false;
    this.#trouble = null;
  }

  troubled(reason: GapReason): void {
    this.#trouble = reason;
  }

  lose(how: 'expired' | 'not-resumable' | 'restored'): void {
    // A restore explains more than what follows from it.
    if (this.#lost !== 'restored') this.#lost = how;
  }

  /** A list is complete: what was not seen until now never will be. The gap to record, if it is one. */
  listed(): StreamGap | null {
    const now = this.#clock.now();
    const from = this.#until;
    const reason = this.#reason();
    const isGap = this.#lost === 'restored' || this.#resuming || now - from > this.#tolerateMs;
    this.#until = now;
    this.#resuming = false;
    this.#trouble = null;
    this.#lost = null;
    return isGap ? { reason, from, to: now, detail: DETAILS[reason] } : null;
  }

  #reason(): GapReason {
    if (this.#lost === 'restored') return 'restored';
    if (this.#resuming) return this.#lost === 'expired' ? 'expired' : 'not-running';
    return this.#trouble ?? 'expired';
  }
}
