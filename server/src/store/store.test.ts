/** The contract of the store on the embedded PostgreSQL. */
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
  server = await startTestServer();
});
afterAll(() => server.close());

const open = testStores(() => server);
describe('writing to the embedded store', () => writingContract(open));
describe('reading from the embedded store', () => readingContract(open));
describe('scopes in the embedded store', () => scopeContract(open));
describe('incidents in the embedded store', () => incidentReadingContract(open));
describe('small lists of the embedded store', () => smallListsContract(open));
describe('the size of the embedded store', () => sizesContract(open));
describe('hostile questions to the embedded store', () => hostileQuestionsContract(open));
describe('work in the embedded store', () => workContract(open));
describe('backups of the embedded store', () => backupContract(open));
describe('who may come in to the embedded store', () => accessContract(open));
describe('the audit trail of the embedded store', () => auditContract(open));
describe('requests to the embedded store', () => idempotencyContract(open));
describe('an outage of the embedded store', () => outageContract(startTestServer));
describe('the feed of the embedded store', () => feedContract(open));
describe('filters over what the embedded store holds', () => matchingContract(open));
describe('comparing events in the embedded store', () => comparingContract(open));
describe('objects in the embedded store', () => objectsContract(open));
