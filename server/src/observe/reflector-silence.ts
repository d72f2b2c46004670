/** Notices that a watch says nothing for too long, without a timer for each chunk. */
import type { Clock } from '../model/ports/process.ts';

export class SilenceGuard {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  readonly #stopped = new AbortController();
  #waitingSince: number | null = null;
  fired = false;

  constructor(clock: Clock, limitMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
  }

  /** Runs beside the reading until `stop`. */
  async run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const quiet = this.#waitingSince === null ? 0 : this.#clock.now() - this.#waitingSince;
      if (quiet >= this.#limitMs) {
        this.fired = true;
        this.#onSilence();
        return;
      }
      try {
        await this.#clock.sleep(this.#limitMs - quiet, this.#stopped.signal);
      } catch {
        return;
      }
    }
  }

  /** From now on the other side is expected to say something. */
  waiting(): void {
    this.#waitingSince = this.#clock.now();
  }

  /** We are busy with what it said: our own slowness is not its silence. */
  heard(): void {
    this.#waitingSince = null;
  }

  stop(): void {
    this.#stopped.abort();
  }
}
