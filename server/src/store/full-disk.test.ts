/** A store whose disk is full: it says so in plain words, keeps nothing half, and takes everything once there is room. */
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { StoreUnavailable } from '../model/ports/store.ts';
import { DataDirError } from './embedded/data-dir-error.ts';
import { change, created, incident, job, notice, strand } from './testing/events.ts';
import { fullDisk } from './testing/full-disk.ts';
import { testStores } from './testing/open-test-store.ts';
import { startTestServer, type TestServer } from './testing/servers.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

const act = { by: 'ann', at: NOW, detail: {} };
const channel = { name: 'ops', type: 'webhook', settings: '{}', sealed: 'v1.k.x' };
const silence = {
  ...{ id: 'quiet', matchers: [], startsAt: NOW, endsAt: NOW + 60_000, createdBy: 'ann', createdAt: NOW },
  ...{ comment: '', scope: 'everything' as const, expiredAt: null },
};
const batch = () =>
  change(NOW, {
    created: [created({ uid: 'a', at: NOW - 1 }, 'inc')],
    incidents: [incident('inc', NOW)],
    strands: [strand('inc', NOW)],
    jobs: [job('notice/inc', 'inc', NOW)],
  });
const told = {
  ...{ notice: notice('n', 'inc', NOW), to: ['hook'], status: 'pending' as const, at: NOW },
  ...{ decisions: [], held: [], releases: null, jobs: [] },
};

async function opened() {
  const store = await open({ now: NOW });
  const disk = fullDisk(store.url);
  /** All that is written of what others hand in, decide and tell. */
  const writes = {
    batch: () => store.store.commit(batch()),
    notice: () => store.notices.record(told),
    silence: () => store.silences.addSilence(silence, 'ann'),
    channel: () => store.channels.addChannel(channel, act),
    setting: () => store.settings.saveSettings({ a: 1 }, 'ann', NOW),
    sink: () => store.sinks.begin('out', 'now', NOW),
    request: () => store.idempotency.begin('k', 'r', NOW),
  };
  const there = async () => ({
    events: (await store.history.totals()).stored,
    incidents: (await store.history.incidents({ fields: {} }, { limit: 9 })).items.length,
    deliveries: (await store.outbox.claimDeliveries(9, NOW, 1, [])).length,
    jobs: (await store.jobs.claim('evidence', 9, NOW, 1)).length,
    silences: (await store.silences.silences(NOW)).length,
    channels: (await store.channels.channels()).length,
    settings: await store.settings.loadSettings(),
    trail: (await store.audit.entries({ limit: 9 })).items.length,
  });
  return { store, disk, writes, there };
}

const NOTHING = { events: 0, incidents: 0, deliveries: 0, jobs: 0, silences: 0, channels: 0, settings: {}, trail: 0 };

it('says that the disk is full, whatever is to be written, and keeps nothing half', async () => {
  const { disk, writes, there } = await opened();
  await disk.fill();
  for (const [what, write] of Object.entries(writes)) {
    const refused = await write().catch((error: unknown) => error);
    expect(refused, what).toBeInstanceOf(StoreUnavailable);
    expect((refused as Error).message, what).toMatch(/^the disk of the store is full: make room/);
  }
  expect(await there()).toEqual(NOTHING);
});

it('takes all of it, once, when there is room again', async () => {
  const { disk, writes, there } = await opened();
  await disk.fill();
  for (let again = 0; again < 3; again += 1) {
    for (const write of Object.values(writes)) await write().catch(() => undefined);
  }
  await disk.free();
  for (const write of Object.values(writes)) await write();
  expect(await there()).toEqual({
    ...{ events: 1, incidents: 1, deliveries: 1, jobs: 1, silences: 1, channels: 1 },
    ...{ settings: { a: 1 }, trail: 3 },
  });
});

it('never puts a channel aside that was changed to what could not be kept', async () => {
  const { store, disk } = await opened();
  await store.channels.addChannel(channel, act);
  await disk.fill();
  // Its row could be changed in place; the entry in the trail could not be written.
  await expect(store.channels.changeChannel(channel, { ...channel, sealed: 'v1.k.y' }, act)).rejects.toThrow(/full/);
  await expect(store.channels.removeChannel(channel, act)).rejects.toThrow(/full/);
  expect(await store.channels.channels()).toEqual([channel]);
});

it('says of a backup onto a full disk that it is not whole, and blames no store', async () => {
  const { store } = await opened();
  await store.store.commit(batch());
  const folder = await mkdtemp(join(tmpdir(), 'tattle-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const whole = join(folder, 'whole');
  await store.backup(whole);
  const [name = ''] = (await readdir(whole)).filter((file) => file.startsWith('clusters'));
  const full = join(folder, 'full');
  await mkdir(full);
  // What is written there meets the end of the disk.
  await symlink('/dev/full', join(full, name));
  const refused = await store.backup(full).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DataDirError);
  expect((refused as Error).message).toMatch(/is not whole, the disk is full \(ENOSPC\): make room/);
  await expect((await open({ now: NOW })).restore(full)).rejects.toThrow(/no manifest.json/);
  // The store goes on.
  await store.backup(join(folder, 'again'));
});
