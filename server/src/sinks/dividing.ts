/** One attempt at a batch: what is refused as a whole is divided until what is at fault stands alone. */
import type { Refusal, SinkOutcome, SinkRecord } from '../model/sink.ts';

/**
 * So many records alone are refused, and nothing is taken: then the other side refuses everything, most likely because of how
 * it, or the sink, is set up.
 */
const SUSPECTS = 4;

export type Sending = (batch: readonly SinkRecord[]) => Promise<SinkOutcome>;

/** What came of it. `left` is to be sent again, in its order; empty when the attempt is done. */
export interface Attempted {
  readonly taken: number;
  readonly refused: readonly Refusal[];
  readonly uncounted: readonly { readonly count: number; readonly reason: string }[];
  readonly left: readonly SinkRecord[];
  /** Why something is left. */
  readonly error: string;
  readonly retryAfterMs?: number;
  /** Refused alone, while nothing at all was taken: they are part of `left`. */
  readonly suspects: readonly Refusal[];
  /** So many of them that the rest was not tried. */
  readonly refusesAll: boolean;
}

export async function attempt(batch: readonly SinkRecord[], send: Sending): Promise<Attempted> {
  const dividing = new Dividing(send);
  await dividing.over(batch);
  return dividing.end();
}

class Dividing {
  readonly #send: Sending;
  readonly #refused: Refusal[] = [];
  readonly #uncounted: { count: number; reason: string }[] = [];
  #suspects: Refusal[] = [];
  #left: SinkRecord[] = [];
  #taken = 0;
  #error = '';
  #retryAfterMs: number | undefined;

  constructor(send: Sending) {
    this.#send = send;
  }

  /** Once something is left, all that follows is, too: so that order is kept. */
  async over(batch: readonly SinkRecord[]): Promise<void> {
    if (batch.length === 0) return;
    if (this.#left.length > 0 || this.#refusesAll()) {
      this.#left.push(...batch);
      return;
    }
    const outcome = await this.#send(batch);
    if (outcome.kind === 'refused') return this.#divide(batch, outcome);
    this.#refused.push(...(outcome.refused ?? []));
    const left = outcome.kind === 'taken' ? [] : (outcome.left ?? batch);
    const uncounted = outcome.kind === 'taken' ? outcome.uncounted : undefined;
    if (uncounted !== undefined) this.#uncounted.push(uncounted);
    const untaken = left.length + (outcome.refused?.length ?? 0) + (uncounted?.count ?? 0);
    this.#taken += Math.max(0, batch.length - untaken);
    if (outcome.kind === 'taken') return;
    this.#left.push(...left);
    this.#error = outcome.error;
    this.#retryAfterMs = outcome.retryAfterMs;
  }

  async #divide(batch: readonly SinkRecord[], refusal: SinkOutcome & { kind: 'refused' }): Promise<void> {
    const [first] = batch;
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      await this.over(batch.slice(0, middle));
      await this.over(batch.slice(middle));
    } else if (first !== undefined) {
      const refused = { record: first, reason: refusal.error };
      if (refusal.certain === true) this.#refused.push(refused);
      else this.#suspects.push(refused);
    }
  }

  #refusesAll(): boolean {
    return this.#taken === 0 && this.#suspects.length >= SUSPECTS;
  }

  end(): Attempted {
    const blamed = this.#taken > 0 ? this.#suspects : [];
    const suspects = this.#taken > 0 ? [] : this.#suspects;
    return {
      taken: this.#taken,
      refused: [...this.#refused, ...blamed],
      uncounted: this.#uncounted,
      left: [...suspects.map(({ record }) => record), ...this.#left],
      error: this.#error === '' ? (suspects[0]?.reason ?? '') : this.#error,
      ...(this.#retryAfterMs !== undefined && { retryAfterMs: this.#retryAfterMs }),
      suspects,
      refusesAll: this.#refusesAll(),
    };
  }
}
