/** What every store must remember of the deciding about notices: once each, all of an entry or nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Notice } from '../../model/delivery.ts';
import type { Held, NoticeDecision } from '../../model/notice-decision.ts';
import { ConflictError, DataError, StoreUnavailable } from '../../model/ports/store.ts';
import type { NoticeEntry } from '../../model/ports/telling.ts';
import { DAY_MS } from '../event-id.ts';
import { byHand } from './by-hand.ts';
import { change, CLUSTER, incident, job, notice } from './events.ts';
import { readOn } from './feed-readers.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const EVIL = 'a\0b\ud800c\'"{},NULL\\; DROP TABLE silences --';
const REPAIRED = 'ab\ufffdc\'"{},NULL\\; DROP TABLE silences --';

function decision(noticeId: string, incidentId: string, parts: Partial<NoticeDecision> = {}): NoticeDecision {
  return {
    ...{
      noticeId,
      incidentId,
      kind: 'opened',
      at: NOW,
      route: 'team',
      channel: 'slack',
      verdict: 'told',
      reason: 'routed',
    },
    ...{ because: 'the route "team" takes it', until: null, by: '', rule: '', cause: null },
    ...parts,
  };
}

function held(group: string, noticeId: string, parts: Partial<Held> = {}): Held {
  const about = { route: 'team', how: 'group', incidentId: `of-${noticeId}`, kind: 'opened', at: NOW } as const;
  return { group, noticeId, ...about, channels: ['slack', 'mail'], occasion: '', ...parts };
}

function entry(parts: Partial<NoticeEntry>): NoticeEntry {
  const nothing = { notice: null, to: [], decisions: [], held: [], releases: null, jobs: [] } as const;
  return { ...nothing, status: 'pending', at: NOW, ...parts };
}

export function noticesContract(open: OpenTestStore): void {
  it('writes an entry whole, and once however often it comes', async () => {
    const opened = await open({ now: NOW });
    const { notices, outbox, jobs, feed } = opened;
    const replica = await opened.reopen();
    const from = await feed.end();
    const decisions = [
      decision('n', 'i'),
      decision('n', 'i', {
        channel: 'mail',
        verdict: 'held',
        reason: 'quiet-hours',
        until: NOW + 5,
        by: 'night',
        rule: 'r',
      }),
      decision('n', 'i', { channel: 'chat', verdict: 'withheld', reason: 'silenced', cause: 'missing-configuration' }),
    ];
    const whole = entry({
      notice: notice('n', 'i', NOW),
      to: ['slack', 'slack'],
      decisions,
      held: [held('g', 'n')],
      jobs: [job('look', 'i', NOW)],
    });
    const stores = [notices, replica.notices, notices, replica.notices];
    await Promise.all(stores.map((store) => store.record(whole)));
    // What is known stays as it is, whatever is said of it later.
    await notices.record({ ...whole, status: 'suppressed', decisions: [decision('n', 'i', { because: 'other' })] });
    expect(await notices.decisions('i', 9)).toEqual(decisions.toSorted((a, b) => (a.channel > b.channel ? -1 : 1)));
    expect(await notices.decisions('i', 1)).toHaveLength(1);
    expect(await notices.waiting('g', 9)).toEqual([held('g', 'n')]);
    expect((await outbox.deliveries({ limit: 9 })).items).toMatchObject([
      { noticeId: 'n', channel: 'slack', incidentId: 'i', status: 'pending', nextAttemptAt: NOW },
    ]);
    expect(await jobs.pending()).toBe(1);
    const [told] = await readOn(feed, from, 1);
    expect(told).toMatchObject({ incidentIds: ['i'], topics: ['deliveries'] });
    await notices.record(entry({ decisions: [decision('m', 'j')] }));
    expect(await readOn(feed, told?.position ?? '', 1)).toMatchObject([{ incidentIds: ['j'], topics: [] }]);
  });

  it('lets one of several workers release a group, and undoes all that the others wrote', async () => {
    const opened = await open({ now: NOW });
    const { notices, outbox, jobs } = opened;
    const replica = await opened.reopen();
    const all = ['a', 'b', 'c', 'd', 'e', 'f'];
    await notices.record(entry({ held: all.map((id) => held('g', id)) }));
    const release = (worker: number) =>
      entry({
        notice: notice(`group-${String(worker)}`, 'of-a', NOW),
        to: ['slack'],
        decisions: [decision(`group-${String(worker)}`, 'of-a')],
        held: [held('other', `h-${String(worker)}`)],
        releases: { group: 'g', noticeIds: worker % 2 === 0 ? all : all.toReversed() },
        jobs: [job(`j-${String(worker)}`, 'of-a', NOW)],
        at: NOW + worker,
      });
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, async (_, worker) =>
        (worker % 2 === 0 ? notices : replica.notices).record(release(worker)),
      ),
    );
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    const lost = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    expect(lost).toHaveLength(7);
    for (const reason of lost) expect(reason).toBeInstanceOf(ConflictError);
    expect(await notices.waiting('g', 9)).toEqual([]);
    expect(await notices.waiting('other', 9)).toEqual([held('other', `h-${String(winner)}`)]);
    expect(await notices.lastReleased('g')).toBe(NOW + winner);
    expect((await outbox.deliveries({ limit: 9 })).items.map(({ noticeId }) => noticeId)).toEqual([
      `group-${String(winner)}`,
    ]);
    expect((await notices.decisions('of-a', 9)).map(({ noticeId }) => noticeId)).toEqual([`group-${String(winner)}`]);
    expect(await jobs.pending()).toBe(1);
  });

  it('gives what waits in a group in the order of holding, and releases no more than it is told to', async () => {
    const { notices } = await open({ now: NOW });
    await notices.record(entry({ held: [held('g', 'z'), held('g', 'b'), held('other', 'z')] }));
    await notices.record(
      entry({ held: [held('g', 'a', { how: 'digest', occasion: 'overnight', channels: [] }), held('g', 'b')] }),
    );
    const waiting = async (limit = 9) => (await notices.waiting('g', limit)).map(({ noticeId }) => noticeId);
    expect(await waiting()).toEqual(['z', 'b', 'a']);
    expect(await waiting(2)).toEqual(['z', 'b']);
    expect(await notices.lastReleased('g')).toBeNull();
    const release = (at: number, ...noticeIds: string[]) => entry({ releases: { group: 'g', noticeIds }, at });
    await notices.record(release(NOW + 5, 'z', 'a', 'z'));
    expect(await waiting()).toEqual(['b']);
    for (const known of [['z'], ['b', 'z'], ['b', 'no such']]) {
      await expect(notices.record(release(NOW + 9, ...known)), known.join()).rejects.toThrow(ConflictError);
    }
    expect(await waiting()).toEqual(['b']);
    // Held again it is not: it has been told.
    await notices.record(entry({ held: [held('g', 'z')] }));
    expect(await waiting()).toEqual(['b']);
    await notices.record(release(NOW + 3, 'b'));
    await notices.record(release(NOW + 99));
    expect(await notices.lastReleased('g')).toBe(NOW + 5);
    expect((await notices.waiting('other', 9)).map(({ noticeId }) => noticeId)).toEqual(['z']);
    // Held and released at once.
    await notices.record({ ...release(NOW + 100, 'n'), held: [held('g', 'n')] });
    expect(await notices.lastReleased('g')).toBe(NOW + 100);
  });

  it('does nothing of an entry of which it cannot store a part', async () => {
    const { notices, outbox } = await open({ now: NOW });
    const bad = decision('n', 'i', { until: Number.NaN });
    const impossible = entry({
      notice: notice('n', 'i', NOW),
      to: ['slack'],
      decisions: [decision('n', 'j'), bad],
      held: [held('g', 'n')],
    });
    await expect(notices.record(impossible)).rejects.toThrow(DataError);
    expect(await notices.decisions('j', 9)).toEqual([]);
    expect(await notices.waiting('g', 9)).toEqual([]);
    expect((await outbox.deliveries({ limit: 9 })).items).toEqual([]);
  });

  it('knows what is held by a silence while the incident goes on, the newest of each', async () => {
    const { store, notices } = await open({ now: NOW });
    const over = { state: 'resolved', resolvedAt: NOW, resolvedBy: 'tattle' } as const;
    await store.commit(
      change(NOW, {
        incidents: [
          ...['i', 'j', 'k', 'l'].map((id) => incident(id, NOW)),
          incident('over', NOW, over),
          incident('merged', NOW, { mergedInto: 'i' }),
        ],
      }),
    );
    const by = (noticeId: string, incidentId: string, parts: Partial<NoticeDecision> = {}) =>
      decision(noticeId, incidentId, { verdict: 'held', reason: 'silenced', by: 's', ...parts });
    await notices.record(
      entry({ decisions: [by('n1', 'i'), by('n2', 'j'), by('n1', 'over'), by('n1', 'merged'), by('n0', 'unknown')] }),
    );
    await notices.record(
      entry({
        decisions: [
          by('n3', 'i', { kind: 'worse' }),
          by('n4', 'k', { verdict: 'withheld' }),
          by('n5', 'l', { by: 't' }),
        ],
      }),
    );
    await notices.record(entry({ decisions: [by('n6', 'l', { by: '' })] }));
    const names = async (name: string, limit = 9) =>
      (await notices.heldBy(name, limit)).map(({ noticeId }) => noticeId);
    expect(await names('s')).toEqual(['n2', 'n3']);
    expect(await names('s', 1)).toEqual(['n2']);
    expect(await names('t')).toEqual(['n5']);
    expect(await names('')).toEqual([]);
    expect(await names('S')).toEqual([]);
    expect(await notices.heldBy('t', 1)).toEqual([by('n5', 'l', { by: 't' })]);
  });

  it('counts notices that a route told, not the channels and incidents of each', async () => {
    const { notices } = await open({ now: NOW });
    await notices.record(
      entry({
        decisions: [
          ...['slack', 'mail'].flatMap((channel) => ['i', 'j'].map((id) => decision('n1', id, { channel }))),
          decision('n2', 'i', { at: NOW + 10 }),
          decision('n3', 'i', { verdict: 'held', reason: 'too-many' }),
          decision('n4', 'i', { route: 'other' }),
        ],
      }),
    );
    expect(await notices.toldCount('team', NOW)).toBe(2);
    expect(await notices.toldCount('team', NOW + 1)).toBe(1);
    expect(await notices.toldCount('team', NOW + 11)).toBe(0);
    expect(await notices.toldCount('', 0)).toBe(0);
  });

  it('counts nothing that disturbed nobody', async () => {
    const { notices } = await open({ now: NOW });
    const silent = [
      decision('n1', 'i', { kind: 'acknowledged' }),
      decision('n2', 'i', { kind: 'resolved', reason: 'changed' }),
    ];
    await notices.record(entry({ decisions: [...silent, decision('n3', 'i')] }));
    expect(await notices.toldCount('team', 0)).toBe(1);
  });

  it('lets a route tell as much as it may and no more, whoever tells at once, and holds up no other route', async () => {
    const opened = await open({ now: NOW });
    const { notices, url } = opened;
    const replica = await opened.reopen();
    const limitOf = (route: string) => ({ limits: [{ route, since: NOW, notices: 5 }] });
    const telling = (route: string, no: number) =>
      entry({
        ...{ notice: notice(`${route}-${no}`, `i-${no}`, NOW), to: ['slack'], ...limitOf(route) },
        decisions: ['slack', 'mail'].map((channel) => decision(`${route}-${no}`, `i-${no}`, { route, channel })),
      });
    // Told whatever was told before: it counts, and is not counted out.
    await notices.record(entry({ decisions: [decision('critical', 'i', { route: 'team' })] }));
    const results = await Promise.allSettled(
      Array.from({ length: 16 }, (_, no) => (no % 2 === 0 ? notices : replica.notices).record(telling('team', no))),
    );
    const refused = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(12);
    for (const reason of refused) expect(reason).toBeInstanceOf(ConflictError);
    expect(await notices.toldCount('team', NOW)).toBe(5);
    // Half an hour on, they may tell again.
    await notices.record({ ...telling('team', 99), limits: [{ route: 'team', since: NOW + 1, notices: 5 }] });

    let isFree = false;
    const slow = byHand(
      url,
      'BEGIN',
      `SELECT pg_advisory_xact_lock(8284461, hashtext('slow'))`,
      'SELECT pg_sleep(1)',
    ).then(() => (isFree = true));
    await sleep(300);
    const waiting = notices.record(telling('slow', 1)).then(() => isFree);
    await notices.record(telling('other', 1));
    expect(isFree).toBe(false);
    expect(await waiting).toBe(true);
    await slow;
  });

  it('gives its connection back where another worker is stuck while it tells by the same route', async () => {
    const { notices, url } = await open({ now: NOW });
    const limits = [{ route: 'team', since: NOW, notices: 5 }];
    const stuck = byHand(url, 'BEGIN', `SELECT pg_advisory_xact_lock(8284461, hashtext('team'))`, 'SELECT pg_sleep(4)');
    await sleep(300);
    await expect(notices.record(entry({ decisions: [decision('n1', 'i')], limits }))).rejects.toThrow(StoreUnavailable);
    await stuck;
    await notices.record(entry({ decisions: [decision('n1', 'i')], limits }));
    expect(await notices.toldCount('team', NOW)).toBe(1);
  });

  it('changes messages behind what is told with them, in one with it', async () => {
    const { notices, outbox } = await open({ now: NOW });
    const also = [{ incident: incident('b', NOW), kind: 'resolved' as const }];
    const changes = ['a', 'b'].map((id) => ({
      notice: notice(`changed-${id}`, id, NOW, { kind: 'resolved', isChange: true }),
      to: ['slack'],
    }));
    const together = notice('together', 'a', NOW, { kind: 'resolved', also });
    await notices.record(entry({ notice: together, to: ['slack', 'mail'], changes }));
    const claim = async () => {
      const claimed = await outbox.claimDeliveries(9, NOW, 1000, ['mail']);
      for (const each of claimed)
        await outbox.finishDelivery(each, { kind: 'delivered', statusCode: 200 }, { status: 'delivered' }, NOW);
      return claimed.map((each) => each.notice);
    };
    expect(await claim()).toEqual([together]);
    expect(await claim()).toEqual(changes.map((change) => change.notice));
    const impossible = { at: Number.NaN, to: ['slack'] };
    const failed = notice('failed', 'c', NOW);
    await expect(
      notices.record(entry({ ...impossible, notice: failed, changes: [{ notice: failed, to: ['mail'] }] })),
    ).rejects.toThrow(DataError);
    expect(await notices.lastTold('c')).toEqual([]);
  });

  it('knows what each channel was told last, and whether in a message of its own', async () => {
    const { notices, outbox } = await open({ now: NOW });
    const tell = (told: Notice, ...channels: string[]) => outbox.addDeliveries(told, channels, 'pending', NOW);
    const finish = async (receipt?: string) => {
      for (const each of await outbox.claimDeliveries(9, NOW, 1000, [])) {
        const outcome = { kind: 'delivered', statusCode: 200, ...(receipt !== undefined && { receipt }) } as const;
        await outbox.finishDelivery(each, outcome, { status: 'delivered' }, NOW);
      }
    };
    const also = (id: string, acknowledgedBy?: string) => [
      { incident: incident(id, NOW), kind: 'worse' as const, ...(acknowledgedBy !== undefined && { acknowledgedBy }) },
    ];
    expect(await notices.lastTold('a')).toEqual([]);
    expect(await notices.lastTold('')).toEqual([]);
    await tell(notice('n1', 'a', NOW), 'chat', 'hook');
    // It is about to get a message that can be changed.
    expect(await notices.lastTold('a')).toEqual([
      { channel: 'chat', acknowledgedBy: null, isAlone: true },
      { channel: 'hook', acknowledgedBy: null, isAlone: true },
    ]);
    await finish();
    expect((await notices.lastTold('a')).map(({ isAlone }) => isAlone)).toEqual([false, false]);
    await tell(notice('n2', 'a', NOW, { kind: 'worse', acknowledgedBy: EVIL }), 'chat');
    await finish('m1');
    await tell(notice('n3', 'b', NOW, { acknowledgedBy: 'bob', also: also('a', 'ana') }), 'chat', 'mail');
    await tell(notice('t', 'a', NOW, { kind: 'test' }), 'chat');
    expect(await notices.lastTold('a')).toEqual([
      { channel: 'chat', acknowledgedBy: 'ana', isAlone: true },
      { channel: 'hook', acknowledgedBy: null, isAlone: false },
      { channel: 'mail', acknowledgedBy: 'ana', isAlone: false },
    ]);
    expect(await notices.lastTold('b')).toEqual(
      ['chat', 'mail'].map((channel) => ({ channel, acknowledgedBy: 'bob', isAlone: false })),
    );
    await tell(notice('n4', 'a', NOW, { kind: 'worse', also: also('b') }), 'chat');
    expect((await notices.lastTold('a'))[0]).toEqual({ channel: 'chat', acknowledgedBy: null, isAlone: true });
    expect((await notices.lastTold('b'))[0]).toEqual({ channel: 'chat', acknowledgedBy: null, isAlone: false });
    expect(await notices.lastTold(EVIL)).toEqual([]);
  });

  it('remembers when a rule spoke about the same problem, not about others', async () => {
    const { store, notices } = await open({ now: NOW });
    const { root } = incident('i', NOW);
    const east = { uid: 'c-east', name: CLUSTER.name };
    const others = {
      condition: incident('condition', NOW, { condition: 'OOMKilled' }),
      cluster: incident('cluster', NOW, { cluster: east }),
      kind: incident('kind', NOW, { root: { ...root, kind: 'StatefulSet' } }),
      namespace: incident('namespace', NOW, { root: { ...root, namespace: 'orders' } }),
      name: incident('name', NOW, { root: { ...root, name: 'other' } }),
    };
    const before = incident('before', NOW, {
      root: { ...root, uid: 'another' },
      state: 'resolved',
      resolvedAt: NOW,
      resolvedBy: 'tattle',
    });
    await store.commit(change(NOW, { incidents: [incident('i', NOW), before, ...Object.values(others)] }));
    await notices.record(
      entry({
        decisions: [
          decision('n1', 'before', { rule: 'r', at: NOW - 50 }),
          decision('n2', 'before', { rule: 'r', at: NOW - 20, verdict: 'held', reason: 'quiet-hours' }),
          decision('n3', 'before', { rule: 'r', at: NOW - 10, verdict: 'withheld', reason: 'cooldown' }),
          decision('n4', 'i', { rule: 'other', at: NOW - 5 }),
          decision('n6', 'unknown', { rule: 'r', at: NOW - 1 }),
          ...Object.keys(others).map((id) => decision('n5', id, { rule: 'r', at: NOW })),
        ],
      }),
    );
    const about = incident('i', NOW);
    expect(await notices.ruleSpoke('r', about, 0)).toBe(NOW - 20);
    expect(await notices.ruleSpoke('r', about, NOW - 20)).toBe(NOW - 20);
    expect(await notices.ruleSpoke('r', about, NOW - 19)).toBeNull();
    expect(await notices.ruleSpoke('', about, 0)).toBeNull();
    for (const other of Object.values(others)) expect(await notices.ruleSpoke('r', other, 0)).toBe(NOW);
  });

  it('takes whatever text labels and names hold, 100 kB of it, too', async () => {
    const { notices } = await open({ now: NOW });
    // Not to be compressed into an index.
    const long = Array.from({ length: 12_500 }, (_, i) =>
      Math.imul(i + 7, 2_654_435_761)
        .toString(16)
        .slice(-8),
    ).join('');
    for (const [text, stored] of [
      [EVIL, REPAIRED],
      [`${EVIL}${long}`, `${REPAIRED}${long}`],
    ] as const) {
      await notices.record(
        entry({
          held: [held(text, 'n', { occasion: text, channels: [text, ''] })],
          decisions: [
            decision('n', text.slice(0, 40), { because: text, by: EVIL, verdict: 'held', rule: EVIL, route: EVIL }),
          ],
        }),
      );
      expect(await notices.waiting(text, 9)).toEqual([held(stored, 'n', { occasion: stored, channels: [stored, ''] })]);
      expect(await notices.waiting(`${text}!`, 9)).toEqual([]);
      await notices.record(entry({ releases: { group: text, noticeIds: ['n'] } }));
      expect(await notices.lastReleased(text)).toBe(NOW);
    }
    // No incident has such an id: what it was repaired to is another's.
    expect(await notices.decisions(EVIL, 9)).toEqual([]);
    expect(await notices.decisions(REPAIRED.slice(0, 39), 9)).toMatchObject([{ by: REPAIRED, route: REPAIRED }]);
    expect(await notices.toldCount(EVIL, 0)).toBe(0);
    expect(await notices.heldBy(EVIL, 9)).toEqual([]);
    expect(await notices.ruleSpoke(EVIL, incident(EVIL, NOW, { condition: EVIL }), 0)).toBeNull();
  });

  it('forgets decisions and what was held with their incident, and what was released after a month', async () => {
    const opened = await open({ now: NOW });
    const { store, notices, clock } = opened;
    const over = { state: 'resolved', resolvedAt: NOW, resolvedBy: 'tattle' } as const;
    await store.commit(change(NOW, { incidents: [incident('open', NOW), incident('over', NOW, over)] }));
    await notices.record(
      entry({
        decisions: ['open', 'over', 'unknown'].map((id) => decision('n', id)),
        held: ['open', 'over'].map((id) => held('g', `n-${id}`, { incidentId: id })),
      }),
    );
    await notices.record(
      entry({ held: [held('told', 'n', { incidentId: 'open' })], releases: { group: 'told', noticeIds: ['n'] } }),
    );
    const left = async (days: number) => {
      clock.advanceTo(NOW + days * DAY_MS);
      await opened.maintain();
      const decided = await Promise.all(['open', 'over', 'unknown'].map((id) => notices.decisions(id, 9)));
      const waiting = (await notices.waiting('g', 9)).map(({ incidentId }) => incidentId);
      return [decided.map((list) => list.length), waiting, await notices.lastReleased('told')];
    };
    expect(await left(30)).toEqual([[1, 1, 1], ['open', 'over'], NOW]);
    expect(await left(31)).toEqual([[1, 1, 1], ['open', 'over'], null]);
    expect(await left(365)).toEqual([[1, 1, 1], ['open', 'over'], null]);
    expect(await left(366)).toEqual([[1, 0, 0], ['open'], null]);
  });
}
