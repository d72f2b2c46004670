/** One line on a terminal that says how far something is, written over itself. */
import type { Surroundings } from './surroundings.ts';

const EVERY_MS = 500;

export class Progress {
  readonly #surroundings: Pick<Surroundings, 'stderr' | 'now'>;
  readonly #isShown: boolean;
  #due: number;
  #isWritten = false;

  /** Says nothing before it is worth the while, and never where no terminal shows it. */
  constructor(surroundings: Pick<Surroundings, 'stderr' | 'now'>, isWanted: boolean) {
    this.#surroundings = surroundings;
    this.#isShown = isWanted && surroundings.stderr.isTerminal;
    this.#due = surroundings.now() + EVERY_MS;
  }

  /** `line` is shorter than a terminal is wide. */
  async say(line: string): Promise<void> {
    const now = this.#surroundings.now();
    if (!this.#isShown || now < this.#due) return;
    this.#due = now + EVERY_MS;
    this.#isWritten = true;
    await this.#surroundings.stderr.write(`\r${line}\u001b[K`);
  }

  /** Takes the line away. */
  async end(): Promise<void> {
    if (this.#isWritten) await this.#surroundings.stderr.write('\r\u001b[K');
    this.#isWritten = false;
  }
}
