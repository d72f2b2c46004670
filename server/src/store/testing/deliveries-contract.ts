/** What every store must do with what is told of several incidents, or of none, and with what channels know their messages by. */
import { expect, it } from 'vitest';
import type { Scope } from '../../model/access.ts';
import type { DeliveryOutcome, DigestNotice } from '../../model/delivery.ts';
import type { Outbox } from '../../model/ports/telling.ts';
import { byHand } from './by-hand.ts';
import { change, incident, notice, strand } from './events.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const EMPTY = { lines: [], incidents: 0, stillOpen: 0, healed: 0, repeats: 0 };
const EVIL = 'a\0b\ud800c\'"\\u0000; DROP TABLE deliveries --';

function digest(id: string): DigestNotice {
  return { id, kind: 'digest', at: NOW, digest: { occasion: 'overnight', from: NOW - 9, to: NOW, ...EMPTY } };
}

function grouped(id: string, worst: string, ...others: readonly string[]) {
  return notice(id, worst, NOW, { also: others.map((other) => ({ incident: incident(other, NOW), kind: 'opened' })) });
}

async function claim(outbox: Outbox, at = NOW) {
  return outbox.claimDeliveries(50, at, 1_000, []);
}

const names = (claimed: Awaited<ReturnType<typeof claim>>) => claimed.map(({ delivery }) => delivery.noticeId);

async function finish(
  outbox: Outbox,
  at: number,
  outcome: DeliveryOutcome,
  status: 'delivered' | 'dead' = 'delivered',
) {
  const claimed = await claim(outbox, at);
  for (const each of claimed) await outbox.finishDelivery(each, outcome, { status }, at);
  return claimed.map(({ delivery: { noticeId }, receipt }) => [noticeId, receipt]);
}

