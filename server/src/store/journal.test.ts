/** Commits on the wire together, and what becomes of them when one fails. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ConflictError, StoreUnavailable } from '../model/ports/store.ts';
import { Connections } from './connections.ts';
import { Journal } from './journal.ts';
import { migrate, readMigrations } from './migrate.ts';
import { plain } from './statements.ts';
import type { Statement } from './statements.ts';
import { silentLogger, startTestServer, type TestServer } from './testing/servers.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function opened() {
  const config = { connectionString: await server.freshDatabase() };
  const connections = new Connections({ config, logger: silentLogger, poolSize: 2 });
  const journal = new Journal(connections, silentLogger, () => performance.now());
  onTestFinished(async () => {
    await journal.close();
    await connections.close();
  });
  await migrate(connections, await readMigrations());
  await connections.query('CREATE TABLE said (no int GENERATED ALWAYS AS IDENTITY, word text)');
  const words = async () =>
    (await connections.query<{ word: string }>('SELECT word FROM said ORDER BY no')).map(({ word }) => word);
  return { journal, connections, words };
}

const say = (word: string): Statement => ({
  kind: 'query',
  name: 'say',
  text: 'INSERT INTO said (word) VALUES ($1)',
  values: [word],
});
const copied = (word: string): Statement => ({
  kind: 'copy',
  text: 'COPY said (word) FROM STDIN',
  rows: Buffer.from(`${word}\n`.repeat(20_000)),
});
const outcomes = async (commits: readonly Promise<void>[]) =>
  (await Promise.allSettled(commits)).map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as unknown)));

it('commits in the order of calling, without waiting for answers', async () => {
  const { journal, words } = await opened();
  const spoken = Array.from({ length: 60 }, (_, i) => String(i));
  await Promise.all(spoken.map((word, i) => journal.commit([say(word)], i % 7 === 0)));
  expect(await words()).toEqual(spoken);
});

it('fails all that was sent behind a failure, and none of them leaves a trace', async () => {
  const { journal, words } = await opened();
  await journal.commit([say('first')], false);
  const [good, bad, ...behind] = await outcomes([
    journal.commit([say('second')], false),
    journal.commit([say('third'), plain('SELECT 1 / 0')], false),
    journal.commit([copied('fourth')], false),
    journal.commit([say('fifth')], true),
  ]);
  expect(good).toBe('done');
  expect(bad).toBeInstanceOf(ConflictError);
  for (const each of behind) expect(each).toBeInstanceOf(Error);
  await journal.commit([say('again')], false);
  await journal.commit([say('and on')], false);
  expect(await words()).toEqual(['first', 'second', 'again', 'and on']);
});

it('fails those behind a failure also where the server has begun anew after it', async () => {
  const { journal, words } = await opened();
  await journal.commit([say('first')], false);
  // Out of its transaction when it fails, as a COMMIT is that fails: the next BEGIN is a good one.
  const failing = [plain('ROLLBACK'), plain('SELECT 1 / 0')];
  const all = await outcomes([journal.commit(failing, false), journal.commit([say('second')], false)]);
  for (const each of all) expect(each).toBeInstanceOf(ConflictError);
  await journal.commit([say('again')], false);
  expect(await words()).toEqual(['first', 'again']);
});

it('goes on after its connection was cut with commits on it, in order and once', async () => {
  const { journal, connections, words } = await opened();
  await journal.commit([say('first')], false);
  const cut = [plain('SELECT pg_terminate_backend(pg_backend_pid())')];
  const all = await outcomes([journal.commit(cut, false), journal.commit([say('second')], false)]);
  for (const each of all) expect(each).toBeInstanceOf(StoreUnavailable);
  await journal.commit([say('again')], false);
  expect(await words()).toEqual(['first', 'again']);
  const held = await connections.query<{ commit_no: number }>('SELECT commit_no FROM writers');
  expect(held).toEqual([{ commit_no: 2 }]);
});

it('fails whoever calls while a failure is being told, and serves those after it', async () => {
  const { journal, words } = await opened();
  const said: string[] = [];
  for (let round = 0; round < 20; round++) {
    let failed = false;
    const failing = journal.commit([plain('SELECT 1 / 0')], false).catch((error: unknown) => {
      failed = true;
      return error;
    });
    const behind: Promise<unknown>[] = [];
    while (!failed) {
      behind.push(journal.commit([say(`behind ${String(round)}`)], false).catch((error: unknown) => error));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await failing).toBeInstanceOf(ConflictError);
    const answers = await Promise.all(behind);
    const succeeded = answers.filter((answer) => answer === undefined).length;
    // Called after the reset they are commits like any other; none before it may be one.
    expect(answers.slice(answers.length - succeeded).every((answer) => answer === undefined)).toBe(true);
    said.push(...Array.from({ length: succeeded }, () => `behind ${String(round)}`));
    await journal.commit([say(String(round))], false);
    said.push(String(round));
  }
  expect(await words()).toEqual(said);
  // A busy machine tells the failure late, and the more are behind it.
}, 90_000);

it('takes up where the store is when an answer was lost', async () => {
  const { journal, words, connections } = await opened();
  await journal.commit([say('first')], false);
  // As if another commit of ours had been made and its answer lost.
  await connections.query('UPDATE writers SET commit_no = commit_no + 1');
  await expect(journal.commit([say('second')], false)).rejects.toThrow(ConflictError);
  await journal.commit([say('second')], false);
  expect(await words()).toEqual(['first', 'second']);
});

it('begins again in a store that was replaced', async () => {
  const { journal, words, connections } = await opened();
  await journal.commit([say('first')], false);
  await connections.query('DELETE FROM writers');
  await expect(journal.commit([say('lost')], false)).rejects.toThrow(ConflictError);
  await journal.commit([say('second')], false).catch(() => journal.commit([say('second')], false));
  expect(await words()).toEqual(['first', 'second']);
});
