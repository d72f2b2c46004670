/** A whole Tattle for the pages to stand on, shared by the tests of a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireIncidentPage } from '@tattle/contract';
import { afterAll, beforeAll } from 'vitest';
import { type ServerProcess, startServer } from '../../../server/src/app/testing/server-process.ts';

export type { ServerProcess };

/** A recorded cluster with thirty kinds of trouble, played fast, and once. */
export const TROUBLE = {
  TATTLE_SOURCE: 'simulate',
  TATTLE_SIMULATE_RECORDINGS: join(import.meta.dirname, '../../../examples/states'),
  TATTLE_SIMULATE_SPEED: '20',
  TATTLE_SIMULATE_LOOP: 'false',
  TATTLE_REQUESTS_PER_MINUTE: '100000',
};

/** Started before the first test; `whenReady` waits for what the tests need. */
export function useTattle(
  variables: Readonly<Record<string, string>>,
  whenReady: (server: ServerProcess) => Promise<unknown> = async () => undefined,
): () => ServerProcess {
  let server: ServerProcess | null = null;
  let stop: (() => Promise<void>) | null = null;
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tattle-pages-'));
    server = await startServer(home, variables, (end) => {
      stop = end;
    });
    await whenReady(server);
  }, 180_000);
  afterAll(async () => {
    await stop?.();
    await rm(home, { recursive: true, force: true });
  }, 60_000);
  return () => {
    if (server === null) throw new Error('it has not started');
    return server;
  };
}

export async function untilIncidents(server: ServerProcess, count: number): Promise<WireIncidentPage> {
  return server.awaits<WireIncidentPage>('/api/v1/incidents?limit=200', ({ items }) => items.length >= count);
}
