/** What every store must do with jobs, deliveries, evidence, settings and time. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { KnownEvent } from '../../model/change-set.ts';
import { DAY_MS } from '../event-id.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { change, CLUSTER, created, incident, job, notice, repeated, strand } from './events.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

export function workContract(open: OpenTestStore): void {
  it('queues a job once for its key, and gives it to one worker at a time', async () => {
    const { store, jobs } = await open({ now: NOW });
    await store.commit(
      change(NOW, { incidents: [incident('i', NOW)], jobs: [job('a', 'i', NOW), job('b', 'i', NOW + 50)] }),
    );
    await jobs.enqueue([job('a', 'i', NOW), job('c', 'i', NOW)]);
    expect(await jobs.pending('evidence')).toBe(3);
    const [first, second] = await Promise.all([
      jobs.claim('evidence', 1, NOW, 1_000),
      jobs.claim('evidence', 9, NOW, 1_000),
    ]);
    expect([...first, ...second].map(({ key }) => key).sort()).toEqual(['a', 'c']);
    expect(await jobs.claim('notice', 9, NOW, 1_000)).toEqual([]);
  });

  it('gives a crashed worker’s job to another when the lease ends, and ignores the first one’s answer', async () => {
    const { jobs } = await open({ now: NOW });
    await jobs.enqueue([job('a', 'i', NOW)]);
    const [crashed] = await jobs.claim('evidence', 1, NOW, 1_000);
    expect(await jobs.claim('evidence', 1, NOW + 999, 1_000)).toEqual([]);
    const [next] = await jobs.claim('evidence', 1, NOW + 1_000, 1_000);
    expect(next).toMatchObject({ key: 'a', payload: { key: 'a' }, attempts: 0 });
    if (crashed === undefined || next === undefined) throw new Error('nothing was claimed');
    await jobs.finish(crashed, { kind: 'done' }, NOW + 1_001);
    expect(await jobs.pending()).toBe(1);
    await jobs.finish(next, { kind: 'retry', error: 'busy', retryAfterMs: 500 }, NOW + 1_100);
    expect(await jobs.claim('evidence', 1, NOW + 1_599, 1_000)).toEqual([]);
    const [third] = await jobs.claim('evidence', 1, NOW + 1_600, 1_000);
    expect(third?.attempts).toBe(1);
    if (third === undefined) throw new Error('nothing was claimed');
    await jobs.finish(third, { kind: 'retry', error: 'stopping', uncounted: true, retryAfterMs: 0 }, NOW + 1_700);
    const [fourth] = await jobs.claim('evidence', 1, NOW + 1_700, 1_000);
    expect(fourth?.attempts).toBe(1);
    if (fourth === undefined) throw new Error('nothing was claimed');
    await jobs.finish(fourth, { kind: 'failed', error: 'no' }, NOW + 1_800);
    expect(await jobs.pending()).toBe(0);
    await jobs.enqueue([job('a', 'i', NOW)]);
    expect(await jobs.pending()).toBe(0);
  });

  it('sends the deliveries of one incident to one channel in order, and lets others pass', async () => {
    const { outbox } = await open({ now: NOW });
    await outbox.addDeliveries(notice('n1', 'i', NOW), ['slack', 'mail'], 'pending', NOW);
    await outbox.addDeliveries(notice('n2', 'i', NOW), ['slack'], 'pending', NOW + 1);
    await outbox.addDeliveries(notice('n3', 'j', NOW), ['slack'], 'pending', NOW + 2);
    await outbox.addDeliveries(notice('n1', 'i', NOW), ['slack'], 'suppressed', NOW + 9);
    const claim = async (at: number, skip: string[] = []) => outbox.claimDeliveries(10, at, 1_000, skip);
    const names = (list: Awaited<ReturnType<typeof claim>>) =>
      list.map(({ delivery, notice: { id } }) => `${id}>${delivery.channel}`).sort();
    expect(names(await claim(NOW + 5, ['slack']))).toEqual(['n1>mail']);
    const first = await claim(NOW + 5);
    expect(names(first)).toEqual(['n1>slack', 'n3>slack']);
    expect(await claim(NOW + 6)).toEqual([]);
    const head = first.find(({ notice: { id } }) => id === 'n1');
    if (head === undefined) throw new Error('not claimed');
    expect(head.notice).toEqual(notice('n1', 'i', NOW));
    await outbox.finishDelivery(
      head,
      { kind: 'retry', error: 'busy', statusCode: 503 },
      { status: 'pending', nextAttemptAt: NOW + 100 },
      NOW + 7,
    );
    expect(await claim(NOW + 50)).toEqual([]);
    const again = (await claim(NOW + 100)).find(({ notice: { id } }) => id === 'n1');
    if (again === undefined) throw new Error('not claimed again');
    expect(again.delivery).toMatchObject({ attempts: 1, lastStatusCode: 503, lastError: 'busy' });
    await outbox.finishDelivery(
      { ...again },
      { kind: 'delivered', statusCode: 200 },
      { status: 'delivered' },
      NOW + 110,
    );
    // The answer of the first claim comes late and changes nothing.
    await outbox.finishDelivery(head, { kind: 'failed', error: 'x', statusCode: 500 }, { status: 'dead' }, NOW + 111);
    expect(names(await claim(NOW + 120))).toEqual(['n2>slack']);
    const { items: done } = await outbox.deliveries({ statuses: ['delivered'], limit: 5 });
    expect(done).toMatchObject([{ id: again.delivery.id, attempts: 2, deliveredAt: NOW + 110 }]);
  });

  it('puts dead deliveries back under the same id', async () => {
    const { outbox } = await open({ now: NOW });
    await outbox.addDeliveries(notice('n1', 'i', NOW), ['slack', 'mail'], 'pending', NOW);
    for (const claimed of await outbox.claimDeliveries(5, NOW, 100, [])) {
      await outbox.finishDelivery(
        claimed,
        { kind: 'gone', error: 'gone', statusCode: 410 },
        { status: 'disabled' },
        NOW,
      );
    }
    const [before] = (await outbox.deliveries({ channel: 'mail', limit: 5 })).items;
    expect(before?.status).toBe('disabled');
    expect(
      await outbox.replayDeliveries({ channel: 'mail', kind: 'opened', from: NOW, to: NOW + 1, limit: 5 }, NOW + 5),
    ).toBe(1);
    const claimed = await outbox.claimDeliveries(5, NOW + 5, 100, []);
    expect(claimed.map(({ delivery }) => delivery.id)).toEqual([before?.id]);
    expect(await outbox.replayDeliveries({ ids: ['no such'], limit: 5 }, NOW)).toBe(0);
  });

  it('keeps evidence with its incident', async () => {
    const { store, history, evidence } = await open({ now: NOW });
    await store.commit(
      change(NOW, {
        incidents: [incident('i', NOW, { resolvedAt: NOW, resolvedBy: 'tattle', state: 'resolved' })],
        strands: [strand('i', NOW, { clearedAt: NOW })],
      }),
    );
    const piece = {
      id: 'e1',
      incidentId: 'i',
      kind: 'log',
      object: { kind: 'Pod', namespace: 'shop', name: 'cart', uid: 'u' },
      container: 'web',
      capturedAt: NOW,
      body: 'line 1\nline 2 "x" \\',
      truncated: true,
      error: null,
    } as const;
    await evidence.saveEvidence([piece]);
    await evidence.saveEvidence([piece]);
    expect(await history.evidence('i')).toEqual([piece]);
    expect((await history.incidents({ fields: { state: ['resolved'] } }, { limit: 5 })).items).toEqual([
      incident('i', NOW, { clearedAt: NOW, resolvedAt: NOW, resolvedBy: 'tattle', state: 'resolved' }),
    ]);
    expect((await history.incidents({ fields: { state: ['open'] } }, { limit: 5 })).items).toEqual([]);
  });

  it('tells every replica of a changed setting, and keeps the value as it is', async () => {
    const one = await open({ now: NOW });
    const two = await one.reopen();
    const heard = new Promise<void>((resolve) => two.settings.onSettingsChange(resolve));
    await two.settings.loadSettings();
    // Until LISTEN stands there is nothing to hear; saving again and again reaches it however slow it is.
    const value = { list: [1, null, 'x', { a: false }], none: null };
    let told = false;
    const ended = heard.then(() => (told = true));
    for (let i = 0; !told && i < 500; i++) {
      await one.settings.saveSettings({ filter: value }, 'ann', NOW + i);
      await new Promise((wake) => setTimeout(wake, 10));
    }
    await ended;
    expect(await two.settings.loadSettings()).toEqual({ filter: value });
  });

  it('drops what outlived its retention, and keeps what still repeats or is held', async () => {
    const opened = await open({
      now: NOW,
      retention: {
        days: { short: 7, normal: 30, long: 365 },
        rules: [
          { namespaces: ['legal-*'], keep: 'hold' },
          { severities: ['info'], keep: 'short' },
        ],
      },
    });
    const { store, history, clock } = opened;
    const straggler = { uid: randomUUID(), at: NOW - 1 };
    const plain = created({ uid: randomUUID(), at: NOW - 1 });
    const held = created({ uid: randomUUID(), at: NOW - 1, namespace: 'legal-eu' });
    const brief = created({ uid: randomUUID(), at: NOW - 1, severity: 'info' });
    await store.commit(change(NOW, { created: [created(straggler), plain, held, brief] }));
    expect(await opened.maintain()).toEqual({ droppedPartitions: 0, deletedEvents: 0 });
    const uids = async () => (await history.events({ fields: {} }, { limit: 50 })).items.map(({ uid }) => uid);
    for (let day = 1; day <= 40; day++) {
      const now = NOW + day * DAY_MS;
      clock.advanceTo(now);
      const [known] = await store.identify([{ clusterUid: CLUSTER.uid, uid: straggler.uid }]);
      await store.commit(
        change(now, {
          created: [created({ uid: randomUUID(), at: now - 1 })],
          repeated: [repeated({ ...straggler, at: now - 1, count: 1 + day }, known as KnownEvent)],
        }),
      );
      await opened.maintain();
      const left = await uids();
      expect(left.includes(brief.event.observation.uid)).toBe(day < 8);
      expect(left.includes(plain.event.observation.uid)).toBe(day < 31);
      expect(left).toContain(held.event.observation.uid);
      expect(left).toContain(straggler.uid);
    }
    expect((await history.event(straggler.uid))?.count).toBe(41);
    const gone = await store.identify(
      [plain, brief].map(({ event }) => ({ clusterUid: CLUSTER.uid, uid: event.observation.uid })),
    );
    expect(gone).toEqual([null, null]);
    // The straggler repeats no more: its partition goes with it.
    clock.advanceTo(NOW + 72 * DAY_MS);
    expect((await opened.maintain()).droppedPartitions).toBeGreaterThan(60);
    expect(await uids()).toEqual([held.event.observation.uid]);
    await store.commit(change(clock.now(), { created: [plain] }));
    expect(await uids()).toContain(plain.event.observation.uid);
  });
}
