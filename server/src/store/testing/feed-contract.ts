/** What every store's feed must do: tell each change once, in one order, and say so when it cannot. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { KnownEvent } from '../../model/change-set.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Evidence } from '../../model/incident.ts';
import type { Feed, FeedEntry } from '../../model/ports/feed.ts';
import { FEED_KEPT_MS } from '../feed-sweep.ts';
import type { TattleStore } from '../open-store.ts';
import { change, CLUSTER, created, incident, job, notice, repeated, seeded, strand } from './events.ts';
import { connectBeside, readOn, rowOf, rowsOf } from './feed-readers.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const KEY = { clusterUid: CLUSTER.uid, uid: 'a' };

function told({ events, incidentIds, topics }: FeedEntry) {
  return { events: events.map(({ uid, count }) => `${uid} ${String(count)}`), incidents: incidentIds, topics };
}

/** Of all that is told: each change comes with an entry that follows it, so the end of the feed is known. */
async function toldSince(store: TattleStore, from: string) {
  await store.store.commit(change(NOW, { incidents: [incident('last', NOW)] }));
  const entries = [];
  for (let position = from; ; ) {
    const [entry] = await readOn(store.feed, position, 1, () => 1);
    if (entry === undefined || entry.incidentIds[0] === 'last') return entries;
    entries.push(told(entry));
    position = entry.position;
  }
}

async function knownOf({ store }: TattleStore): Promise<KnownEvent> {
  const [known] = await store.identify([KEY]);
  if (known === undefined || known === null) throw new Error('the event is not known');
  return known;
}

