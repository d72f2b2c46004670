/** What readers were told of stays true when PostgreSQL is killed under them, although commits are asynchronous. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { ConflictError, StoreUnavailable } from '../model/ports/store.ts';
import type { Feed, FeedEntry } from '../model/ports/feed.ts';
import { openStore } from './open-store.ts';
import type { TattleStore } from './open-store.ts';
import { change, CLUSTER, created } from './testing/events.ts';
import { noMetrics, silentLogger } from './testing/servers.ts';

const KILLS = 5;

async function openOn(dataDir: string): Promise<TattleStore> {
  return openStore({
    target: { kind: 'embedded', dataDir },
    clock: systemClock,
    logger: silentLogger,
    metrics: noMetrics,
  });
}

async function postmasterOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Null while the store is down. */
async function unlessDown<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof StoreUnavailable) && !(error instanceof ConflictError)) throw error;
    await sleep(20);
    return null;
  }
}

/** Writes without waiting for the disk, as a watch does, and says how many of its commits are said to be done. */
function writeOn({ store }: TattleStore, name: string, stop: AbortSignal) {
  const progress = { done: 0, ended: Promise.resolve() };
  const position = { clusterUid: CLUSTER.uid, stream: name, resourceVersion: '1', epoch: 0, at: 1 };
  progress.ended = (async () => {
    for (let no = 0; !stop.aborted; no++) {
      const at = Date.now();
      const event = created({ uid: `${name}-${String(no)}`, at: at - 1 });
      const written = await unlessDown(async () => {
        await store.commit(change(at, { created: [event], positions: [position] }));
        return true;
      });
      if (written === true) progress.done++;
    }
  })();
  return progress;
}

/** Reads on and on; nothing that it keeps is ever taken back. */
function readOn(feed: Feed, from: string, stop: AbortSignal) {
  const entries: FeedEntry[] = [];
  const ended = (async () => {
    for (let quiet = false; !quiet || !stop.aborted; ) {
      const over = stop.aborted;
      const page = await unlessDown(async () => ({ of: await feed.after(entries.at(-1)?.position ?? from, 20) }));
      if (page === null) continue;
      if (page.of === null) throw new Error('a position that was given out is not known any more');
      entries.push(...page.of);
      quiet = over && page.of.length === 0;
    }
  })();
  return { entries, ended };
}

it('tells nothing that a crash takes back, and skips nothing after it', { timeout: 120_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tattle-crash-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const store = await openOn(dataDir);
  onTestFinished(() => store.close());
  const stopWriting = new AbortController();
  const stopReading = new AbortController();
  const reading = readOn(store.feed, await store.feed.end(), stopReading.signal);
  const writing = writeOn(store, 'w', stopWriting.signal);
  const ends: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const before = writing.done;
    const killed = await postmasterOf(dataDir);
    while (writing.done < before + 40) await sleep(3);
    const end = await unlessDown(() => store.feed.end());
    if (end !== null) ends.push(end);
    process.kill(killed, 'SIGKILL');
    while ((await postmasterOf(dataDir).catch(() => killed)) === killed) await sleep(20);
    while ((await unlessDown(() => store.history.totals())) === null);
  }
  const resumed = writing.done;
  while (writing.done < resumed + 10) await sleep(3);
  stopWriting.abort();
  await writing.ended;
  stopReading.abort();
  await reading.ended;

  // A reader who begins now sees the same, in the same order, whatever a crash made of it in between.
  const told = reading.entries.map(({ position }) => position);
  expect(told.length).toBeGreaterThan(KILLS * 40);
  const [first = ''] = told;
  expect(await allAfter(store.feed, first)).toEqual(told.slice(1));
  // Where the feed ended before a kill it is still cut in two, and no entry lies on both sides.
  expect(ends.length).toBeGreaterThan(0);
  for (const end of ends) {
    const rest = await allAfter(store.feed, end);
    expect(rest).toEqual(told.slice(told.length - rest.length));
    expect(rest.length).toBeLessThan(told.length);
  }
  const uids = reading.entries.flatMap(({ events }) => events.map(({ uid }) => uid));
  expect(new Set(uids).size).toBe(uids.length);
  expect(uids.length).toBe((await store.history.totals()).stored);
});

async function allAfter(feed: Feed, from: string): Promise<readonly string[]> {
  const all: string[] = [];
  for (;;) {
    const page = await feed.after(all.at(-1) ?? from, 500);
    if (page === null) throw new Error('a position that was given out is not known any more');
    if (page.length === 0) return all;
    all.push(...page.map(({ position }) => position));
  }
}
