/** Backup and restore through COPY: one file a table and a manifest with hashes, since no dump tool ships with the server. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { PoolClient } from 'pg';
import { diskTrouble } from '../kit/disk-trouble.ts';
import type { Connections } from './connections.ts';
import { DataDirError } from './embedded/data-dir-error.ts';
import { parsePartitionName } from './event-id.ts';
import { beginFeedAnew } from './feed-epoch.ts';
import type { Partitions } from './partitions.ts';

/**
 * Parents before those that refer to them. `writers` belongs to the server that it was written on, and so does `feed`; sessions
 * and requests under way end with it.
 */
const TABLES = [
  'clusters',
  'event_dims',
  'incident_numbers',
  'event_identity',
  'events',
  'occurrences',
  'rollup_sums',
  'rollup_changes',
  'incidents',
  'strands',
  'incident_log',
  'ties',
  'object_changes',
  'diagnoses',
  'evidence',
  'jobs',
  'deliveries',
  'deliveries_also',
  'notice_decisions',
  'notices_held',
  'silences',
  'channels',
  'settings',
  'access_tokens',
  'audit_entries',
  'positions',
  'sink_positions',
  'sink_refusals',
  'gaps',
  'dead_letters',
] as const;

const SEQUENCES: Readonly<Record<string, string>> = {
  clusters: 'id',
  event_dims: 'id',
  incident_numbers: 'no',
  incident_log: 'no',
  jobs: 'id',
  deliveries: 'no',
  notice_decisions: 'no',
  notices_held: 'no',
  dead_letters: 'id',
  sink_refusals: 'no',
};

const FORMAT = 1;

interface Manifest {
  readonly format: number;
  readonly schema: number;
  readonly partitions: readonly string[];
  /** The next block of row numbers. */
  readonly rowNumbers: number;
  readonly tables: readonly {
    readonly name: string;
    readonly columns: string;
    readonly rows: number;
    readonly sha256: string;
  }[];
}

export interface BackupSummary {
  readonly tables: number;
  readonly rows: number;
}

/**
 * Everything as it was at one moment, while writing goes on, and on the disk when it resolves. The folder must be new or empty.
 * Throws DataDirError where its disk does not take all of it.
 */
export async function backup(connections: Connections, folder: string, schema: number): Promise<BackupSummary> {
  await onDiskOf(folder, mkdir(folder, { recursive: true, mode: 0o700 }));
  const tables: Manifest['tables'][number][] = [];
  let head = { rowNumbers: 0, partitions: [] as readonly string[] };
  await connections.transaction(async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    head = { rowNumbers: await nextRowNumber(client), partitions: await partitionNames(client) };
    for (const name of TABLES) tables.push(await copyOut(client, name, folder));
  });
  const manifest: Manifest = { format: FORMAT, schema, ...head, tables };
  // Last, and by renaming: a folder without a manifest is no backup.
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await onDiskOf(folder, writeFile(join(folder, 'manifest.json.part'), text, { mode: 0o600, flush: true }));
  await rename(join(folder, 'manifest.json.part'), join(folder, 'manifest.json'));
  return { tables: tables.length, rows: tables.reduce((sum, table) => sum + table.rows, 0) };
}

/** Into an empty store of the same schema, in one transaction: all of it or nothing. */
export async function restore(
  connections: Connections,
  partitions: Partitions,
  folder: string,
  schema: number,
): Promise<BackupSummary> {
  const manifest = await readManifest(folder, schema);
  await refuseUsed(connections);
  for (const name of manifest.partitions) {
    const key = parsePartitionName(name);
    if (key === null) throw new DataDirError(`${folder} names a partition that this Tattle does not know: ${name}`);
    await partitions.ensure(connections, [key]);
  }
  await connections.transaction(async (client) => {
    for (const table of manifest.tables) await copyBack(client, table, folder);
    for (const [name, column] of Object.entries(SEQUENCES)) {
      await client.query(
        `SELECT setval(pg_get_serial_sequence($1, $2), GREATEST(1, (SELECT COALESCE(max(${column}), 0) FROM ${name})))`,
        [name, column],
      );
    }
    await client.query(`SELECT setval('row_numbers', $1)`, [manifest.rowNumbers]);
    await beginFeedAnew(client);
  });
  return { tables: manifest.tables.length, rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0) };
}

