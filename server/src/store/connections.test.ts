import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { StoreUnavailable } from '../model/ports/store.ts';
import { Connections } from './connections.ts';
import { silentLogger, startTestServer, type TestServer } from './testing/servers.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

it('outlives a connection that is cut off between two queries of a transaction', async () => {
  const connections = new Connections({ config: server.server.address, logger: silentLogger, poolSize: 2 });
  onTestFinished(() => connections.close());
  const cutOff = connections.transaction(async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // Not `once` of node:events, which takes the error that comes first for its own.
    const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
    await connections.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await client.query('SELECT 1');
  });
  await expect(cutOff).rejects.toBeInstanceOf(StoreUnavailable);
  expect(await connections.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
