/** How many live streams are open, of each principal and in all. */
import { RequestProblem } from '../problem.ts';

/** A browser has one, a person a few browsers. */
const MOST_OF_ONE = 50;
const MOST_IN_ALL = 300;

export class OpenStreams {
  readonly #counts = new Map<string, number>();

  /** Throws `RequestProblem` where there are too many. What it answers is to be called once, when the stream has ended. */
  open(principal: string): () => void {
    const own = this.#counts.get(principal) ?? 0;
    const all = [...this.#counts.values()].reduce((total, count) => total + count, 0);
    if (own >= MOST_OF_ONE || all >= MOST_IN_ALL) throw tooManyStreams();
    this.#counts.set(principal, own + 1);
    return () => this.#close(principal);
  }

  #close(principal: string): void {
    const left = (this.#counts.get(principal) ?? 1) - 1;
    if (left === 0) this.#counts.delete(principal);
    else this.#counts.set(principal, left);
  }
}

function tooManyStreams(): RequestProblem {
  return new RequestProblem({
    status: 429,
    title: 'Too many streams',
    detail: `At most ${MOST_OF_ONE} streams of one principal, and ${MOST_IN_ALL} in all, are open at a time.`,
    hint: 'Close some: one stream tells a browser everything.',
  });
}
