import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { OccurrencePage, RecentOccurrences } from '../model/ports/recent.ts';
import { Connections } from './connections.ts';
import type { TattleStore } from './open-store.ts';
import { recentOccurrences } from './recent-occurrences.ts';
import { change, CLUSTER, created, type EventShape, repeated } from './testing/events.ts';
import { testStores } from './testing/open-test-store.ts';
import { silentLogger, startTestServer, type TestServer } from './testing/servers.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const MINUTE = 60_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

describe('what happened before a start', () => {
  async function opened() {
    const before = await open({ now: NOW });
    const connections = new Connections({
      config: { connectionString: before.url },
      logger: silentLogger,
      poolSize: 2,
    });
    onTestFinished(() => connections.close());
    return { before, connections, restarted: () => recentOccurrences(connections) };
  }

  async function happens(store: TattleStore, ...shapes: readonly EventShape[]): Promise<void> {
    for (const shape of shapes) {
      const [known] = await store.store.identify([{ clusterUid: CLUSTER.uid, uid: shape.uid }]);
      const parts = known == null ? { created: [created(shape)] } : { repeated: [repeated(shape, known)] };
      await store.store.commit(change(shape.at, parts));
    }
  }

  async function read(recent: RecentOccurrences, from: number, limit = 100) {
    const reader = recent.since(from);
    const pages: OccurrencePage[] = [];
    do pages.push(await reader.next(limit));
    while (pages.at(-1)?.read === limit);
    return {
      pages,
      lines: pages.flatMap(({ items }) =>
        items.map(({ event, at, delta }) => `${event.uid} ${(at - NOW) / MINUTE} +${delta} =${event.count}`),
      ),
    };
  }

  it('is read from the newest on, with counts and severities as they were', async () => {
    const { before, restarted } = await opened();
    await happens(
      before,
      { uid: 'a', at: NOW - 9 * MINUTE, count: 2, severity: 'low' },
      { uid: 'b', at: NOW - 8 * MINUTE },
      { uid: 'a', at: NOW - 7 * MINUTE, count: 5, severity: 'high' },
      { uid: 'a', at: NOW - 6 * MINUTE, count: 5 },
      { uid: 'a', at: NOW - 5 * MINUTE, count: 6, severity: 'high' },
    );
    const { lines, pages } = await read(await restarted(), NOW - 10 * MINUTE, 2);
    expect(lines).toEqual(['a -5 +1 =6', 'a -7 +3 =5', 'b -8 +1 =1', 'a -9 +2 =2']);
    const severities = pages.flatMap(({ items }) => items.map(({ event }) => event.severity));
    expect(severities).toEqual(['high', 'high', 'high', 'low']);
    expect(pages.map(({ reached }) => (reached - NOW) / MINUTE)).toEqual([-6, -8, -10]);
  });

  it('leaves out what is older than it is asked for', async () => {
    const { before, restarted } = await opened();
    await happens(before, { uid: 'a', at: NOW - 9 * MINUTE }, { uid: 'b', at: NOW - 5 * MINUTE });
    expect((await read(await restarted(), NOW - 9 * MINUTE + 1)).lines).toEqual(['b -5 +1 =1']);
  });

  it('leaves out what this process commits, and its counts', async () => {
    const { before, restarted } = await opened();
    await happens(before, { uid: 'a', at: NOW - 9 * MINUTE, count: 3 });
    const recent = await restarted();
    const after = await before.reopen();
    await happens(
      after,
      { uid: 'a', at: NOW - MINUTE, count: 7 },
      // Late: it happened before what was stored before.
      { uid: 'b', at: NOW - 9.5 * MINUTE },
    );
    expect((await read(recent, NOW - 10 * MINUTE)).lines).toEqual(['a -9 +3 =3']);
    expect((await read(await restarted(), NOW - 10 * MINUTE)).lines).toHaveLength(3);
  });

  it('knows what came before where row numbers begin again', async () => {
    const { before, connections, restarted } = await opened();
    await connections.query(`SELECT setval('row_numbers', 68719472640, false)`);
    await happens(before, { uid: 'a', at: NOW - 2 * MINUTE });
    const recent = await restarted();
    await happens(await before.reopen(), { uid: 'b', at: NOW - MINUTE });
    expect((await read(recent, NOW - 10 * MINUTE)).lines).toEqual(['a -2 +1 =1']);
  });

  it('gives a page again where reading it failed', async () => {
    const { before, connections, restarted } = await opened();
    await happens(before, { uid: 'a', at: NOW - 2 * MINUTE }, { uid: 'b', at: NOW - MINUTE });
    const reader = (await restarted()).since(NOW - 10 * MINUTE);
    expect((await reader.next(1)).items.map(({ event }) => event.uid)).toEqual(['b']);
    await connections.query('ALTER TABLE events RENAME TO events_away');
    await expect(reader.next(1)).rejects.toThrow();
    await connections.query('ALTER TABLE events_away RENAME TO events');
    expect((await reader.next(1)).items.map(({ event }) => event.uid)).toEqual(['a']);
    expect(await reader.next(1)).toEqual({ items: [], read: 0, reached: NOW - 10 * MINUTE });
  });

  it('tells the alerts of one component, the newest first', async () => {
    const { before, restarted } = await opened();
    await happens(
      before,
      { uid: 'alert/x/1', at: NOW - 9 * MINUTE, component: 'rules' },
      { uid: 'alert/y/1', at: NOW - 20 * MINUTE, component: 'rules' },
      { uid: 'alert/x/1/cleared', at: NOW - 8 * MINUTE, component: 'rules' },
      { uid: 'other', at: NOW - 8 * MINUTE },
      { uid: 'alert/x/1', at: NOW - 7 * MINUTE, component: 'rules', count: 2 },
    );
    const alerts = await (await restarted()).alertsOf('rules', NOW - 10 * MINUTE, 10);
    expect(alerts).toEqual([
      { cluster: CLUSTER.uid, uid: 'alert/x/1', condition: 'CrashLoopBackOff', at: NOW - 7 * MINUTE },
      { cluster: CLUSTER.uid, uid: 'alert/x/1/cleared', condition: 'CrashLoopBackOff', at: NOW - 8 * MINUTE },
    ]);
    expect(await (await restarted()).alertsOf('rules', NOW - 10 * MINUTE, 1)).toHaveLength(1);
  });
});
