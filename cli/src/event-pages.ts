/** Reads events page by page, up to a limit. */
import type { WireEvent, WireEventPage } from '@tattle/contract';
import type { Connection } from './connection.ts';

/** What the API gives at once, at the most. */
const PAGE = 1000;

/** Yields pages, the most recent events first; returns whether there is more than was asked for. */
export async function* eventPages(
  connection: Pick<Connection, 'get'>,
  query: URLSearchParams,
  limit: number,
): AsyncGenerator<readonly WireEvent[], boolean> {
  let left = limit;
  let cursor: string | null = null;
  while (left > 0) {
    const asked = new URLSearchParams(query);
    asked.set('limit', String(Math.min(left, PAGE)));
    if (cursor !== null) asked.set('cursor', cursor);
    const page = (await connection.get('/api/v1/events', asked, 'items')) as WireEventPage;
    yield page.items;
    left -= page.items.length;
    cursor = page.nextCursor;
    if (cursor === null) return page.partial;
  }
  return true;
}
