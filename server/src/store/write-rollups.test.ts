import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { change, created } from './testing/events.ts';
import { testStores } from './testing/open-test-store.ts';
import { startTestServer, type TestServer } from './testing/servers.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function asking(url: string) {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=tattle' });
  await client.connect();
  onTestFinished(() => client.end());
  return async (sql: string) => (await client.query<Record<string, string>>(sql)).rows;
}

it('tells the same before and after changes are added up, at every level and before 1970, too', async () => {
  const { store, url } = await testStores(() => server)({ now: NOW });
  const ask = await asking(url);
  const told = () =>
    ask(`SELECT level, bucket, sum(born)::int AS born, sum(last)::int AS last, sum(occurrences)::int AS occurrences
         FROM rollups GROUP BY 1, 2 ORDER BY 1, 2`);
  const write = (at: number, uid: string, seen: number) =>
    store.commit(change(at, { created: [created({ uid, at: seen, count: 3 })] }));
  await write(NOW, 'a', NOW - 1);
  expect(await ask('SELECT FROM rollup_changes')).toHaveLength(0);
  await write(NOW + 10, 'b', NOW - 7_200_000);
  await write(NOW + 20, 'c', -1);
  await write(NOW + 30, 'd', -300_001);
  expect(await ask('SELECT FROM rollup_changes')).toHaveLength(3);
  const waiting = await told();
  // Of three views each: one bucket before 1970 in hours and days, two in minutes.
  expect(waiting.filter(({ bucket }) => Number(bucket) < 0).map(({ level, born }) => [level, born])).toEqual([
    [0, 3],
    [0, 3],
    [1, 6],
    [2, 6],
  ]);
  await write(NOW + 1000, 'e', NOW - 1);
  expect(await ask('SELECT FROM rollup_changes')).toHaveLength(0);
  const added = await told();
  const placesOnly = (row: Record<string, string>) => ({ ...row, born: 0, last: 0, occurrences: 0 });
  expect(added.map(placesOnly)).toEqual(waiting.map(placesOnly));
  expect(added.filter(({ bucket }) => Number(bucket) < 0)).toEqual(waiting.filter(({ bucket }) => Number(bucket) < 0));
  const sums = await ask('SELECT level, sum(occurrences)::int AS sum FROM rollups GROUP BY 1 ORDER BY 1');
  expect(sums.map(({ sum }) => sum)).toEqual([45, 45, 45]);
});
