/** Credentials that somebody else vouched for within the last minute: their holder is no stranger. */
import type { Clock } from '../../model/ports/process.ts';
import { isWithin } from '../within.ts';
import { digestOf } from './digest.ts';

const LATELY_MS = 60_000;
const MOST = 10_000;

export class VouchedLately {
  readonly #clock: Clock;
  /** When each was vouched for last, by its digest, the longest ago first. */
  readonly #seen = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(credential: string): boolean {
    const at = this.#seen.get(digestOf(credential));
    return at !== undefined && isWithin(this.#clock.now(), at, LATELY_MS);
  }

  /** Beyond its bound the one that was vouched for longest ago counts as a stranger again. */
  note(credential: string): void {
    const digest = digestOf(credential);
    this.#seen.delete(digest);
    if (this.#seen.size >= MOST) this.#seen.delete(this.#seen.keys().next().value ?? '');
    this.#seen.set(digest, this.#clock.now());
  }
}
