/** The one loop that works on claimed rows: bounded, nudged, contained, and stopped within its signal. */
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import { backoffDelay } from './backoff.ts';
import { isWorthTelling } from './worth-telling.ts';

export interface ClaimLoopOptions<Item> {
  /** For logs and the `loop` label of metrics. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Items worked on at once, at the most. */
  readonly concurrency: number;
  /** How often to look without being nudged, milliseconds. */
  readonly pollMs: number;
  /** How long a stop waits for items that were told to end, milliseconds of real time. */
  readonly stopGraceMs: number;
  /** Takes at most `limit` due items; the loop gives back what it may not run. */
  claim(limit: number): Promise<readonly Item[]>;
  /** How many may be claimed now, when something other than `concurrency` bounds it. */
  capacity?(): number;
  /** Two items with one key never run at once. */
  keyOf(item: Item): string;
  /** Does the work and records how it ended. A throw is contained and counted; the item's lease brings it back. */
  work(item: Item, signal: AbortSignal): Promise<void>;
  /** Returns an item that was claimed but not run. */
  giveBack(item: Item): Promise<void>;
}

/** Times of which the loop wants to be woken, at the most; the poll finds what lies beyond. */
const MOST_ALARMS = 1000;
/** What waits goes on within seconds once the store is back. */
const CLAIM_BACKOFF = { baseMs: 200, capMs: 5_000 };

export class ClaimLoop<Item> {
  readonly #options: ClaimLoopOptions<Item>;
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  #alarms: number[] = [];
  #rest: AbortController | undefined;
  #nudged = false;
  #failedClaims = 0;
  #failedWorks = 0;

  constructor(options: ClaimLoopOptions<Item>) {
    this.#options = options;
  }

  /** Looks for work now, not at the next poll. Safe to call at any time and any rate. */
  wake(): void {
    this.#nudged = true;
    this.#rest?.abort();
  }

  /** Looks for work when the clock reaches `time`. */
  wakeAt(time: number): void {
    if (this.#alarms.length >= MOST_ALARMS || this.#alarms.includes(time)) return;
    this.#alarms.push(time);
    this.#rest?.abort();
  }

  /** Works until the signal aborts; then cancels what is in flight and returns when it has ended, or the grace has. */
  async run(signal: AbortSignal): Promise<void> {
    const onStop = () => this.wake();
    signal.addEventListener('abort', onStop, { once: true });
    try {
      while (!signal.aborted) {
        this.#nudged = false;
        await this.#fillContained(signal);
        if (!signal.aborted && !this.#nudged) await this.#sleepUntilNeeded();
      }
    } finally {
      signal.removeEventListener('abort', onStop);
      await this.#stopAll(signal.reason);
    }
  }

  /** Works until nothing is due and nothing is in flight. Returns how many items it ran; throws when it cannot claim. */
  async drain(signal: AbortSignal): Promise<number> {
    let worked = 0;
    let onAbort = (): void => undefined;
    const aborted = new Promise<void>((resolve) => {
      onAbort = resolve;
    });
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        const started = await this.#fill(signal);
        worked += started;
        if (this.#running.size === 0 && started === 0) return worked;
        // All that was started may have ended while more was claimed: nobody is left to wait for.
        if (this.#running.size === 0) continue;
        await Promise.race([aborted, ...[...this.#running.values()].map((item) => item.ended)]);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      await this.#stopAll(signal.reason);
    }
  }

  async #fillContained(signal: AbortSignal): Promise<void> {
    const { name, logger, metrics, clock } = this.#options;
    try {
      await this.#fill(signal);
      if (this.#failedClaims > 0) logger.info({ loop: name, failures: this.#failedClaims }, 'can claim work again');
      this.#failedClaims = 0;
    } catch (error) {
      this.#failedClaims += 1;
      metrics.count('tattle_claims_failed_total', { loop: name });
      if (isWorthTelling(this.#failedClaims)) {
        logger.warn({ loop: name, failures: this.#failedClaims, err: error }, 'cannot claim work, will try again');
      }
      const wait = backoffDelay(CLAIM_BACKOFF, this.#failedClaims);
      await clock.sleep(wait, signal).catch(() => undefined);
      this.#nudged = true;
    }
  }

  async #fill(signal: AbortSignal): Promise<number> {
    let started = 0;
    while (!signal.aborted) {
      const limit = this.#room();
      if (limit <= 0) break;
      const items = await this.#options.claim(limit);
      const before = started;
      for (const item of items) {
        if (signal.aborted || this.#running.has(this.#options.keyOf(item))) await this.#giveBackContained(item);
        else {
          this.#start(item);
          started += 1;
        }
      }
      // Only items that already run came back: asking again at once would spin.
      if (items.length < limit || started === before) break;
    }
    return started;
  }

  #room(): number {
    const free = this.#options.concurrency - this.#running.size;
    return Math.min(free, this.#options.capacity?.() ?? free);
  }

  #start(item: Item): void {
    const key = this.#options.keyOf(item);
    const stop = new AbortController();
    const ended = this.#workContained(item, stop.signal).finally(() => {
      this.#running.delete(key);
      this.wake();
    });
    this.#running.set(key, { stop, ended });
  }

  async #workContained(item: Item, signal: AbortSignal): Promise<void> {
    const { name, logger, metrics } = this.#options;
    try {
      await this.#options.work(item, signal);
      this.#failedWorks = 0;
    } catch (error) {
      this.#failedWorks += 1;
      metrics.count('tattle_work_errors_total', { loop: name });
      // While the store is away each of them fails: a bug is told each time.
      if (error instanceof StoreUnavailable && !isWorthTelling(this.#failedWorks)) return;
      logger.error({ loop: name, key: this.#options.keyOf(item), err: error }, 'work failed to be recorded');
    }
  }

  async #giveBackContained(item: Item): Promise<void> {
    try {
      await this.#options.giveBack(item);
    } catch (error) {
      this.#options.logger.warn({ loop: this.#options.name, err: error }, 'cannot give back, its lease will end');
    }
  }

  async #sleepUntilNeeded(): Promise<void> {
    const { clock, pollMs } = this.#options;
    const now = clock.now();
    this.#alarms = this.#alarms.filter((time) => time > now);
    const wait = this.#alarms.reduce((soonest, time) => Math.min(soonest, time - now), pollMs);
    this.#rest = new AbortController();
    await clock.sleep(wait, this.#rest.signal).catch(() => undefined);
    this.#rest = undefined;
  }

  async #stopAll(reason: unknown): Promise<void> {
    const { name, logger, stopGraceMs } = this.#options;
    const running = [...this.#running.values()];
    if (running.length === 0) return;
    for (const item of running) item.stop.abort(reason);
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), stopGraceMs);
    });
    const end = await Promise.race([Promise.all(running.map((item) => item.ended)), grace]);
    clearTimeout(timer);
    if (end === 'late')
      logger.warn({ loop: name, left: this.#running.size }, 'work ignored the stop, its lease will end');
  }
}
