/** Asks a store that is down again and again: a stream that waits costs less than all clients that come back at once. */
import { backoffDelay } from '../../kit/backoff.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import type { Clock } from '../../model/ports/process.ts';

const BACKOFF = { baseMs: 200, capMs: 5_000 };

/** What `ask` answers in the end; undefined when the signal aborts before. Throws what is no outage. */
export async function patiently<T>(ask: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T | undefined> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await rest(clock, backoffDelay(BACKOFF, failures), signal);
    }
  }
  return undefined;
}

/** Sleeps, at the most until the signal aborts. */
export async function rest(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
