/** One batch at a time: into the store, else onto the spool, else it waits. What the store refuses for good is set aside. */
import type { DeadLetter } from '../../model/change-set.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { Clock, Metrics } from '../../model/ports/process.ts';
import { ConflictError, DataError, StoreUnavailable } from '../../model/ports/store.ts';
import type { Spool } from '../../kit/spool.ts';
import { type Batch, emptyBatch, type ExcerptRedaction, excerptOf } from './batch.ts';
import type { Deciding, Decision } from './deciding.ts';
import { RETRY_MS, type StoreWatch } from './store-watch.ts';

export interface InTurnParts {
  readonly deciding: Deciding;
  readonly store: StoreWatch;
  readonly spool: Spool<Batch> | null;
  readonly redaction: ExcerptRedaction;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly onCommitted: (batch: Batch, decision: Decision) => void;
}

const CONFLICT_TRIES = 5;

export class InTurn {
  readonly #parts: InTurnParts;

  constructor(parts: InTurnParts) {
    this.#parts = parts;
  }

  /** True where it is in the store; false where it waits on the spool, or `signal` aborted. With `insist` false it may also do nothing. */
  async persist(batch: Batch, signal: AbortSignal, insist: boolean): Promise<boolean> {
    const { clock, metrics, spool, store } = this.#parts;
    while (!(await this.#intoStore(batch))) {
      if (!insist) return false;
      const spooled = await spool?.append(batch);
      if (spool !== null && spooled?.kept === true) {
        store.spooled();
        metrics.gauge('tattle_spool_bytes', {}, spool.bytes);
        return false;
      }
      if (spooled?.kept === false) store.notSpooled(spooled.why);
      if (signal.aborted) return false;
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
    return true;
  }

  async #intoStore(batch: Batch): Promise<boolean> {
    const { deciding, store } = this.#parts;
    if (!store.isWorthATry) return false;
    try {
      await this.#drainSpool();
      await this.#commit(batch);
      store.answered();
      return true;
    } catch (error) {
      deciding.startOver();
      if (!(error instanceof StoreUnavailable)) throw error;
      store.refused(error);
      return false;
    }
  }

  async #drainSpool(): Promise<void> {
    const { metrics, spool } = this.#parts;
    if (spool === null) return;
    for (let waiting = await spool.oldest(); waiting !== null; waiting = await spool.oldest()) {
      // An earlier version may have left it, which knew fewer of its parts.
      const batch = { ...emptyBatch(waiting.arrivedAt), ...waiting };
      this.#followAll(batch);
      await this.#commit(batch);
      await spool.dropOldest();
      metrics.gauge('tattle_spool_bytes', {}, spool.bytes);
    }
  }

  /** What an earlier process spooled is decided on what was open then, also before its cluster is reached again. */
  #followAll({ kept }: Batch): void {
    for (const { observation } of kept) this.#parts.deciding.follow(observation.cluster.uid);
  }

  async #commit(batch: Batch): Promise<void> {
    const { deciding, store, metrics, onCommitted } = this.#parts;
    for (let attempt = 1; ; attempt += 1) {
      try {
        store.asked(true);
        const decision = await deciding.decide(batch, null);
        await decision.commit();
        return onCommitted(batch, decision);
      } catch (error) {
        deciding.startOver();
        if (error instanceof DataError) return this.#isolate(batch, error);
        if (!(error instanceof ConflictError) || attempt === CONFLICT_TRIES) throw error;
        metrics.count('tattle_batch_retries_total', { cause: 'conflict' });
      }
    }
  }

  /** PostgreSQL refuses something in the batch: find it by halves, keep the rest, set it aside. */
  async #isolate(batch: Batch, refusal: DataError): Promise<void> {
    const { kept } = batch;
    const [only] = kept;
    if (only === undefined) throw new Error('the store refuses a batch without events', { cause: refusal });
    if (kept.length === 1) {
      const { redaction, clock } = this.#parts;
      const excerpt = excerptOf(only.observation, redaction);
      return this.#commit(withoutPoison(batch, only, { excerpt, error: refusal.message, at: clock.now() }));
    }
    const middle = kept.length >> 1;
    await this.#commit({ ...emptyBatch(batch.arrivedAt), durable: batch.durable, kept: kept.slice(0, middle) });
    await this.#commit({ ...batch, kept: kept.slice(middle) });
  }
}

function withoutPoison(batch: Batch, { observation }: TriagedEvent, letter: Omit<DeadLetter, 'cluster'>): Batch {
  const { cluster, source } = observation;
  return {
    ...batch,
    kept: [],
    dropped: [...batch.dropped, { cluster: cluster.name, reason: 'poison', source }],
    deadLetters: [...batch.deadLetters, { ...letter, cluster }],
  };
}
