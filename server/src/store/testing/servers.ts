/** PostgreSQL servers for tests: one for a file, a database of its own for each test. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Logger, Metrics } from '../../model/ports/process.ts';
import { EmbeddedServer } from '../embedded/server.ts';

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
export const noMetrics: Metrics = { count: () => {}, gauge: () => {}, observe: () => {} };

export interface TestServer {
  readonly server: EmbeddedServer;
  readonly folder: string;
  /** The URL of a new, empty database. */
  freshDatabase(): Promise<string>;
  close(): Promise<void>;
}

/** `binDir` names another PostgreSQL than the packaged one. */
export async function startTestServer(binDir?: string): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-test-'));
  const server = await EmbeddedServer.open({
    dataDir: folder,
    logger: silentLogger,
    ...(binDir === undefined ? {} : { binDir }),
  });
  return {
    server,
    folder,
    freshDatabase: async () => {
      const name = `t${randomUUID().replaceAll('-', '')}`;
      const client = new pg.Client(server.address);
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${name}`);
      } finally {
        await client.end();
      }
      const { host = '', port = 5432 } = server.address;
      return `postgresql://tattle@/${name}?host=${encodeURIComponent(host)}&port=${String(port)}`;
    },
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
