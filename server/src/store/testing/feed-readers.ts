/** Reading a feed in tests: to its end, and what its table says that must have been told. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { Feed, FeedEntry, FeedPosition } from '../../model/ports/feed.ts';

/** A connection beside the store's, for what only another program would do. */
export async function connectBeside(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=tattle' });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  return client;
}

/** All that comes after a position, in pages, until `enough` of it is there. */
export async function readOn(
  feed: Feed,
  from: FeedPosition,
  enough: number,
  limit: () => number = () => 100,
): Promise<readonly FeedEntry[]> {
  const entries: FeedEntry[] = [];
  for (let position = from; entries.length < enough; position = entries.at(-1)?.position ?? from) {
    const page = await feed.after(position, limit());
    if (page === null) throw new Error(`the position ${position} is not known any more`);
    entries.push(...page);
    if (page.length === 0) await sleep(5);
  }
  return entries;
}

/** `xid.no` of every row, in the order that they have to be told in. */
export async function rowsOf(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ row: string }>(
    `SELECT xid || '.' || no AS row FROM feed ORDER BY feed.xid, feed.no`,
  );
  return rows.map(({ row }) => row);
}

/** The same of an entry that was told. */
export function rowOf({ position }: FeedEntry): string {
  return position.slice(position.indexOf('.') + 1);
}
