/** `--watch`: asks again every so often and prints what is new or has happened again. */
import { setTimeout as pause } from 'node:timers/promises';
import type { WireEvent } from '@tattle/contract';
import type { Connection } from './connection.ts';
import type { EventPrinter } from './event-output.ts';
import { pagesOf } from './pages.ts';
import type { Surroundings } from './surroundings.ts';

const EVERY_MS = 2000;
/** How far back each question goes: events are often told of later than they happened. */
const OVERLAP = 'now-5m';
/** A burst beyond this between two questions is shown in part. */
const MOST_AT_ONCE = 5000;
/** What was printed is remembered up to here; the longest unseen is forgotten first. */
const MOST_REMEMBERED = 20_000;

export interface Watching {
  readonly connection: Pick<Connection, 'get'>;
  readonly query: URLSearchParams;
  /** Of the events before the watch. */
  readonly limit: number;
  readonly printer: EventPrinter;
  readonly surroundings: Pick<Surroundings, 'signal'>;
  readonly everyMs?: number;
}

/** Resolves when the signal aborts. */
export async function watchEvents({
  connection,
  query,
  limit,
  printer,
  surroundings,
  everyMs = EVERY_MS,
}: Watching): Promise<void> {
  const { signal } = surroundings;
  const remembered = new Map<string, string>();
  const recent = new URLSearchParams(query);
  recent.set('from', OVERLAP);
  recent.delete('to');
  await printer.print(remember(await collect(connection, query, limit), remembered));
  // What lies in the overlap but not in what was asked for first is no news.
  remember(await collect(connection, recent, MOST_AT_ONCE), remembered);
  while (!signal.aborted) {
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await printer.print(remember(await collect(connection, recent, MOST_AT_ONCE), remembered));
  }
}

/** The oldest first. */
async function collect(
  connection: Pick<Connection, 'get'>,
  query: URLSearchParams,
  limit: number,
): Promise<readonly WireEvent[]> {
  const events: WireEvent[] = [];
  for await (const page of pagesOf('/api/v1/events', connection, query, limit)) events.push(...page);
  return events.reverse();
}

/** Those that are new or have changed since they were remembered. */
function remember(events: readonly WireEvent[], remembered: Map<string, string>): readonly WireEvent[] {
  const news = events.filter((event) => {
    const key = `${event.cluster} ${event.uid}`;
    const state = `${event.count} ${event.lastSeen}`;
    const known = remembered.get(key) === state;
    remembered.delete(key);
    remembered.set(key, state);
    return !known;
  });
  for (const key of remembered.keys()) {
    if (remembered.size <= MOST_REMEMBERED) break;
    remembered.delete(key);
  }
  return news;
}
