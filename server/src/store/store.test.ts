/** The contract of the store on the embedded PostgreSQL. */
import { afterAll, beforeAll, describe } from 'vitest';
import { backupContract } from './testing/backup-contract.ts';
import { testStores } from './testing/open-test-store.ts';
import { readingContract } from './testing/reading-contract.ts';
import { startTestServer } from './testing/servers.ts';
import type { TestServer } from './testing/servers.ts';
import { workContract } from './testing/work-contract.ts';
import { writingContract } from './testing/writing-contract.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const open = testStores(() => server);
describe('writing to the embedded store', () => writingContract(open));
describe('reading from the embedded store', () => readingContract(open));
describe('work in the embedded store', () => workContract(open));
describe('backups of the embedded store', () => backupContract(open));
