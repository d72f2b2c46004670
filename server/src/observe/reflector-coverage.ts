/** Up to when a stream is known to be seen in full, and the gap to record when it had to start over with a list. */
import type { Clock } from '../model/ports.ts';
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
  #until: number;
  /** A saved position that was not yet seen to be resumed from. */
  #resuming: boolean;
  #trouble: GapReason | null = null;
  #lost: 'expired' | 'not-resumable' | 'restored' | null = null;

  constructor(clock: Clock, resumeAt: number | null) {
    this.#clock = clock;
    this.#until = resumeAt ?? clock.now();
    this.#resuming = resumeAt !== null;
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

  get restored(): boolean {
    return this.#lost === 'restored';
  }

  /** A list is complete: what was not seen until now never will be. The gap to record, if it is one. */
  listed(): StreamGap | null {
    const now = this.#clock.now();
    const from = this.#until;
    const reason = this.#reason();
    const isGap = this.#lost === 'restored' || this.#resuming || now - from > LIVE_GAP_MS;
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
