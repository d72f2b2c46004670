/** The largest recording takes a minute: see agreement.test.ts for the others. */
import { afterAll, beforeAll, it } from 'vitest';
import { testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { expectAgreement } from './testing/agreement.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

it(
  'whoever is said to be told of every mechanism is told, and nobody else; and a trial says so, too',
  { timeout: 600_000 },
  () => expectAgreement('mechanisms', open),
);
