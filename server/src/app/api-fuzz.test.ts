/** Hostile requests, made from the document, to the API over a real store. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openApiDocument } from '../api/openapi.ts';
import { faultOf } from '../api/testing/answer-oracle.ts';
import { type ApiDocument, isEndless, operationsOf } from '../api/testing/api-document.ts';
import { HostileRequests } from '../api/testing/hostile-requests.ts';
import { testStores } from '../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../store/testing/servers.ts';
import { fillWorld, forbiddenWords, PLACES, WORLD_NOW } from './testing/marked-world.ts';
import { startStoredApi } from './testing/stored-api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

const operations = operationsOf(openApiDocument('1') as ApiDocument).filter((operation) => !isEndless(operation));
const CASES = Number(process.env['TATTLE_TEST_FUZZ_CASES'] ?? 1500);
const SEED = Number(process.env['TATTLE_TEST_FUZZ_SEED'] ?? 3);
vi.setConfig({ testTimeout: 90_000 + CASES * 50 });

const ids = PLACES.flatMap(({ mark, cluster, namespace }) => [
  `inc-${mark}`,
  `uid-${mark}-0`,
  `app-${mark}`,
  cluster.name,
  cluster.uid,
  namespace || 'Node',
]);

it('whatever is sent, the store is asked nothing that it cannot answer', async () => {
  const store = await open({ now: WORLD_NOW });
  await fillWorld(store, { spanning: true });
  const { api, access, errors } = await startStoredApi(store, WORLD_NOW);
  const hostile = new HostileRequests(operations, ids, SEED);
  const faults: string[] = [];
  let answered = 0;
  for (let i = 0; i < CASES; i++) {
    const sent = hostile.next();
    const headers = { host: 'localhost:7171', authorization: `Bearer ${access.token}`, ...sent.headers };
    const answer = await api.inject({ ...sent, headers });
    const fault = faultOf({ status: answer.statusCode, headers: answer.headers, text: answer.body }, [access.token]);
    if (fault !== null)
      faults.push(`${i} ${sent.method} ${sent.url.slice(0, 300)} ${String(sent.payload).slice(0, 200)}: ${fault}`);
    if (answer.statusCode === 200) answered += 1;
  }
  expect(faults).toEqual([]);
  expect(errors).toEqual([]);
  expect(answered).toBeGreaterThan(CASES / 20);
});

it('whatever whoever sees a part sends, no answer holds a word of the rest that they did not say themselves', async () => {
  const store = await open({ now: WORLD_NOW });
  await fillWorld(store, {});
  const { api, acts, adminOf } = await startStoredApi(store, WORLD_NOW);
  const scope = [{ cluster: null, namespaces: ['shop'] }];
  const { authorization } = await adminOf(scope);
  const words = forbiddenWords(scope);
  const hostile = new HostileRequests(operations, ids, SEED + 1);
  const leaks: string[] = [];
  for (let i = 0; i < CASES; i++) {
    const sent = hostile.next();
    const answer = await api.inject({ ...sent, headers: { host: 'localhost:7171', authorization, ...sent.headers } });
    const said = `${decoded(sent.url)} ${String(sent.payload)}`;
    for (const word of words) {
      if (answer.body.includes(word) && !said.includes(word))
        leaks.push(`${sent.method} ${sent.url.slice(0, 200)}: ${word}`);
    }
  }
  expect(leaks).toEqual([]);
  const theirs = new Set(PLACES.filter(({ namespace }) => namespace === 'shop').map(({ mark }) => `inc-${mark}`));
  expect(acts.filter(({ id }) => !theirs.has(id))).toEqual([]);
});

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
