/** A list of the API page by page, up to a limit. */
import type { WireAuditEntry, WireEvent, WireIncident } from '@tattle/contract';
import type { Connection } from './connection.ts';

/** What each list holds. */
interface Lists {
  '/api/v1/audit': WireAuditEntry;
  '/api/v1/events': WireEvent;
  '/api/v1/incidents': WireIncident;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly partial: boolean;
}

/** What the API gives at once, at the most; a full view of an incident asks for a lot. */
const PAGE: Readonly<Record<keyof Lists, number>> = {
  '/api/v1/audit': 1000,
  '/api/v1/events': 1000,
  '/api/v1/incidents': 100,
};

/** Yields pages in the order of the list; returns whether there is more than was asked for. */
export async function* pagesOf<Path extends keyof Lists>(
  path: Path,
  connection: Pick<Connection, 'get'>,
  query: URLSearchParams,
  limit: number,
): AsyncGenerator<readonly Lists[Path][], boolean> {
  let left = limit;
  let cursor: string | null = null;
  while (left > 0) {
    const asked = new URLSearchParams(query);
    asked.set('limit', String(Math.min(left, PAGE[path])));
    if (cursor !== null) asked.set('cursor', cursor);
    const page = (await connection.get(path, asked, 'items')) as Page<Lists[Path]>;
    yield page.items;
    left -= page.items.length;
    cursor = page.nextCursor;
    if (cursor === null) return page.partial;
  }
  return true;
}

/** All pages in one. */
export async function allOf<Item>(
  pages: AsyncGenerator<readonly Item[], boolean>,
): Promise<{ readonly items: readonly Item[]; readonly more: boolean }> {
  const items: Item[] = [];
  for (;;) {
    const page = await pages.next();
    if (page.done === true) return { items, more: page.value };
    items.push(...page.value);
  }
}
