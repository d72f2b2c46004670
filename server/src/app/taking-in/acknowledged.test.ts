import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireEventPage } from '@tattle/contract';
import { expect, it, onTestFinished } from 'vitest';
import { eventually, type ServerProcess, startServer } from '../testing/server-process.ts';

const VARIABLES = {
  TATTLE_SOURCE: 'simulate',
  TATTLE_SIMULATE_RECORDINGS: fileURLToPath(new URL('../../../../examples/states', import.meta.url)),
  // So that most batches bring something of a watch, too, whose commits need not wait for the disk.
  TATTLE_SIMULATE_SPEED: '20',
};
const ROUNDS = 2;

/** The status, or 0 where the answer never came. */
async function handIn({ origin, token }: ServerProcess, id: string): Promise<number> {
  const report = {
    id,
    namespace: 'shop',
    kind: 'Deployment',
    name: 'cart',
    reason: 'Acknowledged',
    message: `number ${id}`,
  };
  try {
    const response = await fetch(new URL('/api/v1/intake/events', origin), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(report),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

/** Tattle and its PostgreSQL at once, without a chance to write anything down. */
async function killAll(server: ServerProcess, home: string): Promise<void> {
  const pid = Number((await readFile(join(home, 'data', 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  server.child.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await server.stop('SIGKILL');
}

it('loses nothing that was acknowledged when Tattle and its database are killed in the moment after', {
  timeout: 180_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'tattle-acknowledged-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await startServer(home, VARIABLES);
    await eventually('the first to be taken', async () =>
      (await handIn(server, `${round}-0`)) === 200 ? true : undefined,
    );
    let isKilled = false;
    const senders = Array.from({ length: 4 }, async (_, sender) => {
      for (let i = 1; !isKilled; i += 1) {
        const id = `${round}-${sender}-${i}`;
        if ((await handIn(server, id)) === 200) acknowledged.push(id);
      }
    });
    const goal = acknowledged.length + 40;
    await eventually('some to be acknowledged', async () => (acknowledged.length >= goal ? true : undefined));
    await killAll(server, home);
    isKilled = true;
    await Promise.all(senders);
  }

  const server = await startServer(home, VARIABLES);
  const { items } = await server.awaits<WireEventPage>(
    '/api/v1/events?reason=Acknowledged&limit=1000',
    (page) => page.items.length > 0,
  );
  const stored = new Set(items.map(({ message }) => message));
  expect(acknowledged.length).toBeGreaterThanOrEqual(40 * ROUNDS);
  expect(acknowledged.filter((id) => !stored.has(`number ${id}`))).toEqual([]);
});
