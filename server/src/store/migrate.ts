/** Numbered SQL files, forward only, under a lock; code that is older than the schema refuses it. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connections } from './connections.ts';

const FOLDER = join(import.meta.dirname, 'migrations');
/** Any constant that nothing else in the database uses: the key of the advisory lock. */
const LOCK_KEY = 8_284_428;

/** As server_version_num says it. */
const OLDEST = 140_000;

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** The schema in the database was made by another Tattle than this one. */
class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

export async function readMigrations(folder: string = FOLDER): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return { version: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** Brings the schema up to date. Each migration is one transaction. Returns the version it is at. */
export async function migrate(connections: Connections, migrations: readonly Migration[]): Promise<number> {
  await refuseUnfit(connections);
  return connections.transaction(async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
    await client.query('CREATE SCHEMA IF NOT EXISTS tattle');
    await client.query(`CREATE TABLE IF NOT EXISTS tattle.schema_migrations (
      version int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const { rows } = await client.query<{ version: number; name: string; checksum: string }>(
      'SELECT version, name, checksum FROM tattle.schema_migrations ORDER BY version',
    );
    refuseForeign(rows, migrations);
    const applied = new Set(rows.map((row) => row.version));
    for (const migration of migrations.filter((each) => !applied.has(each.version))) {
      await client.query(migration.sql);
      await client.query('INSERT INTO tattle.schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
        migration.version,
        migration.name,
        migration.checksum,
      ]);
    }
    return migrations.at(-1)?.version ?? 0;
  });
}

async function refuseUnfit(connections: Connections): Promise<void> {
  const rows = await connections.query<{ version: number; encoding: string }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding`,
  );
  const { version = 0, encoding = '' } = rows[0] ?? {};
  if (version < OLDEST)
    throw new SchemaError(`the store's PostgreSQL is too old (${String(version)}): 14 or later is needed`);
  if (encoding !== 'UTF8') {
    throw new SchemaError(
      `the store's database is encoded in ${encoding}: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`,
    );
  }
}

function refuseForeign(
  applied: readonly { version: number; name: string; checksum: string }[],
  migrations: readonly Migration[],
): void {
  for (const row of applied) {
    const ours = migrations.find((migration) => migration.version === row.version);
    if (ours === undefined) {
      throw new SchemaError(
        `the store's schema is at ${row.name}, which this Tattle does not know: it was written by a newer version. ` +
          'Start that version, or restore a backup made before the upgrade.',
      );
    }
    if (ours.checksum !== row.checksum) {
      throw new SchemaError(
        `migration ${row.name} is not the one that this database was made with. ` +
          'Start the version that made it, or restore a backup into an empty database.',
      );
    }
  }
}
