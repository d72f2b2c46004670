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

it.each(['states', 'story'])(
  'whoever is said to be told of the recording %s is told, and nobody else; and a trial says so, too',
  { timeout: 180_000 },
  (name) => expectAgreement(name, open),
);
