import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { IncidentNotice } from '../model/delivery.ts';
import { Connections } from './connections.ts';
import { openTold } from './open-told.ts';
import { change, incident, strand } from './testing/events.ts';
import { testStores } from './testing/open-test-store.ts';
import { silentLogger, startTestServer, type TestServer } from './testing/servers.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const FIVE_MINUTES = 300_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

describe('what a channel was told of', () => {
  async function opened() {
    const opened = await open({ now: NOW });
    const connections = new Connections({
      config: { connectionString: opened.url },
      logger: silentLogger,
      poolSize: 1,
    });
    onTestFinished(() => connections.close());
    const told = (channel = 'am', since = NOW - FIVE_MINUTES, limit = 100) =>
      openTold(connections, channel, since, limit);
    const store = async (...ids: readonly string[]) =>
      opened.store.commit(
        change(NOW, { incidents: ids.map((id) => incident(id, NOW)), strands: ids.map((id) => strand(id, NOW)) }),
      );
    /** Puts a notice into the outbox and delivers it, with that receipt. */
    const tell = async (notice: IncidentNotice, receipt: string | undefined, channel = 'am') => {
      await opened.outbox.addDeliveries(notice, [channel], 'pending', NOW);
      for (const claimed of await opened.outbox.claimDeliveries(9, NOW, 1000, [])) {
        const outcome = { kind: 'delivered', statusCode: 200, ...(receipt === undefined ? {} : { receipt }) } as const;
        await opened.outbox.finishDelivery(claimed, outcome, { status: 'delivered' }, NOW);
      }
    };
    return { ...opened, told, commit: store, tell };
  }

  function notice(id: string, incidentId: string, more: Partial<IncidentNotice> = {}): IncidentNotice {
    return {
      id,
      kind: 'opened',
      incident: incident(incidentId, NOW),
      event: null,
      evidence: [],
      diagnosis: null,
      partial: false,
      also: [],
      at: NOW,
      ...more,
    };
  }

  it('is what it gave a receipt for, with the newest one, as it stands now', async () => {
    const { told, commit, tell, store } = await opened();
    await commit('a', 'b', 'c');
    await tell(notice('n1', 'a'), 'first');
    await tell(notice('n2', 'a', { kind: 'worse' }), 'second');
    await tell(notice('n3', 'a', { kind: 'diagnosed' }), undefined);
    await tell(notice('n4', 'b'), undefined);
    await tell(notice('n5', 'c'), 'elsewhere', 'other');
    await store.commit(
      change(NOW + 1, { incidents: [incident('a', NOW, { state: 'acknowledged', severity: 'critical' })] }),
    );
    expect(await told()).toEqual([
      {
        incident: incident('a', NOW, { state: 'acknowledged', severity: 'critical' }),
        endedAt: null,
        diagnosis: null,
        event: null,
        receipt: 'second',
      },
    ]);
    expect((await told('other')).map(({ incident: { id } }) => id)).toEqual(['c']);
    expect(await told('nobody')).toEqual([]);
  });

  it('has the diagnosis of now and the event of the last notice', async () => {
    const { told, commit, tell, diagnoses } = await opened();
    await commit('a');
    const event = { message: 'Back-off', origin: 'event' } as unknown as IncidentNotice['event'];
    await tell(notice('n1', 'a', { event }), 'first');
    const diagnosis = { incidentId: 'a', at: NOW, cause: 'unknown', explanation: 'x' } as never;
    await diagnoses.saveDiagnosis(diagnosis);
    expect(await told()).toMatchObject([{ event, diagnosis }]);
  });

  it('ends with its incident, and is told of for a while longer', async () => {
    const { told, commit, tell, store } = await opened();
    await commit('over', 'long over');
    await tell(notice('n1', 'over'), 'one');
    await tell(notice('n2', 'long over'), 'two');
    const ended = (id: string, resolvedAt: number) =>
      incident(id, NOW, { state: 'resolved', resolvedAt, resolvedBy: 'tattle' });
    await store.commit(
      change(NOW + 1, { incidents: [ended('over', NOW - FIVE_MINUTES), ended('long over', NOW - FIVE_MINUTES - 1)] }),
    );
    expect(await told()).toMatchObject([{ endedAt: NOW - FIVE_MINUTES, receipt: 'one' }]);
  });

  it('ends where it was merged into another', async () => {
    const { told, commit, tell, store } = await opened();
    await commit('a', 'b');
    await tell(notice('n1', 'a'), 'one');
    const log = [{ incidentId: 'a', key: 'm', at: NOW + 60_000, kind: 'merged', by: 'ann', text: '' }] as const;
    await store.commit(change(NOW + 1, { incidents: [incident('a', NOW, { mergedInto: 'b' })], log }));
    expect(await told()).toMatchObject([{ endedAt: NOW + 60_000, receipt: 'one' }]);
    expect(await told('am', NOW + 60_001)).toEqual([]);
  });

  it('holds each incident of a notice about several, and says whose receipt it is', async () => {
    const { told, commit, tell } = await opened();
    await commit('a', 'b', 'c');
    const also = ['b', 'c'].map((id) => ({ incident: incident(id, NOW), kind: 'opened' as const }));
    await tell(notice('n1', 'b'), 'alone');
    await tell(notice('n2', 'a', { also }), 'of the first');
    await tell(notice('n3', 'c', { kind: 'worse' }), 'later');
    const receipts = Object.fromEntries((await told()).map(({ incident: { id }, receipt }) => [id, receipt]));
    expect(receipts).toEqual({ a: 'of the first', b: null, c: 'later' });
  });

  it('is the newest so many', async () => {
    const { told, tell, store } = await opened();
    for (const [i, id] of ['old', 'new'].entries()) {
      await store.commit(change(NOW + i, { incidents: [incident(id, NOW + i)], strands: [strand(id, NOW + i)] }));
      await tell(notice(id, id), id);
    }
    expect((await told('am', NOW, 1)).map(({ incident: { id } }) => id)).toEqual(['new']);
    expect(await told('\0')).toEqual([]);
  });
});
