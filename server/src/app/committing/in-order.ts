/**
 * While one batch commits, the next is decided, on the first one's going well: the database and this process work at the same time.
 * Commits are sent in the order of arrival, without waiting for the answer to the one before; what was decided ahead of a commit that
 * then fails is void.
 */
import { StoreUnavailable } from '../../model/ports/store.ts';
import { Turns } from '../../kit/turns.ts';
import type { ActDecision, Deciding } from './deciding.ts';
import type { StoreWatch } from './store-watch.ts';

export interface InOrderParts {
  readonly deciding: Pick<Deciding, 'isStale' | 'startOver'>;
  readonly store: StoreWatch;
  /** Whether anything waits on disk, which comes first. */
  readonly isSpooled: () => boolean;
}

/** What is decided ahead, or waits for its turn. */
interface UnderWay {
  decision: ActDecision | null;
  settled: boolean;
}

interface Sent<D extends ActDecision> {
  readonly decision: D;
  readonly answer: Promise<void>;
}

export class InOrder {
  readonly #parts: InOrderParts;
  readonly #decisions = new Turns();
  readonly #sending = new Turns();
  readonly #commits = new Turns();
  #last: UnderWay = { decision: null, settled: true };

  constructor(parts: InOrderParts) {
    this.#parts = parts;
  }

  /** Decided and sent ahead of the answers to earlier ones; finished in the order of asking, with null where it was not stored so. */
  run<D extends ActDecision, T>(decide: () => Promise<D | null>, finish: (stored: D | null) => Promise<T>): Promise<T> {
    const { store } = this.#parts;
    const before = this.#last;
    const own: UnderWay = { decision: null, settled: false };
    this.#last = own;
    const ahead = this.#decisions.run(async () => {
      const decision = await this.#decideAhead(decide, before);
      own.decision = decision;
      return decision;
    });
    const sent = this.#sending.run(async () => this.#send(await ahead));
    return this.#commits.run(async () => {
      store.asked(true);
      try {
        return await finish(await this.#stored(await sent));
      } finally {
        store.asked(false);
        own.settled = true;
      }
    });
  }

  /** While nothing is decided; to be called by what finishes, to decide again in its turn. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#decisions.run(work);
  }

  /** Null where it has to wait for its turn, as everything behind it has, until one in its turn went well. */
  async #decideAhead<D extends ActDecision>(decide: () => Promise<D | null>, before: UnderWay): Promise<D | null> {
    const { deciding, store, isSpooled } = this.#parts;
    if (!store.isUp || deciding.isStale || isSpooled()) return null;
    // What has to be decided again must not be overtaken: the position of a later batch covers it, too.
    if (!before.settled && before.decision?.stands() !== true) return null;
    try {
      return await decide();
    } catch {
      // Told and handled when its turn comes and it fails again.
      deciding.startOver();
      return null;
    }
  }

  /** Null where it counted on what did not happen. */
  #send<D extends ActDecision>(decision: D | null): Sent<D> | null {
    if (decision === null || !decision.stands()) return null;
    const answer = decision.commit();
    // It is awaited in its turn, which may come after it failed.
    answer.catch(() => undefined);
    return { decision, answer };
  }

  async #stored<D extends ActDecision>(sent: Sent<D> | null): Promise<D | null> {
    if (sent === null) return null;
    const { decision, answer } = sent;
    try {
      await answer;
      return decision;
    } catch (error) {
      // Where an earlier one failed, memory was read back since, and must not be lost for this one again.
      if (decision.stands()) {
        this.#parts.deciding.startOver();
        if (error instanceof StoreUnavailable) this.#parts.store.refused(error);
      }
      return null;
    }
  }
}
