/** The store as a start would find it: without bringing its schema up to date, and without a table of ours. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { DataLock } from '../../store/embedded/data-lock.ts';
import { EmbeddedServer } from '../../store/embedded/server.ts';
import { readMigrations } from '../../store/migrate.ts';
import type { Configuration } from '../config-schema.ts';
import { loggerFor } from '../logger.ts';
import { type Check, fail, messageOf, ok, skipped, warn } from './check.ts';
import type { DataDirectory } from './data-directory.ts';

const CONNECT_MS = 5000;
const OLDEST = 140_000;
const ROUNDS = 5;
/** Every batch waits for both: beyond these, thousands of events a second are out of reach. */
const SLOW_ANSWER_MS = 20;
const SLOW_WRITE_MS = 100;

export async function storeChecks(
  { storeUrl, dataDir }: Pick<Configuration, 'storeUrl' | 'dataDir'>,
  directory: DataDirectory,
): Promise<readonly Check[]> {
  if (storeUrl !== undefined) return examine({ connectionString: storeUrl }, 'Check storeUrl (TATTLE_STORE_URL).');
  if (!existsSync(join(dataDir, 'postgres'))) return [skipped('store', 'none yet: it is made at the first start')];
  if (directory.heldBy !== null) return [skipped('store', `${directory.heldBy} has it open`)];
  try {
    return await examineEmbedded(dataDir);
  } catch (error) {
    return [fail('store', `the embedded PostgreSQL does not start: ${messageOf(error)}`, `Its log is in ${dataDir}.`)];
  }
}

async function examineEmbedded(dataDir: string): Promise<readonly Check[]> {
  const lock = await DataLock.take(dataDir);
  try {
    const server = await EmbeddedServer.open({ dataDir, logger: loggerFor({ level: 'silent', format: 'text' }) });
    try {
      return await examine(server.address, `Its log is in ${dataDir}.`);
    } finally {
      await server.close();
    }
  } finally {
    await lock.release();
  }
}

async function examine(config: pg.ClientConfig, mend: string): Promise<readonly Check[]> {
  const client = new pg.Client({
    ...config,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
    application_name: 'tattle doctor',
  });
  // One that is cut off between two questions would end the process; the next question tells.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return [await versionCheck(client), await schemaCheck(client), await speedCheck(client)];
  } catch (error) {
    return [fail('store', `cannot be opened: ${messageOf(error)}`, mend)];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function versionCheck(client: pg.Client): Promise<Check> {
  const { rows } = await client.query<{ number: string; text: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text`,
  );
  const [{ number, text } = { number: '0', text: 'unknown' }] = rows;
  if (Number(number) >= OLDEST) return ok('store', `PostgreSQL ${text}`);
  return fail(
    'store',
    `PostgreSQL ${text} is older than 14`,
    'Upgrade it, or leave storeUrl out for the embedded one.',
  );
}

async function schemaCheck(client: pg.Client): Promise<Check> {
  const name = 'store schema';
  const known = (await readMigrations()).at(-1)?.version ?? 0;
  const { rows: there } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('tattle.schema_migrations') IS NOT NULL AS found`,
  );
  if (there[0]?.found !== true) return ok(name, 'none yet: it is made at the first start');
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM tattle.schema_migrations',
  );
  const version = rows[0]?.version ?? 0;
  if (version === known) return ok(name, `version ${version}`);
  if (version < known) return ok(name, `version ${version}; the next start brings it to ${known}`);
  return fail(
    name,
    `version ${version} was made by a newer Tattle; this one knows ${known}`,
    'Run the newer Tattle, or restore a backup from before its first start.',
  );
}

async function speedCheck(client: pg.Client): Promise<Check> {
  const name = 'store speed';
  const answer = await median(() => client.query('SELECT 1'));
  // A record in the write-ahead log, flushed to the disk like a commit of events, that no table ever shows.
  const write = await median(() => client.query(`SELECT pg_logical_emit_message(true, 'tattle doctor', 'x')`));
  const told = `answers in ${answer.toFixed(1)} ms, writes to its disk in ${write.toFixed(1)} ms`;
  if (answer <= SLOW_ANSWER_MS && write <= SLOW_WRITE_MS) return ok(name, told);
  return warn(name, told, 'Bring it nearer or onto a faster disk: every batch of events waits for both.');
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await work();
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}