export function feedContract(open: OpenTestStore): void {
  it('tells what a batch changed, and nothing where it changed nothing', async () => {
    const store = await open({ now: NOW });
    const from = await store.feed.end();
    const shape = { uid: 'a', at: NOW - 5, count: 2 };
    const gap = { clusterUid: CLUSTER.uid, stream: 's', reason: 'expired', from: 1, to: null, detail: '' } as const;
    const position = { clusterUid: CLUSTER.uid, stream: 's', resourceVersion: '5', epoch: 1, at: NOW };
    await store.store.commit(
      change(NOW, {
        created: [created(shape, 'i'), created({ uid: 'b', at: NOW - 4 })],
        incidents: [incident('i', NOW)],
        strands: [strand('i', NOW)],
      }),
    );
    // Again, as a list brings it; then only its time, its message and its count move on.
    await store.store.commit(
      change(NOW, { repeated: [repeated(shape, await knownOf(store), 'i')], positions: [position] }),
    );
    await store.store.commit(change(NOW, { positions: [position], jobs: [job('j', 'i', NOW)] }));
    for (const moved of [
      { ...shape, at: NOW - 3 },
      { ...shape, at: NOW - 3, message: 'another' },
      { ...shape, at: NOW - 3, message: 'another', count: 7 },
    ]) {
      await store.store.commit(change(NOW, { repeated: [repeated(moved, await knownOf(store))] }));
    }
    await store.store.commit(change(NOW, { counted: [strand('i', NOW, { eventCount: 9 })], gaps: [gap] }));
    await store.store.commit(
      change(NOW, {
        log: [{ incidentId: 'i', key: 'k', at: NOW, kind: 'acknowledged', by: 'ann', text: '' }],
        moves: [{ from: 'i', to: 'j', root: incident('i', NOW).root, condition: 'CrashLoopBackOff' }],
      }),
    );
    const none: readonly string[] = [];
    expect(await toldSince(store, from)).toEqual([
      { events: ['a 7', 'b 1'], incidents: ['i'], topics: none },
      { events: ['a 7'], incidents: none, topics: none },
      { events: ['a 7'], incidents: none, topics: none },
      { events: ['a 7'], incidents: none, topics: none },
      { events: none, incidents: ['i'], topics: ['gaps'] },
      { events: none, incidents: ['i', 'j'], topics: none },
    ]);
  });

  it('tells of evidence, diagnoses, deliveries and settings, and not of what changed nothing', async () => {
    const store = await open({ now: NOW });
    await store.store.commit(change(NOW, { incidents: [incident('i', NOW)] }));
    const from = await store.feed.end();
    const piece: Evidence = {
      id: 'e',
      incidentId: 'i',
      kind: 'log',
      object: incident('i', NOW).root,
      container: '',
      capturedAt: NOW,
      body: '',
      truncated: false,
      error: null,
    };
    await store.evidence.saveEvidence([piece, { ...piece, id: 'f' }]);
    await store.evidence.saveEvidence([piece]);
    const diagnosis = { incidentId: 'i', at: NOW, cause: 'missing-configuration' } as Diagnosis;
    await store.diagnoses.saveDiagnosis(diagnosis);
    await store.diagnoses.saveDiagnosis({ ...diagnosis, at: NOW - 1 });
    const opened = notice('n', 'i', NOW);
    await store.outbox.addDeliveries(opened, ['slack', 'mail'], 'pending', NOW);
    await store.outbox.addDeliveries(opened, ['slack', 'mail'], 'pending', NOW);
    const claimed = await store.outbox.claimDeliveries(5, NOW, 1_000, []);
    for (const each of [...claimed, ...claimed]) {
      const outcome = { kind: 'delivered', statusCode: 200 } as const;
      await store.outbox.finishDelivery(each, outcome, { status: 'delivered' }, NOW);
    }
    expect(await store.outbox.replayDeliveries({ limit: 10 }, NOW)).toBe(2);
    expect(await store.outbox.replayDeliveries({ limit: 10 }, NOW)).toBe(0);
    await store.settings.saveSettings({ filter: 1, other: 2 }, 'ann', NOW);
    const deliveries = { events: [], incidents: [], topics: ['deliveries'] };
    expect(await toldSince(store, from)).toEqual([
      { events: [], incidents: ['i'], topics: [] },
      { events: [], incidents: ['i'], topics: [] },
      ...Array.from({ length: 4 }, () => deliveries),
      { events: [], incidents: [], topics: ['settings'] },
    ]);
  });

  it('waits for a transaction that began earlier, and tells it in its place', async () => {
    const store = await open({ now: NOW });
    const from = await store.feed.end();
    const slow = await connectBeside(store.url);
    await slow.query('BEGIN');
    await slow.query(`INSERT INTO feed (incident_ids) VALUES ('{slow}')`);
    await store.store.commit(change(NOW, { incidents: [incident('fast', NOW)] }));
    expect(await store.feed.after(from, 10)).toEqual([]);
    expect(await store.feed.after(await store.feed.end(), 10)).toEqual([]);
    await slow.query('COMMIT');
    const entries = await readOn(store.feed, from, 2);
    expect(entries.map(({ incidentIds }) => incidentIds)).toEqual([['slow'], ['fast']]);
  });

  it('loses nothing and repeats nothing while several write, some of them slowly, and several read', async () => {
    const store = await open({ now: NOW });
    const others = [await store.reopen(), await store.reopen()];
    const from = await store.feed.end();
    const random = seeded(11);
    const writes = 60;
    const slowWriter = async () => {
      const client = await connectBeside(store.url);
      for (let i = 0; i < writes; i++) {
        await client.query('BEGIN');
        await client.query(`INSERT INTO feed (incident_ids) VALUES ('{slow}')`);
        if (random() < 0.5) await client.query(`INSERT INTO feed (topics) VALUES ('{gaps}')`);
        await client.query('SELECT pg_sleep($1)', [random() * 0.01]);
        await client.query(random() < 0.2 ? 'ROLLBACK' : 'COMMIT');
      }
    };
    const writer = async (own: TattleStore) => {
      for (let i = 0; i < writes; i++) {
        // Without a position it waits for the disk, with one it does not.
        const position = { clusterUid: randomUUID(), stream: 's', resourceVersion: '1', epoch: 0, at: NOW };
        const positions = random() < 0.7 ? [position] : [];
        await own.store.commit(change(NOW, { created: [created({ uid: randomUUID(), at: NOW - 1 })], positions }));
      }
    };
    let writing = true;
    const reader = async (feed: Feed) => {
      const entries: FeedEntry[] = [];
      for (let position = from; ; position = entries.at(-1)?.position ?? from) {
        const last = !writing;
        const page = await feed.after(position, 1 + Math.floor(random() * 7));
        if (page === null) throw new Error('a position is not known any more');
        entries.push(...page);
        if (last && page.length === 0) return entries;
      }
    };
    const reading = [store, ...others].map(({ feed }) => reader(feed));
    await Promise.all([...[store, ...others].map(writer), slowWriter(), slowWriter()]);
    writing = false;
    const rows = await rowsOf(await connectBeside(store.url));
    expect(rows.length).toBeGreaterThan(3 * writes);
    for (const entries of await Promise.all(reading)) {
      expect(entries.map(rowOf)).toEqual(rows);
      const uids = entries.flatMap(({ events }) => events.map(({ uid }) => uid));
      expect(new Set(uids).size).toBe(3 * writes);
    }
  });

  it('goes on from a position after every store was closed', async () => {
    const store = await open({ now: NOW });
    const from = await store.feed.end();
    for (const id of ['i', 'j', 'k']) await store.store.commit(change(NOW, { incidents: [incident(id, NOW)] }));
    const [first] = await readOn(store.feed, from, 1, () => 1);
    await store.close();
    const again = await store.reopen();
    const rest = await readOn(again.feed, first?.position ?? '', 2);
    expect(rest.map(({ incidentIds }) => incidentIds)).toEqual([['j'], ['k']]);
    expect(await again.feed.after(rest.at(-1)?.position ?? '', 5)).toEqual([]);
  });

  it('knows no position that it never gave out, and throws for none', async () => {
    const store = await open({ now: NOW });
    const elsewhere = await open({ now: NOW });
    await store.store.commit(change(NOW, { incidents: [incident('i', NOW)] }));
    const end = await store.feed.end();
    const [epoch = '', xid = '', no = ''] = end.split('.');
    const beyond = String(Number(xid) + 100_000);
    const garbage = ['', '.', 'null', '0', `${end} `, `${end}\n`, `${end}.1`, `${epoch}.${xid}`, `${epoch}.-1.0`]
      .concat([`${epoch}.01.0`, `${epoch}.${beyond}.${no}`, `${epoch}.${beyond}.1`, `${epoch}.${'9'.repeat(30)}.0`])
      .concat([`${epoch}.${'9'.repeat(18)}.0`, `${epoch}.1.${'9'.repeat(19)}`, `${epoch.toUpperCase()}.${xid}.0`])
      .concat([`${epoch}.1';--.0`, `\0`, '😀'.repeat(50), 'x'.repeat(1_000_000), await elsewhere.feed.end()]);
    for (const position of garbage) expect(await store.feed.after(position, 5), position.slice(0, 99)).toBeNull();
    expect(await store.feed.after(end, 5)).toEqual([]);
    expect(end).toMatch(/^[\w.-]{1,100}$/);
  });

  it('is another feed after a backup was restored, and after the database was brought here by a dump', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tattle-feed-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const store = await open({ now: NOW });
    await store.store.commit(change(NOW, { incidents: [incident('i', NOW)] }));
    await store.backup(folder);
    const to = await open({ now: NOW });
    const before = await to.feed.end();
    await to.restore(folder);
    expect(await to.feed.after(before, 5)).toBeNull();
    expect(await to.feed.after(await store.feed.end(), 5)).toBeNull();
    expect(await to.feed.after(await to.feed.end(), 5)).toEqual([]);

    // A dump keeps every value; the transaction that writes the row is another one.
    const position = await store.feed.end();
    await (await connectBeside(store.url)).query('UPDATE feed_state SET epoch = epoch');
    expect(await store.feed.after(position, 5)).toBeNull();
    const brought = await store.reopen();
    expect(await brought.feed.after(position, 5)).toBeNull();
    const from = await brought.feed.end();
    await brought.store.commit(change(NOW, { incidents: [incident('j', NOW)] }));
    expect((await readOn(brought.feed, from, 1)).map(told)).toMatchObject([{ incidents: ['j'] }]);
  });

  it('keeps a quarter of an hour, and says of an older position that it is not kept', async () => {
    const store = await open({ now: NOW });
    const beside = await connectBeside(store.url);
    const from = await store.feed.end();
    for (const id of ['i', 'j', 'k']) await store.store.commit(change(NOW, { incidents: [incident(id, NOW)] }));
    const [first, second, third] = await readOn(store.feed, from, 3);
    const age = (incidentId: string, ms: number) =>
      beside.query('UPDATE feed SET at = at - $2 WHERE incident_ids[1] = $1', [incidentId, ms]);
    await age('i', FEED_KEPT_MS);
    await age('j', FEED_KEPT_MS);
    await age('k', FEED_KEPT_MS - 60_000);
    await store.maintain();
    expect(await store.feed.after(from, 5)).toBeNull();
    expect(await store.feed.after(first?.position ?? '', 5)).toBeNull();
    expect((await store.feed.after(second?.position ?? '', 5))?.map(told)).toMatchObject([{ incidents: ['k'] }]);
    // Not only in maintenance: batches take the sweep along.
    await age('k', 60_000);
    await store.store.commit(change(NOW + 1_000, { incidents: [incident('l', NOW)] }));
    expect(await rowsOf(beside)).toHaveLength(2);
    await store.store.commit(change(NOW + 60_000, { incidents: [incident('m', NOW)] }));
    expect(await store.feed.after(second?.position ?? '', 5)).toBeNull();
    const rest = await readOn(store.feed, third?.position ?? '', 2);
    expect(rest.map(({ incidentIds }) => incidentIds)).toEqual([['l'], ['m']]);
    expect(await rowsOf(beside)).toEqual(rest.map(rowOf));
  });

  it('leaves out events that retention deleted meanwhile', async () => {
    const store = await open({ now: NOW });
    const from = await store.feed.end();
    await store.store.commit(
      change(NOW, { created: ['a', 'b'].map((uid) => created({ uid, at: NOW - 1 })), incidents: [incident('i', NOW)] }),
    );
    await (await connectBeside(store.url)).query(`DELETE FROM events WHERE uid_text = 'a'`);
    expect((await readOn(store.feed, from, 1)).map(told)).toMatchObject([{ events: ['b 1'], incidents: ['i'] }]);
  });

  it('answers with some thousand events at the most, and with a whole batch at least', async () => {
    const store = await open({ now: NOW });
    const from = await store.feed.end();
    const sizes = [900, 900, 900, 2_500, 1, 1];
    for (const size of sizes) {
      const events = Array.from({ length: size }, () => created({ uid: randomUUID(), at: NOW - 1 }));
      await store.store.commit(change(NOW, { created: events }));
    }
    const pages: number[][] = [];
    for (let position = from; pages.flat().length < sizes.length; ) {
      const page = await readOn(store.feed, position, 1);
      pages.push(page.map(({ events }) => events.length));
      position = page.at(-1)?.position ?? position;
    }
    expect(pages.flat()).toEqual(sizes);
    for (const page of pages) expect(page.length === 1 || page.reduce((sum, each) => sum + each) <= 2_000).toBe(true);
    expect(pages[0]).toEqual([900, 900]);
  });
}