export function deliveriesContract(open: OpenTestStore): void {
  it('hands a channel the newest receipt of the incident, and nobody else’s', async () => {
    const { outbox } = await open({ now: NOW });
    const took = (receipt: string) => ({ kind: 'delivered', statusCode: 200, receipt }) as const;
    await outbox.addDeliveries(notice('n1', 'i', NOW), ['slack'], 'pending', NOW);
    expect(await finish(outbox, NOW, took('m1'))).toEqual([['n1', null]]);
    await outbox.addDeliveries(notice('n2', 'i', NOW), ['slack', 'mail'], 'pending', NOW);
    await outbox.addDeliveries(notice('n3', 'j', NOW), ['slack'], 'pending', NOW);
    expect(await finish(outbox, NOW, { kind: 'delivered', statusCode: 200 })).toEqual([
      ['n2', 'm1'],
      ['n2', null],
      ['n3', null],
    ]);
    await outbox.addDeliveries(notice('n4', 'i', NOW), ['slack'], 'pending', NOW);
    expect(await finish(outbox, NOW, took(`m4${EVIL}`))).toEqual([['n4', 'm1']]);
    await outbox.addDeliveries(notice('n5', 'i', NOW), ['slack'], 'pending', NOW);
    // Cut off, it would be another message's.
    expect(await finish(outbox, NOW, took('x'.repeat(1_001)))).toEqual([
      ['n5', `m4ab\ufffdc'"\\u0000; DROP TABLE deliveries --`],
    ]);
    // Sent again, a notice follows what was told before it, and what failed takes no receipt away.
    await outbox.replayDeliveries({ incidentId: 'i', channel: 'slack', limit: 9 }, NOW);
    expect(await finish(outbox, NOW, { kind: 'failed', error: 'no', statusCode: 500 }, 'dead')).toEqual([['n1', null]]);
    expect(await finish(outbox, NOW, took('m2'))).toEqual([['n2', 'm1']]);
    expect(await finish(outbox, NOW, took('y'.repeat(1_000)))).toEqual([['n4', 'm2']]);
    expect(await finish(outbox, NOW, took('m5'))).toEqual([['n5', 'y'.repeat(1_000)]]);
  });

  it('counts the receipt of a group for each incident that it tells of and that has no message of its own', async () => {
    const { outbox } = await open({ now: NOW });
    const took = (receipt: string) => ({ kind: 'delivered', statusCode: 200, receipt }) as const;
    await outbox.addDeliveries(notice('n1', 'c', NOW), ['slack'], 'pending', NOW);
    await outbox.addDeliveries(grouped('group', 'a', 'b', 'c'), ['slack'], 'pending', NOW);
    for (const id of ['a', 'b', 'c', 'd']) {
      await outbox.addDeliveries(notice(`${id}-over`, id, NOW), ['slack'], 'pending', NOW);
    }
    await outbox.addDeliveries(notice('elsewhere', 'b', NOW), ['mail'], 'pending', NOW);
    expect(await finish(outbox, NOW, took('alone'))).toEqual([
      ['n1', null],
      ['d-over', null],
      ['elsewhere', null],
    ]);
    expect(await finish(outbox, NOW, took('of all'))).toEqual([['group', null]]);
    expect(await finish(outbox, NOW, took('later'))).toEqual([
      ['a-over', 'of all'],
      ['b-over', 'of all'],
      ['c-over', 'alone'],
    ]);
    await outbox.addDeliveries(notice('b-again', 'b', NOW), ['slack'], 'pending', NOW);
    expect(await finish(outbox, NOW, took('newest'))).toEqual([['b-again', 'later']]);
  });

  it('keeps digests and tests apart from incidents and from each other', async () => {
    const { outbox } = await open({ now: NOW });
    const told = notice('t', 'i', NOW, { kind: 'test' });
    await outbox.addDeliveries(digest('d1'), ['slack'], 'pending', NOW);
    await outbox.addDeliveries(told, ['slack'], 'pending', NOW);
    await outbox.addDeliveries(notice('n', 'i', NOW), ['slack'], 'pending', NOW);
    const claimed = await claim(outbox);
    // The one waits for no other, though both tell of no incident.
    expect(claimed.map(({ delivery, notice: { id } }) => [id, delivery.noticeId, delivery.incidentId])).toEqual([
      ['d1', 'd1', null],
      ['t', 't', null],
      ['n', 'n', 'i'],
    ]);
    expect(claimed.map((each) => each.notice)).toEqual([digest('d1'), told, notice('n', 'i', NOW)]);
    for (const each of claimed) {
      await outbox.finishDelivery(
        each,
        { kind: 'delivered', statusCode: 200, receipt: 'm' },
        { status: 'delivered' },
        NOW,
      );
    }
    await outbox.addDeliveries(digest('d2'), ['slack'], 'pending', NOW);
    expect((await claim(outbox)).map(({ receipt }) => receipt)).toEqual([null]);
    expect((await outbox.deliveries({ incidentId: '', limit: 9 })).items).toEqual([]);
    expect((await outbox.deliveries({ kind: 'digest', limit: 9 })).items).toMatchObject([
      { noticeId: 'd2', incidentId: null },
      { noticeId: 'd1', incidentId: null },
    ]);
  });

  it('keeps the order of each incident that a group tells of', async () => {
    const { outbox } = await open({ now: NOW });
    await outbox.addDeliveries(notice('b-opened', 'b', NOW), ['slack'], 'pending', NOW);
    await outbox.addDeliveries(grouped('group', 'a', 'b', 'c', 'a', 'b'), ['slack', 'mail'], 'pending', NOW);
    await outbox.addDeliveries(notice('c-over', 'c', NOW), ['slack'], 'pending', NOW);
    await outbox.addDeliveries(grouped('next', 'd', 'c'), ['slack'], 'pending', NOW);
    await outbox.addDeliveries(notice('e', 'e', NOW), ['slack'], 'pending', NOW);
    const of = (incidentId: string) => outbox.deliveries({ incidentId, channel: 'slack', limit: 9 });
    expect((await of('c')).items.map(({ noticeId, incidentId }) => [noticeId, incidentId])).toEqual([
      ['next', 'd'],
      ['c-over', 'c'],
      ['group', 'a'],
    ]);
    const [head, mail, other] = await claim(outbox);
    expect([head, mail, other].map((each) => each?.delivery.noticeId)).toEqual(['b-opened', 'group', 'e']);
    expect(mail?.notice).toEqual(grouped('group', 'a', 'b', 'c', 'a', 'b'));
    if (head === undefined) throw new Error('nothing was claimed');
    const retry = { kind: 'retry', error: 'busy', statusCode: 503 } as const;
    await outbox.finishDelivery(head, retry, { status: 'pending', nextAttemptAt: NOW + 9_000 }, NOW);
    expect(names(await claim(outbox, NOW + 8_000))).toEqual(['group', 'e']);
    expect((await finish(outbox, NOW + 9_000, retry, 'dead')).map(([id]) => id)).toEqual(['b-opened', 'group', 'e']);
    expect(await finish(outbox, NOW + 9_000, retry, 'dead')).toEqual([['group', null]]);
    expect(await finish(outbox, NOW + 9_000, retry, 'dead')).toEqual([['c-over', null]]);
    expect(await finish(outbox, NOW + 9_000, retry, 'dead')).toEqual([['next', null]]);
    // Sent again, a group comes before what else was told of its incidents.
    expect(await outbox.replayDeliveries({ incidentId: 'c', channel: 'slack', limit: 9 }, NOW + 9_000)).toBe(3);
    for (const id of ['group', 'c-over', 'next']) {
      expect(await finish(outbox, NOW + 9_000, retry, 'dead')).toEqual([[id, null]]);
    }
    expect(await claim(outbox, NOW + 9_000)).toEqual([]);
  });

  it('shows a group only where all of its incidents lie whole in the scope, and what tells of none where all is seen', async () => {
    const opened = await open({ now: NOW });
    const { store, outbox, clock, url } = opened;
    const elsewhere = { kind: 'Pod', namespace: 'orders', name: 'api', uid: '' };
    const over = { state: 'resolved', resolvedAt: NOW, resolvedBy: 'tattle' } as const;
    await store.commit(
      change(NOW, {
        incidents: ['shop', 'also-shop', 'orders'].map((id) => incident(id, NOW, over)),
        strands: [
          strand('shop', NOW),
          strand('also-shop', NOW),
          strand('orders', NOW, { root: elsewhere, subject: elsewhere }),
        ],
      }),
    );
    await outbox.addDeliveries(grouped('one-team', 'shop', 'also-shop'), ['hook'], 'dead', NOW);
    await outbox.addDeliveries(grouped('two-teams', 'shop', 'also-shop', 'orders'), ['hook'], 'dead', NOW);
    await outbox.addDeliveries(grouped('gone', 'shop', 'no such'), ['hook'], 'dead', NOW);
    await outbox.addDeliveries(digest('digest'), ['hook'], 'dead', NOW);
    await outbox.addDeliveries(notice('test', 'shop', NOW, { kind: 'test' }), ['hook'], 'dead', NOW);
    const seen = async (scope?: Scope) =>
      (await outbox.deliveries({ limit: 9, ...(scope === undefined ? {} : { scope }) })).items.map(
        (each) => each.noticeId,
      );
    const all = ['test', 'digest', 'gone', 'two-teams', 'one-team'];
    expect(await seen()).toEqual(all);
    expect(await seen('everything')).toEqual(all);
    expect(await seen([{ cluster: null, namespaces: null }])).toEqual(all);
    expect(await seen([{ cluster: 'test', namespaces: null }])).toEqual(['two-teams', 'one-team']);
    expect(await seen([{ cluster: null, namespaces: ['shop'] }])).toEqual(['one-team']);
    expect(await seen([{ cluster: null, namespaces: ['orders'] }])).toEqual([]);
    expect(await seen([])).toEqual([]);
    expect(await outbox.replayDeliveries({ scope: [{ cluster: null, namespaces: ['shop'] }], limit: 9 }, NOW)).toBe(1);
    await finish(outbox, NOW, { kind: 'delivered', statusCode: 200 });
    clock.advanceTo(NOW + 400 * 86_400_000);
    await opened.maintain();
    expect(await byHand(url, 'SELECT no FROM deliveries_also UNION ALL SELECT no FROM deliveries')).toEqual([]);
  });

  it('says what the incident of each is called now, and nothing of one that is not kept', async () => {
    const { store, outbox } = await open({ now: NOW });
    await store.commit(change(NOW, { incidents: [incident('a', NOW, { title: 'as it is now' })] }));
    await outbox.addDeliveries(notice('n1', 'a', NOW), ['hook'], 'pending', NOW);
    await outbox.addDeliveries(notice('n2', 'gone', NOW), ['hook'], 'pending', NOW);
    await outbox.addDeliveries(digest('n3'), ['hook'], 'pending', NOW);
    const { items } = await outbox.deliveries({ limit: 9 });
    expect(items.map(({ noticeId, incidentTitle }) => [noticeId, incidentTitle])).toEqual([
      ['n3', null],
      ['n2', null],
      ['n1', 'as it is now'],
    ]);
  });

  it('takes 100 kB of anything, and gives back what is storable of it', async () => {
    const { outbox } = await open({ now: NOW });
    const long = EVIL.repeat(2_500);
    const stored = long.replaceAll('\0', '').replaceAll('\ud800', '\ufffd');
    await outbox.addDeliveries(notice('n', incident('i', NOW, { title: long }), NOW), ['slack'], 'pending', NOW);
    const [claimed] = await claim(outbox);
    expect(claimed?.notice).toEqual(notice('n', incident('i', NOW, { title: stored }), NOW));
    if (claimed === undefined) throw new Error('nothing was claimed');
    await outbox.finishDelivery(claimed, { kind: 'failed', error: long, statusCode: null }, { status: 'dead' }, NOW);
    expect((await outbox.deliveries({ limit: 1 })).items).toMatchObject([{ status: 'dead', lastError: stored }]);
  });
}
