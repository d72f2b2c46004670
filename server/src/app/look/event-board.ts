/** Events held in memory for one command, each as it was last seen: filtered, ordered and paged as the store would. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import { matchesEvent } from '../../kit/matches-event.ts';
import { CursorError } from '../../model/ports/store.ts';
import type { EventFilter, EventPage } from '../../model/query.ts';

/** About 200 MB of them; an API server keeps an hour, so that few have more. */
const MOST_HELD = 200_000;

export class EventBoard {
  readonly #most: number;
  /** The longest unseen first. */
  readonly #events = new Map<string, ClusterEvent>();
  #left = false;
  #changes = 0;
  /** Of the last question: its next page asks the same. */
  #answered: { readonly question: string; readonly changes: number; readonly events: readonly ClusterEvent[] } | null =
    null;

  constructor(most = MOST_HELD) {
    this.#most = most;
  }

  /** What came before under the same uid is replaced. Beyond the bound the longest unseen is forgotten, and pages say `partial`. */
  put(event: ClusterEvent): void {
    const key = `${event.cluster} ${event.uid}`;
    this.#events.delete(key);
    this.#events.set(key, event);
    this.#changes += 1;
    if (this.#events.size <= this.#most) return;
    for (const oldest of this.#events.keys()) {
      this.#events.delete(oldest);
      break;
    }
    this.#left = true;
  }

  /** Most recent activity first. Throws `CursorError` for a cursor that it did not give out. */
  page(filter: EventFilter, { limit, cursor }: { readonly limit: number; readonly cursor?: string }): EventPage {
    const matching = this.#matching(filter);
    const start = cursor === undefined ? 0 : firstAfter(matching, cursor);
    const items = matching.slice(start, start + limit);
    const last = items.at(-1);
    const isMore = start + limit < matching.length && last !== undefined;
    return { items, nextCursor: isMore ? cursorOf(last) : null, partial: this.#left };
  }

  #matching(filter: EventFilter): readonly ClusterEvent[] {
    const question = JSON.stringify(filter);
    const known = this.#answered;
    if (known !== null && known.question === question && known.changes === this.#changes) return known.events;
    const events = [...this.#events.values()].filter((event) => isMeant(filter, event)).sort(newestFirst);
    this.#answered = { question, changes: this.#changes, events };
    return events;
  }
}

/** Nobody knows here when between its first and last time an event happened: it counts for all of it. */
function isMeant({ from = -Infinity, to = Infinity, ...others }: EventFilter, event: ClusterEvent): boolean {
  return event.lastSeen >= from && event.firstSeen < to && matchesEvent(others, event);
}

function newestFirst(a: ClusterEvent, b: ClusterEvent): number {
  return b.lastSeen - a.lastSeen || compare(a.uid, b.uid) || compare(a.cluster, b.cluster);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A place in the order, not a count: what comes while one pages moves nothing. */
function cursorOf({ lastSeen, uid, cluster }: ClusterEvent): string {
  return Buffer.from(JSON.stringify([lastSeen, uid, cluster])).toString('base64url');
}

function firstAfter(events: readonly ClusterEvent[], cursor: string): number {
  const [lastSeen, uid, cluster] = readCursor(cursor);
  const found = events.findIndex(
    (event) =>
      event.lastSeen < lastSeen ||
      (event.lastSeen === lastSeen && (compare(event.uid, uid) || compare(event.cluster, cluster)) > 0),
  );
  return found === -1 ? events.length : found;
}

function readCursor(cursor: string): [lastSeen: number, uid: string, cluster: string] {
  try {
    const [lastSeen, uid, cluster] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof lastSeen === 'number' && typeof uid === 'string' && typeof cluster === 'string')
      return [lastSeen, uid, cluster];
  } catch {
    // Told like any other that is not ours.
  }
  throw new CursorError(cursor);
}
