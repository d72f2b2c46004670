/** The same contract on an external PostgreSQL: the programs in TATTLE_TEST_PG_BIN (Debian: /usr/lib/postgresql/15/bin). */
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
  const bin = process.env.TATTLE_TEST_PG_BIN;
  if (bin === undefined) throw new Error('TATTLE_TEST_PG_BIN must name the bin/ folder of a PostgreSQL of 14 or later');
  server = await startTestServer(bin);
});
afterAll(() => server.close());

const open = testStores(() => server);
describe('writing to an external store', () => writingContract(open));
describe('reading from an external store', () => readingContract(open));
describe('work in an external store', () => workContract(open));
describe('backups of the external store', () => backupContract(open));
