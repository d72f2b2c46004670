/** A long answer as text, piece by piece: no more of it is held than a piece, and one that breaks off never looks whole. */
import { CommandFailure, EXIT } from './failure.ts';
import { reasonOf } from './reason-of.ts';

/** Ends a request when nothing came of it for so long. Time in which nobody waits for it does not count. */
export class Patience {
  readonly #limitMs: number;
  readonly #spent = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  get signal(): AbortSignal {
    return this.#spent.signal;
  }

  begin(): void {
    this.end();
    const spent = () => this.#spent.abort(new DOMException('no answer in time', 'TimeoutError'));
    this.#timer = setTimeout(spent, this.#limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Rejects with `CommandFailure` where the body breaks off, and with the signal's reason where that ends it. */
export async function* answerPieces(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  patience?: Patience,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    patience?.begin();
    for await (const piece of body) {
      patience?.end();
      signal.throwIfAborted();
      yield decoder.decode(piece, { stream: true });
      patience?.begin();
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new CommandFailure(EXIT.failed, `the answer broke off (${reasonOf(error)})`, 'It is not whole: try again.', {
      cause: error,
    });
  } finally {
    patience?.end();
  }
}
