/** The embedded PostgreSQL of a test's server, closed under it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const DATABASE = 'postgres';

/** It takes no connection and ends those that there are, until what this answers is called. */
export async function closeStore(home: string): Promise<() => Promise<void>> {
  const lines = readFileSync(join(home, 'data/postgres/postmaster.pid'), 'utf8').split('\n');
  const client = new pg.Client({
    user: 'tattle',
    database: 'template1',
    port: Number(lines[3]),
    host: lines[4] ?? '',
  });
  await client.connect();
  await client.query(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS false`);
  await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${DATABASE}'`);
  return async () => {
    await client.query(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS true`);
    await client.end();
  };
}
