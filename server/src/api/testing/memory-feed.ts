/** A feed in memory that can forget, fail and be slow when a test says so; its positions are as opaque as the real ones. */
import { setImmediate as turn } from 'node:timers/promises';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import type { Feed, FeedEntry, FeedPosition } from '../../model/ports/feed.ts';

export class MemoryFeed implements Feed {
  down = false;
  /** How often it was asked. */
  asked = 0;
  readonly #entries: FeedEntry[] = [];
  #gone = 0;

  get entries(): readonly FeedEntry[] {
    return this.#entries;
  }

  /** `events` says how many it has. */
  add(incidentId: string, events = 0): void {
    const event = { uid: incidentId } as ClusterEvent;
    this.#entries.push({
      position: `e.${String(this.#entries.length + 1)}`,
      at: 0,
      events: Array.from({ length: events }, () => event),
      incidentIds: [incidentId],
      topics: [],
    });
  }

  /** Positions before the last `kept` entries are too old from here on. */
  forget(kept: number): void {
    this.#gone = this.#entries.length - kept;
  }

  async end(): Promise<FeedPosition> {
    await this.#answer();
    // As in the store, where it ends is not the position of the last entry.
    return `e.${String(this.#entries.length)}-end`;
  }

  async after(position: FeedPosition, limit: number): Promise<readonly FeedEntry[] | null> {
    await this.#answer();
    const number = Number(/^e\.(\d+)(?:-end)?$/.exec(position)?.[1] ?? Number.NaN);
    if (Number.isNaN(number) || number < this.#gone || number > this.#entries.length) return null;
    return this.#entries.slice(number, number + limit);
  }

  async #answer(): Promise<void> {
    this.asked += 1;
    await turn();
    if (this.down) throw new StoreUnavailable('the store is down');
  }
}
