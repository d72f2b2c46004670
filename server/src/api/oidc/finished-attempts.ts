/** Which sign-ins were finished here: the provider takes each code once, and this refuses a repeat before it is asked. */
import type { Clock } from '../../model/ports/process.ts';

/** At this bound the oldest is forgotten; the provider still refuses its code. */
const MOST = 10_000;

export interface FinishedAttempts {
  /** False where it was taken before. */
  take(state: string): boolean;
  /** It came to nothing through no fault of its own, and may be tried again. */
  release(state: string): void;
}

export function createFinishedAttempts(clock: Clock, forgetAfterMs: number): FinishedAttempts {
  const taken = new Map<string, number>();
  return {
    take(state) {
      if (taken.has(state)) return false;
      // Insertion order is the order of time: the front is the oldest.
      for (const [oldest, at] of taken) {
        if (taken.size < MOST && clock.now() < at + forgetAfterMs) break;
        taken.delete(oldest);
      }
      taken.set(state, clock.now());
      return true;
    },
    release: (state) => void taken.delete(state),
  };
}
