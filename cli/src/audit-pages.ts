/** Entries of the audit trail, the newest first, page by page. */
import type { WireAuditEntry, WireAuditPage } from '@tattle/contract';
import type { Connection } from './connection.ts';

/** What the API gives at once, at the most. */
const PAGE = 1000;

/** Yields pages; returns whether there is more than was asked for. */
export async function* auditPages(
  connection: Pick<Connection, 'get'>,
  query: URLSearchParams,
  limit: number,
): AsyncGenerator<readonly WireAuditEntry[], boolean> {
  let left = limit;
  let cursor: string | null = null;
  while (left > 0) {
    const asked = new URLSearchParams(query);
    asked.set('limit', String(Math.min(left, PAGE)));
    if (cursor !== null) asked.set('cursor', cursor);
    const page = (await connection.get('/api/v1/audit', asked, 'items')) as WireAuditPage;
    yield page.items;
    left -= page.items.length;
    cursor = page.nextCursor;
    if (cursor === null) return false;
  }
  return true;
}
