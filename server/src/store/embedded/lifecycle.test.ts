/** The embedded server's life: crashes of either side, second starts, and folders that are not as they should be. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { ConflictError, StoreUnavailable } from '../../model/ports/store.ts';
import { openStore } from '../open-store.ts';
import type { TattleStore } from '../open-store.ts';
import { change, CLUSTER, created } from '../testing/events.ts';
import { noMetrics, silentLogger } from '../testing/servers.ts';
import { DataDirError, StoreLocked } from './data-dir-error.ts';
import { DataLock } from './data-lock.ts';
import { isAlive } from './processes.ts';
import { EmbeddedServer } from './server.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const ON_THE_WIRE = 3;
const uidOf = (n: number) => `event-${String(n)}`;

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'tattle-life-'));
  onTestFinished(() => rm(made, { recursive: true, force: true, maxRetries: 5 }));
  return made;
}

async function openOn(dataDir: string): Promise<TattleStore> {
  const store = await openStore({
    target: { kind: 'embedded', dataDir },
    clock: new ManualClock(NOW),
    logger: silentLogger,
    metrics: noMetrics,
  });
  onTestFinished(() => store.close());
  return store;
}

async function postmasterOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Another process with a store on the folder: writes `ready` and then commits on and on. */
async function childOn(dataDir: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../testing/writing-child.ts', import.meta.url)), dataDir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the child ended: ${String(code)}`))),
  ]);
  return child;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((wake) => setTimeout(wake, 20));
}

