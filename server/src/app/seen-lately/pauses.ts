/** Long reckoning in short pieces: the hot path runs on the same thread. */
import { setImmediate as turn } from 'node:timers/promises';

/** Reckoned without a pause. By the clock: how long one verdict takes, whoever writes the rules decides. */
const PIECE_MS = 2;

/** To be awaited between pieces of work: lets everybody else on the thread go first when enough was done. */
export function pauses(): () => Promise<void> {
  let until = performance.now() + PIECE_MS;
  return async () => {
    if (performance.now() < until) return;
    await turn();
    until = performance.now() + PIECE_MS;
  };
}
