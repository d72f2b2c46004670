/** Connections whose other side went away without a word: what waits on them is told soon, and what only takes long is left alone. */
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { quiet } from '../kit/testing/quiet.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import { Connections } from './connections.ts';
import { Journal } from './journal.ts';
import { migrate, readMigrations } from './migrate.ts';
import { plain } from './statements.ts';
import { forgetfulProxy } from './testing/forgetful-proxy.ts';
import { startTestServer, type TestServer } from './testing/servers.ts';

const SILENT_MS = 400;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function setUp() {
  const url = new URL((await server.freshDatabase()).replace('postgresql://tattle@/', 'postgresql://host/'));
  const proxy = await forgetfulProxy(join(url.searchParams.get('host') ?? '', '.s.PGSQL.5432'));
  const { logger, lines } = quiet();
  const connections = new Connections({
    config: { host: '127.0.0.1', port: proxy.port, user: 'tattle', database: url.pathname.slice(1) },
    logger,
    poolSize: 2,
    silentMs: SILENT_MS,
  });
  onTestFinished(() => proxy.close());
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= connections.close());
  onTestFinished(close);
  return {
    connections,
    close,
    proxy,
    logger,
    lines,
    given: () => lines.filter((line) => line.includes('is given up')),
  };
}

it('gives up a connection that nobody answers on, and the next question is answered', async () => {
  const { connections, proxy, given } = await setUp();
  await connections.query('SELECT 1');
  proxy.forget();
  await expect(connections.query('SELECT 2 AS two')).rejects.toThrow(StoreUnavailable);
  expect(await connections.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
  expect(given()).toHaveLength(1);
});

it('ends a transaction whose connection was forgotten in the middle of it', async () => {
  const { connections, proxy } = await setUp();
  const cut = connections.transaction(async (client) => {
    await client.query('SELECT 1');
    proxy.forget();
    await client.query('SELECT 2');
  });
  await expect(cut).rejects.toThrow(StoreUnavailable);
  expect(await connections.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('lets the hot path commit again, and commits nothing twice', async () => {
  const { connections, proxy, logger } = await setUp();
  await migrate(connections, await readMigrations());
  await connections.query('CREATE TABLE written (no int)');
  const journal = new Journal(connections, logger, () => performance.now());
  onTestFinished(() => journal.close());
  const write = (no: number) => journal.commit([plain(`INSERT INTO written VALUES (${String(no)})`)], true);
  await write(1);
  proxy.forget();
  await expect(write(2)).rejects.toThrow(StoreUnavailable);
  await write(2);
  // On a connection that was forgotten, too: the first to ask on it is told so.
  await connections.query('SELECT 1').catch(() => undefined);
  expect(await connections.query('SELECT no FROM written ORDER BY no')).toEqual([{ no: 1 }, { no: 2 }]);
});

it('leaves alone what takes long, and what nobody waits for', async () => {
  const { connections, given } = await setUp();
  const listener = await connections.connect();
  onTestFinished(() => listener.end());
  await connections.query(`SELECT pg_sleep(${String((SILENT_MS * 5) / 1000)})`);
  await listener.query('SELECT 1');
  expect(given()).toEqual([]);
});

it('leaves alone what takes long where the server is told to track no activities', async () => {
  const { connections, given } = await setUp();
  await connections.transaction(async (client) => {
    await client.query('SET LOCAL track_activities = off');
    await client.query(`SELECT pg_sleep(${String((SILENT_MS * 4) / 1000)})`);
  });
  expect(given()).toEqual([]);
});

it('leaves alone a copy whose reader, or whose source, is slower than it is patient', async () => {
  const { connections, given } = await setUp();
  await connections.query('CREATE SCHEMA tattle');
  await connections.query('CREATE TABLE copied (text text)');
  await connections.transaction(async (client) => {
    const into = client.query(copyFrom('COPY copied FROM STDIN'));
    const copied = finished(into);
    into.write('first\n');
    await sleep(SILENT_MS * 4);
    into.end('last\n');
    await copied;
  });
  const read = await connections.transaction(async (client) => {
    // More than every buffer on the way takes: the server has to wait.
    const out = client.query(copyTo(`COPY (SELECT repeat('x', 1000) FROM generate_series(1, 20000)) TO STDOUT`));
    let bytes = 0;
    for await (const chunk of out as AsyncIterable<Buffer>) {
      if (bytes === 0) await sleep(SILENT_MS * 4);
      bytes += chunk.length;
    }
    return bytes;
  });
  expect(read).toBe(20_000 * 1001);
  expect(await connections.query('SELECT text FROM copied')).toEqual([{ text: 'first' }, { text: 'last' }]);
  expect(given()).toEqual([]);
});

it('is closed in time although a question waits on a connection that was forgotten', async () => {
  const { connections, close, proxy } = await setUp();
  await connections.query('SELECT 1');
  proxy.forget();
  const asked = expect(connections.query('SELECT 2')).rejects.toThrow(StoreUnavailable);
  await sleep(SILENT_MS / 4);
  await close();
  await asked;
});
