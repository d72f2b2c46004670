/**
 * One reader of the feed for all clients. Each client is no more than a position: it takes the entry after it from the ring, and
 * where the ring does not reach back so far, page by page from the store, until it meets the ring. Positions are only ever compared
 * for equality, so nothing is lost or told twice where the two meet.
 */
import { Turns } from '../../kit/turns.ts';
import type { Clock, Logger } from '../../model/ports/process.ts';
import type { Feed, FeedEntry, FeedPosition } from '../../model/ports/feed.ts';
import { Bell } from './bell.ts';
import { FeedRing } from './feed-ring.ts';
import { patiently, rest } from './patience.ts';

const POLL_MS = 200;
const AFTER_FAILURE_MS = 1_000;
/** An answer that is fuller than this has more behind it: no rest before the next one. */
const PAGE = 100;
const FULL_ENTRIES = 50;
const FULL_EVENTS = 1_000;

const POSITION = /^[\w.-]{1,100}$/;

/** `too-old`: what came after the client's position is not kept any more. `unknown`: it is no position at all. */
type ResetReason = 'too-old' | 'unknown';

export type FeedStep =
  /** Where a client begins that named no position. */
  | { readonly kind: 'start'; readonly position: FeedPosition }
  | { readonly kind: 'entry'; readonly position: FeedPosition; readonly entry: FeedEntry }
  /** What came before `position` and was not told can only be asked for; from there on all is told again. */
  | { readonly kind: 'reset'; readonly position: FeedPosition; readonly reason: ResetReason };

export interface FeedHub {
  /** Reads while there are clients, until the signal aborts; then every subscription ends. Does not throw. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * All that comes after a position, or from now on, in order; ends when the signal aborts. It waits while the store is down,
   * and throws what else the feed throws. Leave it by aborting: one that waits cannot be left otherwise.
   */
  subscribe(after: FeedPosition | null, signal: AbortSignal): AsyncIterable<FeedStep>;
}

export interface FeedHubOptions {
  readonly feed: Feed;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createFeedHub(options: FeedHubOptions): FeedHub {
  return new Hub(options);
}

class Hub implements FeedHub {
  readonly #options: FeedHubOptions;
  readonly #bell = new Bell();
  /** Whoever catches up takes turns: a crowd that comes back at once does not flood the store. */
  readonly #turns = new Turns();
  readonly #stopped = new AbortController();
  #clients = 0;
  #ring: FeedRing | null = null;

  constructor(options: FeedHubOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const rings = this.#bell.rings;
      if (this.#clients > 0) await rest(this.#options.clock, await this.#readOn(signal), signal);
      else {
        this.#ring = null;
        await this.#bell.wait(rings, signal);
      }
    }
    this.#stopped.abort();
  }

  async *subscribe(after: FeedPosition | null, signal: AbortSignal): AsyncGenerator<FeedStep> {
    this.#clients += 1;
    this.#bell.ring();
    try {
      yield* this.#tell(after, AbortSignal.any([signal, this.#stopped.signal]));
    } finally {
      this.#clients -= 1;
    }
  }

  async *#tell(after: FeedPosition | null, over: AbortSignal): AsyncGenerator<FeedStep> {
    if (after !== null) {
      yield* this.#follow(after, over);
      return;
    }
    const ring = await this.#readyRing(over);
    if (ring === null) return;
    const position = ring.end;
    yield { kind: 'start', position };
    yield* this.#follow(position, over);
  }

  async *#follow(after: FeedPosition, over: AbortSignal): AsyncGenerator<FeedStep> {
    let position = after;
    while (!over.aborted) {
      const rings = this.#bell.rings;
      const held = this.#ring?.next(position);
      const found = held === undefined ? await this.#catchUp(position, over) : held === null ? [] : [held];
      if (found === undefined) return;
      if (found === null) {
        const reason = POSITION.test(position) ? 'too-old' : 'unknown';
        const ring = await this.#readyRing(over);
        if (ring === null) return;
        position = ring.end;
        yield { kind: 'reset', position, reason };
        continue;
      }
      for (const entry of found) {
        if (over.aborted) return;
        position = entry.position;
        yield { kind: 'entry', position, entry };
      }
      if (found.length === 0) await this.#bell.wait(rings, over);
    }
  }

  /** Undefined when it is over. */
  #catchUp(position: FeedPosition, over: AbortSignal): Promise<readonly FeedEntry[] | null | undefined> {
    const { feed, clock } = this.#options;
    const ask = () => this.#turns.run(async () => (over.aborted ? undefined : feed.after(position, PAGE)));
    return patiently(ask, clock, over);
  }

  /** Null when it is over. */
  async #readyRing(over: AbortSignal): Promise<FeedRing | null> {
    for (;;) {
      const rings = this.#bell.rings;
      if (over.aborted) return null;
      if (this.#ring !== null) return this.#ring;
      await this.#bell.wait(rings, over);
    }
  }

  /** Resolves with how long to rest before the next reading. */
  async #readOn(signal: AbortSignal): Promise<number> {
    try {
      return (await patiently(() => this.#read(), this.#options.clock, signal)) ?? 0;
    } catch (error) {
      this.#options.logger.error({ err: error }, 'the feed could not be read; trying again');
      return AFTER_FAILURE_MS;
    }
  }

  async #read(): Promise<number> {
    const { feed } = this.#options;
    const page = this.#ring === null ? null : await feed.after(this.#ring.end, PAGE);
    if (page === null || this.#ring === null) {
      // The first client, or a pause of the store that was longer than what it keeps: who counted on it is told by the store.
      this.#ring = new FeedRing(await feed.end());
      this.#bell.ring();
      return 0;
    }
    if (page.length === 0) return POLL_MS;
    this.#ring.add(page);
    this.#bell.ring();
    const events = page.reduce((sum, entry) => sum + entry.events.length, 0);
    return page.length >= FULL_ENTRIES || events >= FULL_EVENTS ? 0 : POLL_MS;
  }
}