async function copyOut(client: PoolClient, name: string, folder: string): Promise<Manifest['tables'][number]> {
  const { rows } = await client.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [name],
  );
  const columns = rows[0]?.columns ?? '';
  const hash = new Hashing();
  const source = client.query(copyTo(`COPY (SELECT ${columns} FROM ${name}) TO STDOUT`));
  const file = createWriteStream(fileOf(folder, name), { mode: 0o600, flush: true });
  await onDiskOf(folder, pipeline(source, hash, createGzip({ level: 1 }), file));
  return { name, columns, rows: source.rowCount, sha256: hash.digest() };
}

/** What its own disk refuses is no fault of the store. A lost connection to that has none of these codes. */
async function onDiskOf<T>(folder: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    const trouble = diskTrouble(error);
    if (trouble === null) throw error;
    const mend = 'make room, or name a folder elsewhere, and begin anew in an empty one';
    throw new DataDirError(`the backup in ${folder} is not whole, ${trouble}: ${mend}`, { cause: error });
  });
}

async function copyBack(client: PoolClient, table: Manifest['tables'][number], folder: string): Promise<void> {
  const hash = new Hashing();
  await pipeline(
    createReadStream(fileOf(folder, table.name)),
    createGunzip(),
    hash,
    client.query(copyFrom(`COPY ${table.name} (${table.columns}) FROM STDIN`)),
  );
  if (hash.digest() !== table.sha256) {
    throw new DataDirError(
      `${fileOf(folder, table.name)} is not what the backup wrote: its hash differs. Nothing was restored.`,
    );
  }
}

/** Passes bytes on, and knows the SHA-256 of all of them at the end. */
class Hashing extends Transform {
  readonly #hash = createHash('sha256');

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    done(null, chunk);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

async function readManifest(folder: string, schema: number): Promise<Manifest> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch((cause: unknown) => {
    throw new DataDirError(`${folder} holds no manifest.json: it is no backup, or one that did not finish`, { cause });
  });
  const manifest = JSON.parse(text) as Manifest;
  const known: readonly string[] = TABLES;
  const whole =
    manifest.format === FORMAT &&
    manifest.tables.every((table) => known.includes(table.name) && /^[a-z_]+(,[a-z_]+)*$/.test(table.columns));
  if (!whole) throw new DataDirError(`${folder} is a backup in a form that this Tattle does not know`);
  if (manifest.schema !== schema) {
    throw new DataDirError(
      `the backup in ${folder} is of schema ${String(manifest.schema)}, this Tattle has ${String(schema)}: ` +
        'restore it with the version that made it, then start this one on the result.',
    );
  }
  return manifest;
}

async function refuseUsed(connections: Connections): Promise<void> {
  const rows = await connections.query<{ used: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM clusters) OR EXISTS (SELECT 1 FROM incidents) OR EXISTS (SELECT 1 FROM settings)
       OR EXISTS (SELECT 1 FROM access_tokens) OR EXISTS (SELECT 1 FROM channels) OR EXISTS (SELECT 1 FROM audit_entries) AS used`,
  );
  if (rows[0]?.used === true) throw new DataDirError('the store is not empty: restore into a new one');
}

async function nextRowNumber(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ last_value: number }>('SELECT last_value FROM row_numbers');
  return rows[0]?.last_value ?? 0;
}

async function partitionNames(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'events'::regclass ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

function fileOf(folder: string, table: string): string {
  return join(folder, `${table}.copy.gz`);
}
