/** The same contract on an external PostgreSQL: the programs in TATTLE_TEST_PG_BIN (Debian: /usr/lib/postgresql/15/bin). */
import { afterAll, beforeAll, describe } from 'vitest';
import { accessContract } from './testing/access-contract.ts';
import { auditContract } from './testing/audit-contract.ts';
import { backupContract } from './testing/backup-contract.ts';
import { idempotencyContract } from './testing/idempotency-contract.ts';
import { comparingContract } from './testing/comparing-contract.ts';
import { feedContract } from './testing/feed-contract.ts';
import { hostileQuestionsContract } from './testing/hostile-questions-contract.ts';
import { incidentReadingContract } from './testing/incident-reading-contract.ts';
import { matchingContract } from './testing/matching-contract.ts';
import { objectsContract } from './testing/objects-contract.ts';
import { testStores } from './testing/open-test-store.ts';
import { outageContract } from './testing/outage-contract.ts';
import { readingContract } from './testing/reading-contract.ts';
import { scopeContract } from './testing/scope-contract.ts';
import { startTestServer } from './testing/servers.ts';
import type { TestServer } from './testing/servers.ts';
import { sizesContract } from './testing/sizes-contract.ts';
import { smallListsContract } from './testing/small-lists-contract.ts';
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
describe('scopes in an external store', () => scopeContract(open));
describe('incidents in an external store', () => incidentReadingContract(open));
describe('small lists of an external store', () => smallListsContract(open));
describe('the size of an external store', () => sizesContract(open));
describe('hostile questions to an external store', () => hostileQuestionsContract(open));
describe('work in an external store', () => workContract(open));
describe('backups of the external store', () => backupContract(open));
describe('who may come in to the external store', () => accessContract(open));
describe('the audit trail of the external store', () => auditContract(open));
describe('requests to the external store', () => idempotencyContract(open));
describe('an outage of the external store', () =>
  outageContract(() => startTestServer(process.env.TATTLE_TEST_PG_BIN)));
describe('the feed of an external store', () => feedContract(open));
describe('filters over what an external store holds', () => matchingContract(open));
describe('comparing events in an external store', () => comparingContract(open));
describe('objects in an external store', () => objectsContract(open));
