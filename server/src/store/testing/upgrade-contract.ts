/** What every store must make of what versions before have stored. */
import { expect, it, onTestFinished } from 'vitest';
import { Connections } from '../connections.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { openStore } from '../open-store.ts';
import { ManualClock } from '../../kit/clock.ts';
import { byHand } from './by-hand.ts';
import { incident, notice } from './events.ts';
import { noMetrics, silentLogger, type TestServer } from './servers.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
/** The version that grouped nothing, held nothing and knew no receipts. */
const BEFORE_NOTICES = 6;

/** A database as that version leaves it, with a notice that waits and one that was delivered. */
async function storedBefore(server: TestServer): Promise<string> {
  const url = await server.freshDatabase();
  const connections = new Connections({ config: { connectionString: url }, logger: silentLogger, poolSize: 2 });
  const earlier = (await readMigrations()).filter(({ version }) => version <= BEFORE_NOTICES);
  await migrate(connections, earlier);
  await connections.close();
  for (const [id, status, next] of [
    ['n1', 'delivered', 'NULL'],
    ['n2', 'pending', String(NOW)],
  ] as const) {
    const { also: _, ...stored } = notice(id, 'i', NOW);
    await byHand(
      url,
      `INSERT INTO deliveries (id, notice_id, channel, incident_id, notice_kind, notice, status, created_at, next_attempt_at)
       VALUES ('d-${id}', '${id}', 'hook', 'i', 'opened', '${JSON.stringify(stored)}', '${status}', ${String(NOW)}, ${next})`,
    );
  }
  return url;
}

export function upgradeContract(server: () => TestServer): void {
  it('sends and replays notices that the version before stored', async () => {
    const url = await storedBefore(server());
    const clock = new ManualClock(NOW);
    const store = await openStore({ target: { kind: 'url', url }, clock, logger: silentLogger, metrics: noMetrics });
    onTestFinished(() => store.close());
    const { outbox, notices } = store;
    expect((await outbox.deliveries({ incidentId: 'i', limit: 9 })).items).toMatchObject([
      { id: 'd-n2', noticeId: 'n2', incidentId: 'i', status: 'pending' },
      { id: 'd-n1', noticeId: 'n1', incidentId: 'i', status: 'delivered' },
    ]);
    expect(await outbox.replayDeliveries({ incidentId: 'i', limit: 9 }, NOW)).toBe(1);
    for (const id of ['n1', 'n2']) {
      const [claimed, ...others] = await outbox.claimDeliveries(9, NOW, 1_000, []);
      expect(claimed).toMatchObject({ notice: notice(id, 'i', NOW), receipt: id === 'n1' ? null : 'm1' });
      expect(others).toEqual([]);
      if (claimed === undefined) throw new Error('nothing was claimed');
      const receipt = `m${id.slice(1)}`;
      await outbox.finishDelivery(
        claimed,
        { kind: 'delivered', statusCode: 200, receipt },
        { status: 'delivered' },
        NOW,
      );
    }
    expect(await notices.decisions('i', 9)).toEqual([]);
    await outbox.addDeliveries(notice('n2', incident('i', NOW), NOW), ['hook'], 'pending', NOW);
    expect(await outbox.claimDeliveries(9, NOW, 1_000, [])).toEqual([]);
  });
}
