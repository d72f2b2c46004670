import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Connections } from './connections.ts';
import { migrate, readMigrations } from './migrate.ts';
import { silentLogger, startTestServer } from './testing/servers.ts';
import type { TestServer } from './testing/servers.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function connections(): Promise<Connections> {
  const made = new Connections({
    config: { connectionString: await server.freshDatabase() },
    logger: silentLogger,
    poolSize: 4,
  });
  onTestFinished(() => made.close());
  return made;
}

describe('migrations', () => {
  it('are applied once, also when several replicas start together', async () => {
    const database = await connections();
    const migrations = await readMigrations();
    const versions = await Promise.all([1, 2, 3].map(() => migrate(database, migrations)));
    expect(new Set(versions)).toEqual(new Set([migrations.at(-1)?.version]));
    const rows = await database.query<{ version: number }>('SELECT version FROM schema_migrations ORDER BY version');
    expect(rows.map(({ version }) => version)).toEqual(migrations.map(({ version }) => version));
  });

  it('refuse a schema from the future, and one that was made otherwise', async () => {
    const database = await connections();
    const migrations = await readMigrations();
    const next = { version: 9_999, name: '9999-future.sql', sql: 'CREATE TABLE future (id int)', checksum: 'f' };
    await migrate(database, [...migrations, next]);
    await expect(migrate(database, migrations)).rejects.toThrow(/newer version.*Start that version/s);
    await expect(migrate(database, [...migrations, { ...next, checksum: 'g' }])).rejects.toThrow(/not the one/);
  });

  it('leave nothing of one that fails', async () => {
    const database = await connections();
    const bad = { version: 1, name: '0001-bad.sql', sql: 'CREATE TABLE half (id int); SELECT 1/0', checksum: 'b' };
    await expect(migrate(database, [bad])).rejects.toThrow();
    expect(await migrate(database, await readMigrations())).toBeGreaterThan(0);
    expect(await database.query(`SELECT 1 FROM pg_tables WHERE tablename = 'half'`)).toEqual([]);
  });
});
