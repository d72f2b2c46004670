/** What was decided, told and released stays so when PostgreSQL is killed meanwhile, all of an entry or nothing. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import type { Held, NoticeDecision } from '../model/notice-decision.ts';
import { ConflictError, StoreUnavailable } from '../model/ports/store.ts';
import type { NoticeEntry } from '../model/ports/telling.ts';
import { openStore } from './open-store.ts';
import type { TattleStore } from './open-store.ts';
import { job, notice } from './testing/events.ts';
import { noMetrics, silentLogger } from './testing/servers.ts';

const KILLS = 3;
const WORKERS = 3;

async function postmasterOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

function held(id: string): NoticeEntry {
  const it: Held = {
    ...{ group: id, route: 'team', how: 'group', noticeId: id, incidentId: id, kind: 'opened', at: 1 },
    ...{ channels: ['hook'], occasion: '' },
  };
  const nothing = { notice: null, to: [], decisions: [], releases: null, jobs: [] } as const;
  return { ...nothing, held: [it], status: 'pending', at: 1 };
}

function told(id: string): NoticeEntry {
  const decision: NoticeDecision = {
    ...{
      noticeId: `told-${id}`,
      incidentId: id,
      kind: 'opened',
      at: 1,
      route: 'team',
      channel: 'hook',
      verdict: 'told',
    },
    ...{ reason: 'grouped', because: '', until: null, by: '', rule: '', cause: null },
  };
  return {
    ...{ notice: notice(`told-${id}`, id, 1), to: ['hook'], status: 'pending', at: 2, held: [] },
    ...{ decisions: [decision], releases: { group: id, noticeIds: [id] }, jobs: [job(id, id, 1)] },
  };
}

/** As a job does it: again until it is done, or was done and only the answer was lost. */
async function untilDone({ notices }: TattleStore, entry: NoticeEntry): Promise<void> {
  for (;;) {
    try {
      return await notices.record(entry);
    } catch (error) {
      if (error instanceof ConflictError) return;
      if (!(error instanceof StoreUnavailable)) throw error;
      await sleep(20);
    }
  }
}

it('keeps each entry whole, and once, when the server is killed under it', { timeout: 120_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tattle-crash-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const options = { clock: systemClock, logger: silentLogger, metrics: noMetrics };
  const store = await openStore({ target: { kind: 'embedded', dataDir }, ...options });
  onTestFinished(() => store.close());
  const stop = new AbortController();
  const done: string[] = [];
  const workers = Array.from({ length: WORKERS }, async (_, worker) => {
    for (let no = 0; !stop.signal.aborted; no++) {
      const id = `${String(worker)}-${String(no)}`;
      await untilDone(store, held(id));
      await untilDone(store, told(id));
      done.push(id);
    }
  });
  for (let kill = 0; kill < KILLS; kill++) {
    const before = done.length;
    while (done.length < before + 30) await sleep(10);
    const killed = await postmasterOf(dataDir);
    process.kill(killed, 'SIGKILL');
    while ((await postmasterOf(dataDir).catch(() => killed)) === killed) await sleep(20);
  }
  stop.abort();
  await Promise.all(workers);
  expect(done.length).toBeGreaterThan(KILLS * 30);
  const { items } = await store.outbox.deliveries({ limit: 100_000 });
  expect(items.map(({ incidentId }) => incidentId).sort()).toEqual(done.toSorted());
  expect(await store.jobs.pending()).toBe(done.length);
  for (const id of done) {
    expect(await store.notices.decisions(id, 9)).toEqual(told(id).decisions);
    expect(await store.notices.waiting(id, 9)).toEqual([]);
    expect(await store.notices.lastReleased(id)).toBe(2);
  }
});
