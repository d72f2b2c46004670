/** When a feed begins anew: positions that were given out before mean nothing any more. */
import type { ClientBase } from 'pg';
import type { Connections } from './connections.ts';

/** In the transaction of what replaces the store's content. */
export async function beginFeedAnew(client: ClientBase): Promise<void> {
  await client.query('DELETE FROM feed');
  await client.query(
    `UPDATE feed_state SET epoch = gen_random_uuid(), written = pg_current_xact_id(), gone_xid = '0', gone_no = 0`,
  );
}

/** A dump of the database, brought into another one, has rows numbered by the transactions of its old server. */
export async function disownForeignFeed(connections: Connections): Promise<void> {
  await connections.transaction(async (client) => {
    const { rows } = await client.query('SELECT 1 FROM feed_state WHERE NOT xmin = written::xid');
    if (rows.length > 0) await beginFeedAnew(client);
  });
}
