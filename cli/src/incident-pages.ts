/** Incidents page by page, until there are as many as were asked for. */
import type { WireIncident, WireIncidentPage } from '@tattle/contract';
import type { Connection } from './connection.ts';

const PAGE = 100;

export async function incidentPages(
  connection: Connection,
  query: URLSearchParams,
  limit: number,
): Promise<{ readonly items: readonly WireIncident[]; readonly more: boolean }> {
  const items: WireIncident[] = [];
  let cursor: string | null = null;
  do {
    query.set('limit', String(Math.min(PAGE, limit - items.length)));
    if (cursor !== null) query.set('cursor', cursor);
    const page = (await connection.get('/api/v1/incidents', query, 'items')) as WireIncidentPage;
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, more: cursor !== null };
}
