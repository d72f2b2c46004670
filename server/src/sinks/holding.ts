/** Keeps a sink's claim alive while it is worked on, and says when it is lost. */
import type { Clock } from '../model/ports/process.ts';
import type { SinkStore } from '../model/sink.ts';

export interface HoldingOptions {
  readonly store: Pick<SinkStore, 'claim'>;
  readonly clock: Clock;
  readonly name: string;
  readonly holder: string;
  readonly leaseMs: number;
}

export class Holding {
  readonly #lost = new AbortController();
  /** Never rejects. */
  readonly ended: Promise<void>;

  /** From a claim that was just made, until `end` aborts. */
  constructor(options: HoldingOptions, end: AbortSignal) {
    this.ended = this.#keep(options, end);
  }

  /** Another may have taken it: nothing must be sent any more. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async #keep({ store, clock, name, holder, leaseMs }: HoldingOptions, end: AbortSignal): Promise<void> {
    // The process may have slept: real time counts, which goes on meanwhile.
    let held = performance.now();
    while (!end.aborted) {
      await clock.sleep(leaseMs / 3, end).catch(() => undefined);
      if (end.aborted) return;
      const asked = performance.now();
      const claimed = await store.claim(name, holder, leaseMs).then(
        (progress) => progress !== null,
        () => null,
      );
      if (claimed === true) held = asked;
      if (claimed === false || performance.now() - held > leaseMs) {
        this.#lost.abort(new Error('the claim was lost'));
        return;
      }
    }
  }
}
