/** A whole Tattle for the pages to stand on, shared by the tests of a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireIncidentPage, WireStatus } from '@tattle/contract';
import { afterAll, beforeAll } from 'vitest';
import { type ServerProcess, startServer } from '../../../server/src/app/testing/server-process.ts';

export type { ServerProcess };

export interface ServerAtHome extends ServerProcess {
  /** Holds its data directory `data`. */
  readonly home: string;
}

/** A recorded cluster with thirty kinds of trouble, played fast, and once. */
export const TROUBLE = {
  TATTLE_SOURCE: 'simulate',
  TATTLE_SIMULATE_RECORDINGS: join(import.meta.dirname, '../../../examples/states'),
  TATTLE_SIMULATE_SPEED: '20',
  TATTLE_SIMULATE_LOOP: 'false',
  TATTLE_REQUESTS_PER_MINUTE: '100000',
};

/** Started before the first test; `whenReady` waits for what the tests need. `prepare` fills its home before, and may add variables. */
export function useTattle(
  variables: Readonly<Record<string, string>>,
  whenReady: (server: ServerProcess) => Promise<unknown> = async () => undefined,
  prepare: (home: string) => Promise<Readonly<Record<string, string>>> = async () => ({}),
): () => ServerAtHome {
  let server: ServerAtHome | null = null;
  let stop: (() => Promise<void>) | null = null;
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tattle-pages-'));
    const started = await startServer(home, { ...variables, ...(await prepare(home)) }, (end) => {
      stop = end;
    });
    server = { ...started, home };
    await whenReady(server).catch((error: unknown) => {
      throw new Error(`it did not become ready; its log ends with\n${started.log().slice(-3000)}`, { cause: error });
    });
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

/** Until the recording has been played and all of it is read: nothing has arrived for a while. */
export async function untilPlayed(server: ServerProcess): Promise<void> {
  const QUIET_LOOKS = 4;
  let [before, quiet] = [0, 0];
  await server.awaits<WireStatus>('/api/v1/status', ({ tally }) => (tally?.received ?? 0) > 0);
  while (quiet < QUIET_LOOKS) {
    await sleep(1000);
    const received = (await server.get<WireStatus>('/api/v1/status')).body.tally?.received ?? 0;
    quiet = received === before ? quiet + 1 : 0;
    before = received;
  }
}