describe('the embedded server', () => {
  it('keeps what was committed over a stop and a start, and leaves no process behind', async () => {
    const dataDir = await folder();
    const first = await openOn(dataDir);
    const pid = await postmasterOf(dataDir);
    await first.store.commit(change(NOW, { created: [created({ uid: 'a', at: NOW - 1 })] }));
    await first.close();
    expect(isAlive(pid)).toBe(false);
    const second = await openOn(dataDir);
    expect(await second.history.totals()).toMatchObject({ stored: 1 });
  });

  it('refuses a second Tattle on its data directory, naming the first', async () => {
    const dataDir = await folder();
    const child = await childOn(dataDir);
    const refused = await openOn(dataDir).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreLocked);
    expect((refused as StoreLocked).pid).toBe(child.pid);
    expect((refused as StoreLocked).message).toContain(String(child.pid));
  });

  it('takes over the server that a killed Tattle left behind, with every commit that was told to be done', async () => {
    const dataDir = await folder();
    const child = await childOn(dataDir);
    let told = 0;
    child.stdout?.on(
      'data',
      (text: Buffer) => (told = Math.max(told, ...text.toString().trim().split('\n').map(Number))),
    );
    await until(() => told >= 20);
    const pid = await postmasterOf(dataDir);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(pid)).toBe(true);
    const store = await openOn(dataDir);
    expect(await postmasterOf(dataDir)).toBe(pid);
    const { stored, occurrences } = await store.history.totals();
    expect(stored).toBeGreaterThanOrEqual(told);
    expect(occurrences).toBe(stored);
    expect((await store.history.events({ fields: {} }, { limit: 1_000 })).items.length).toBe(Math.min(stored, 1_000));
    await store.close();
    expect(isAlive(pid)).toBe(false);
  });

  it('starts PostgreSQL again when it is killed, and loses nothing that memory had adopted', async () => {
    const dataDir = await folder();
    const { store, history } = await openOn(dataDir);
    let pid = await postmasterOf(dataDir);
    let no = 0;
    for (let round = 0; round < 3; round++) {
      const killed = pid;
      let done = 0;
      // Positions make commits asynchronous: the last of them die with the server.
      const position = () => ({ clusterUid: CLUSTER.uid, stream: 's', resourceVersion: String(no), epoch: 0, at: NOW });
      const write = (n: number) =>
        change(NOW, { created: [created({ uid: uidOf(n), at: NOW - 1 })], positions: [position()] });
      const writing = (async () => {
        const onTheWire: Promise<void>[] = [];
        for (;;) {
          const commit = (await store.prepare(write(no + onTheWire.length))).commit();
          commit.catch(() => undefined);
          onTheWire.push(commit);
          if (onTheWire.length < ON_THE_WIRE) continue;
          await onTheWire.shift();
          no++;
          done++;
        }
      })().catch((error: unknown) => error);
      await until(() => done >= 15);
      process.kill(killed, 'SIGKILL');
      // A batch that was being prepared in that moment is refused for what it counted on.
      expect([StoreUnavailable, ConflictError]).toContain(((await writing) as Error).constructor);
      await until(
        async () =>
          (await postmasterOf(dataDir).catch(() => killed)) !== killed &&
          (await history.totals().then(
            () => true,
            () => false,
          )),
      );
      pid = await postmasterOf(dataDir);
      // Those that were cut off may have been committed or not, but none without the one before; deciding again is the caller's part.
      await store.recover([CLUSTER.uid], NOW);
      const cut = Array.from({ length: ON_THE_WIRE }, (_, i) => no + i);
      const found = await store.identify(cut.map((n) => ({ clusterUid: CLUSTER.uid, uid: uidOf(n) })));
      const missing = found.findIndex((known) => known === null);
      expect(found.slice(missing === -1 ? found.length : missing).every((known) => known === null)).toBe(true);
      for (const [i, n] of cut.entries()) if (found[i] === null) await store.commit(write(n));
      no += ON_THE_WIRE;
      expect(await history.totals()).toMatchObject({ stored: no, occurrences: no });
    }
  });

  it('sees through a stale lock: a pid that is gone, or was given to another process', async () => {
    const dataDir = await folder();
    const lock = (holder: object) => writeFile(join(dataDir, 'lock'), JSON.stringify(holder));
    await lock({ pid: 2 ** 22 + 1, startTime: '1', host: hostname() });
    await (await DataLock.take(dataDir)).release();
    await lock({ pid: process.pid, startTime: 'another', host: hostname() });
    await (await DataLock.take(dataDir)).release();
    await writeFile(join(dataDir, 'lock'), 'no json at all');
    const held = await DataLock.take(dataDir);
    await expect(DataLock.take(dataDir)).rejects.toThrow(StoreLocked);
    await held.release();
  });

  it('takes over from another host that has been silent for long', async () => {
    const dataDir = await folder();
    const path = join(dataDir, 'lock');
    await writeFile(path, JSON.stringify({ pid: 1, startTime: '1', host: 'a-pod-that-was' }));
    const longAgo = new Date(Date.now() - 600_000);
    await utimes(path, longAgo, longAgo);
    await (await DataLock.take(dataDir)).release();
  });

  it('outwaits one that was killed while it removed a stale lock', async () => {
    const dataDir = await folder();
    await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1', host: hostname() }));
    await mkdir(join(dataDir, 'lock.breaking'));
    const lock = await DataLock.take(dataDir);
    await lock.release();
  });

  it('gives a lock that many ask for to one', async () => {
    const dataDir = await folder();
    await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1', host: hostname() }));
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => DataLock.take(dataDir)));
    const taken = asked.filter((each) => each.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    for (const { value } of taken) await value.release();
  });

  it('refuses the data of another major version, and a folder of something else, with the way out', async () => {
    const other = await folder();
    await mkdir(join(other, 'postgres'));
    await writeFile(join(other, 'postgres', 'PG_VERSION'), '9\n');
    await expect(openOn(other)).rejects.toThrow(/PostgreSQL 9.*backup.*restore/s);
    const strange = await folder();
    await mkdir(join(strange, 'postgres'));
    await writeFile(join(strange, 'postgres', 'holiday.jpg'), '');
    await expect(openOn(strange)).rejects.toThrow(DataDirError);
    // Neither keeps a lock.
    await (await DataLock.take(strange)).release();
  });

  it('finds a short place for its socket when the data directory has a long name', async () => {
    const dataDir = join(await folder(), 'x'.repeat(120));
    const store = await openOn(dataDir);
    expect(await store.health()).toEqual({ ok: true, detail: '' });
    await rm(await readFile(join(dataDir, 'run-folder'), 'utf8'), { recursive: true, force: true });
  });

  it.runIf(process.getuid?.() === 0)('runs as an unprivileged user where root may make no namespaces', async () => {
    const dataDir = await folder();
    await chmod(dataDir, 0o711);
    const server = await EmbeddedServer.open({ dataDir, logger: silentLogger, runAs: 'unprivileged' });
    onTestFinished(() => server.close());
    const status = await readFile(`/proc/${String(server.pid)}/status`, 'utf8');
    expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).toBe('65534');
  });
});
