import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { faultOf } from './testing/answer-oracle.ts';
import { type ApiDocument, isEndless, operationsOf } from './testing/api-document.ts';
import { HostileRequests } from './testing/hostile-requests.ts';
import { clusterEvent } from './testing/memory-history.ts';
import { startApi } from './testing/start-api.ts';

const operations = operationsOf(openApiDocument('1') as ApiDocument).filter((operation) => !isEndless(operation));
const CASES = Number(process.env['TATTLE_TEST_FUZZ_CASES'] ?? 4000);
const SEED = Number(process.env['TATTLE_TEST_FUZZ_SEED'] ?? 1);
vi.setConfig({ testTimeout: 60_000 + CASES * 20 });

test('whatever is sent, the answer is what was asked for or a problem that says how to mend it', async () => {
  const { api, access, errors } = await startApi({ events: [clusterEvent({ uid: 'e1' })] });
  const hostile = new HostileRequests(operations, ['e1', 'shop', 'lab', 'c1', 'kubelet'], SEED);
  const before = Object.getOwnPropertyNames(Object.prototype);
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  for (let i = 0; i < CASES; i++) {
    const sent = hostile.next();
    const headers = { host: 'localhost:7171', authorization: `Bearer ${access.token}`, ...sent.headers };
    const answer = await api.inject({ ...sent, headers });
    const fault = faultOf({ status: answer.statusCode, headers: answer.headers, text: answer.body }, [access.token]);
    if (fault !== null)
      faults.push(`${i} ${sent.method} ${sent.url.slice(0, 200)} ${String(sent.payload).slice(0, 100)}: ${fault}`);
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
  }
  expect(faults).toEqual([]);
  expect(errors).toEqual([]);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  // Both doors were tried: some got in, most did not.
  expect(statuses.get(200)).toBeGreaterThan(CASES / 50);
  expect(statuses.get(400)).toBeGreaterThan(CASES / 10);
});

test('what was refused is not kept in memory', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { api, access } = await startApi();
  const headers = { host: 'localhost:7171', authorization: `Bearer ${access.token}` };
  const hostile = new HostileRequests(operations, ['e1'], SEED + 1);
  const refuse = async (times: number) => {
    for (let i = 0; i < times; i++) {
      const sent = hostile.next();
      await api.inject({ ...sent, headers: { ...headers, ...sent.headers } });
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const first = await refuse(500);
  const then = await refuse(1500);
  expect(then - first).toBeLessThan(24 * 1024 * 1024);
});
