/** The embedded server on a disk that is full, goes away or is replaced: it says so once, and is back by itself within seconds. */
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { openStore, type TattleStore } from '../open-store.ts';
import { change, created } from '../testing/events.ts';
import { noMetrics } from '../testing/servers.ts';
import { packagedBinaries } from './binaries.ts';
import { DataDirError } from './data-dir-error.ts';

vi.setConfig({ testTimeout: 90_000 });
const NOW = Date.UTC(2026, 2, 10, 12);
const NO_SPACE = 'FATAL:  could not write to file "pg_wal/xlogtemp.7": No space left on device';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'tattle-full-'));
  onTestFinished(() => rm(made, { recursive: true, force: true, maxRetries: 5 }));
  return made;
}

/** Real PostgreSQL, whose server finds its disk full on every start while `full` is there: what a full log directory does to it. */
async function onDisk() {
  const home = await folder();
  const dataDir = join(home, 'data');
  const real = await packagedBinaries(dataDir);
  const binDir = join(home, 'bin');
  const full = join(home, 'full');
  await mkdir(binDir);
  for (const program of await readdir(real)) {
    if (program !== 'postgres') await symlink(join(real, program), join(binDir, program));
  }
  const postgres = join(binDir, 'postgres');
  const script = [
    '#!/bin/sh',
    `if [ "$1" = -D ] && [ -e '${full}' ]; then sleep 0.1; echo '${NO_SPACE}' >&2; exit 1; fi`,
    `exec '${join(real, 'postgres')}' "$@"`,
  ];
  await writeFile(postgres, `${script.join('\n')}\n`);
  for (const path of [home, binDir, postgres]) await chmod(path, 0o755);
  const heard = quiet();
  const open = async (): Promise<TattleStore> => {
    const { logger } = heard;
    const target = { kind: 'embedded' as const, dataDir, binDir };
    const store = await openStore({ target, clock: new ManualClock(NOW), logger, metrics: noMetrics });
    onTestFinished(() => store.close());
    return store;
  };
  const pid = async () => Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const fill = () => writeFile(full, '');
  const free = () => rm(full);
  return { dataDir, open, pid, fill, free, lines: heard.lines };
}

const commit = ({ store }: TattleStore, uid: string) =>
  store.commit(change(NOW, { created: [created({ uid, at: NOW - 1 })] }));

/** Resolves with how long it took, in milliseconds. */
async function served(store: TattleStore): Promise<number> {
  const began = performance.now();
  while (!(await store.health()).ok) await sleep(50);
  return performance.now() - began;
}

it('says that its disk is full while it cannot start, once, and is back within seconds of room', async () => {
  const { open, pid, fill, free, lines } = await onDisk();
  const store = await open();
  await commit(store, 'a');
  await fill();
  process.kill(await pid(), 'SIGKILL');
  await vi.waitFor(
    async () => expect((await store.health()).detail).toMatch(/^the disk of the data directory is full/),
    {
      timeout: 20_000,
    },
  );
  const refused = await commit(store, 'b').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StoreUnavailable);
  expect((refused as Error).message).toMatch(/^the disk of the data directory is full: make room/);
  await sleep(6_000);
  const told = lines.filter((line) => /is gone; starting|could not be started/.test(line));
  expect(told.length).toBeLessThanOrEqual(5);
  expect(told.at(-1)).toContain('make room');
  await free();
  expect(await served(store)).toBeLessThan(10_000);
  await commit(store, 'b');
  expect(await store.history.totals()).toMatchObject({ stored: 2 });
});

it('does not start on a full disk, says how to mend it, and leaves the folder as it was', async () => {
  const { open, fill, free } = await onDisk();
  const first = await open();
  await commit(first, 'a');
  await first.close();
  await fill();
  const began = performance.now();
  const refused = await open().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DataDirError);
  expect((refused as Error).message).toMatch(/did not start.*the disk of the data directory is full: make room/s);
  expect(performance.now() - began).toBeLessThan(20_000);
  await free();
  expect(await (await open()).history.totals()).toMatchObject({ stored: 1 });
});

it('starts over what a full disk left of the file that names the server', async () => {
  const { dataDir, open } = await onDisk();
  const first = await open();
  await commit(first, 'a');
  await first.close();
  await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), '');
  const began = performance.now();
  expect(await (await open()).history.totals()).toMatchObject({ stored: 1 });
  expect(performance.now() - began).toBeLessThan(30_000);
});

it('serves a folder that was put in the place of its own within seconds, not within the minute that PostgreSQL takes', async () => {
  const { dataDir, open, pid, lines } = await onDisk();
  const store = await open();
  await commit(store, 'a');
  const before = await pid();
  const place = join(dataDir, 'postgres');
  await rename(place, `${place}.damaged`);
  await sleep(1_500);
  // Nothing lies there: it may come back, and nobody ends the server for that.
  process.kill(before, 0);
  await cp(`${place}.damaged`, place, { recursive: true, preserveTimestamps: true });
  await chmod(place, 0o700);
  await vi.waitFor(async () => expect(await pid()).not.toBe(before), { timeout: 30_000, interval: 100 });
  expect(await served(store)).toBeLessThan(10_000);
  expect(await store.history.totals()).toMatchObject({ stored: 1 });
  expect(lines.filter((line) => line.includes('another folder lies'))).toHaveLength(1);
});

it('leaves a server alone whose folder went away for a moment', async () => {
  const { dataDir, open, pid } = await onDisk();
  const store = await open();
  const before = await pid();
  const place = join(dataDir, 'postgres');
  await rename(place, `${place}.away`);
  await sleep(5_000);
  await rename(`${place}.away`, place);
  await sleep(1_500);
  await commit(store, 'a');
  expect(await pid()).toBe(before);
});
