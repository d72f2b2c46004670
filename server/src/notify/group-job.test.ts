import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { createJobRunner } from '../kit/job-runner.ts';
import { MemoryJobQueue } from '../kit/testing/memory-job-queue.ts';
import { quiet } from '../kit/testing/quiet.ts';
import { type Channel, NOTICE_KINDS } from '../model/delivery.ts';
import type { Incident } from '../model/incident.ts';
import type { Silence } from '../model/silence.ts';
import { ConflictError } from '../model/ports/store.ts';
import { createGroupHandler } from './group-job.ts';
import { lookAgain } from './look-again.ts';
import { createNoticeHandler } from './notice-job.ts';
import { compilePolicy } from './policy/policy.ts';
import { notifySettings } from './policy/settings.ts';
import { MemoryNoticeBook } from './testing/memory-notice-book.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { aDiagnosis, anEvent, anIncident, someEvidence } from './testing/notices.ts';

const never = new AbortController().signal;
const NOON = Date.UTC(2026, 10, 26, 12);
const MINUTE = 60_000;

const OPS = { name: 'ops', wants: new Set(NOTICE_KINDS) };
const CHAT = { ...OPS, name: 'chat', changesMessages: true } as const;
/** Keeps an alert for each incident, and takes no summary. */
const PAGER = { name: 'pager', wants: new Set(NOTICE_KINDS.filter((kind) => kind !== 'digest')) };

/** The way of notices from their jobs to the outbox, over memory, with a policy. */
function setUp(notify: object, channels: readonly Pick<Channel, 'name' | 'wants' | 'changesMessages'>[] = [OPS]) {
  const compiled = compilePolicy(notifySettings.parse(notify), () => null);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const clock = new ManualClock(NOON);
  const queue = new MemoryJobQueue();
  const outbox = new MemoryOutbox();
  const book = new MemoryNoticeBook(outbox, (jobs) => queue.enqueue(jobs));
  const incidents = new Map<string, Incident>();
  const silences: Silence[] = [];
  const by = ['ana'];
  const parts = {
    history: {
      incident: async (id: string) => incidents.get(id) ?? null,
      evidence: async () => [someEvidence('log', 'boom')],
      diagnosis: async () => aDiagnosis(),
      event: async (uid: string) => anEvent({ uid }),
      log: async (incidentId: string) =>
        by.map((one) => ({ incidentId, key: one, at: 1, kind: 'acknowledged' as const, by: one, text: '' })),
      strands: async () => [],
      incidents: async () => ({
        items: [...incidents.values()].filter(({ state }) => state !== 'resolved'),
        nextCursor: null,
      }),
    },
    notices: book,
    silences: {
      silences: async (now: number) => silences.filter((one) => one.expiredAt === null && one.endsAt > now),
      silence: async (id: string) => silences.find((one) => one.id === id) ?? null,
    },
    queue,
    clock,
    channels: () => channels,
    policy: () => compiled.policy,
    suppress: false,
  };
  const runner = createJobRunner({
    queue,
    clock,
    ...quiet(),
    handlers: [createNoticeHandler(parts), createGroupHandler(parts)],
  });
  const turn = async (kind: string, incident: Incident, worker = runner) => {
    incidents.set(incident.id, incident);
    const key = `notice:${incident.id}:${kind}:${clock.now()}`;
    await queue.enqueue([{ kind: 'notice', incidentId: incident.id, key, runAt: clock.now(), payload: { kind } }]);
    await worker.drain(never);
  };
  const later = async (ms: number) => {
    const end = clock.now() + ms;
    while (clock.now() < end) {
      clock.advanceTo(Math.min(end, clock.now() + MINUTE));
      await runner.drain(never);
    }
  };
  const sent = () => outbox.rows.map(({ notice }) => notice);
  const why = (id: string) =>
    book.written.filter((one) => one.incidentId === id).map(({ verdict, reason }) => `${verdict} ${reason}`);
  return { clock, queue, outbox, book, runner, silences, turn, later, sent, why, parts };
}

const one = (id: string, more: Partial<Incident> = {}) => anIncident({ id, title: `trouble ${id}`, ...more });

describe('a group', () => {
  const notify = {
    routes: [{ name: 'all', to: ['ops'], groupBy: ['namespace'], groupWaitSeconds: 60, groupIntervalSeconds: 600 }],
  };

  it('is told in one message, the worst first, and each incident knows it', async () => {
    const { turn, later, sent, why } = setUp(notify);
    await turn('opened', one('a'));
    await turn('opened', one('b', { severity: 'critical' }));
    expect(sent()).toEqual([]);
    await later(MINUTE);
    expect(sent()).toMatchObject([
      { kind: 'opened', incident: { id: 'b' }, also: [{ incident: { id: 'a' }, kind: 'opened' }] },
    ]);
    expect(why('a')).toEqual(['held grouped', 'told grouped']);
    expect(why('b')).toEqual(['held grouped', 'told grouped']);
  });

  it('waits for its interval before it is told again', async () => {
    const { turn, later, sent } = setUp(notify);
    await turn('opened', one('a'));
    await later(MINUTE);
    await turn('opened', one('b'));
    await later(5 * MINUTE);
    expect(sent()).toHaveLength(1);
    await later(6 * MINUTE);
    expect(sent()).toMatchObject([{ incident: { id: 'a' } }, { incident: { id: 'b' }, also: [] }]);
  });

  it('says nothing of what came and went before it was told', async () => {
    const { turn, later, sent, why } = setUp(notify);
    await turn('opened', one('a'));
    await turn('resolved', one('a', { state: 'resolved' }));
    await later(2 * MINUTE);
    expect(sent()).toEqual([]);
    expect(why('a')).toEqual(['held grouped', 'withheld not-told-before', 'withheld over']);
  });

  it('tells of ends together, too', async () => {
    const { turn, later, sent } = setUp(notify);
    await turn('opened', one('a'));
    await turn('opened', one('b'));
    await later(MINUTE);
    await turn('resolved', one('a', { state: 'resolved' }));
    await turn('resolved', one('b', { state: 'resolved' }));
    await later(11 * MINUTE);
    expect(sent()).toHaveLength(2);
    expect(sent()[1]).toMatchObject({ kind: 'resolved', also: [{ kind: 'resolved' }] });
  });
});

describe('what is told together', () => {
  const grouping = { groupBy: ['namespace'], groupWaitSeconds: 60, groupIntervalSeconds: 60 };
  const notify = { routes: [{ name: 'all', to: ['*'], ...grouping }] };
  const over = (id: string) => one(id, { state: 'resolved', resolvedAt: NOON });

  /** `a` was told alone, and then `b` and `c` together. */
  async function told(channels: Parameters<typeof setUp>[1], more: object = notify) {
    const set = setUp(more, channels);
    await set.turn('opened', one('a'));
    await set.later(2 * MINUTE);
    await set.turn('opened', one('b'));
    await set.turn('opened', one('c'));
    await set.later(2 * MINUTE);
    for (const { delivery, notice } of set.outbox.rows) {
      // Each was taken, and is known to its channel by a message.
      const claimed = { delivery, notice, receipt: null };
      await set.outbox.finishDelivery(
        claimed,
        { kind: 'delivered', statusCode: 200, receipt: notice.id },
        { status: 'delivered' },
        NOON,
      );
    }
    const before = set.outbox.rows.length;
    const since = () =>
      set.outbox.rows.slice(before).map(({ delivery: { channel }, notice }) => {
        if (notice.kind === 'digest') return `${channel} digest`;
        const ids = [notice.incident, ...notice.also.map(({ incident }) => incident)].map(({ id }) => id).toSorted();
        return `${channel} ${notice.kind} ${ids.join()}${notice.isChange === true ? ', silently' : ''}`;
      });
    return { ...set, since };
  }

  it('changes the messages that told of one of them alone, behind the one that tells of all', async () => {
    const { turn, later, since, book, outbox } = await told([CHAT, OPS]);
    for (const id of ['a', 'b', 'c']) await turn('resolved', over(id));
    await later(2 * MINUTE);
    expect(since()).toEqual(['chat resolved a,b,c', 'ops resolved a,b,c', 'chat resolved a, silently']);
    const ends = (id: string) =>
      book.written
        .filter((one) => one.incidentId === id && one.kind === 'resolved' && one.verdict === 'told')
        .map(({ channel, reason }) => `${channel} ${reason}`);
    expect(ends('a')).toEqual(['chat grouped', 'ops grouped', 'chat changed']);
    expect(ends('b')).toEqual(['chat grouped', 'ops grouped']);
    // Whoever is told once is counted once.
    expect(await book.toldCount('all', 0)).toBe(3);
    const ids = outbox.rows.map(({ notice }) => notice.id);
    expect(new Set(ids).size).toBe(4);
  });

  it('leaves no message behind that a summary tells otherwise', async () => {
    const quiet = { from: '12:10', to: '13:00' };
    const { turn, later, since, clock } = await told([CHAT], {
      routes: [{ name: 'all', to: ['*'], ...grouping, quietHours: quiet }],
    });
    clock.advanceTo(NOON + 20 * MINUTE);
    await turn('worse', one('a'));
    await turn('resolved', over('a'));
    await later(60 * MINUTE);
    expect(since()).toContain('chat resolved a, silently');
  });

  it('changes nothing where one is told alone: its message is changed by that', async () => {
    const { turn, later, since } = await told([CHAT]);
    await turn('resolved', over('a'));
    await later(2 * MINUTE);
    expect(since()).toEqual(['chat resolved a']);
  });

  it('says who looks at each, and an acknowledgement later changes its own message alone', async () => {
    const { turn, since, book } = await told([CHAT, OPS]);
    const taken = (id: string) => one(id, { state: 'acknowledged' });
    await turn('acknowledged', taken('a'));
    await turn('acknowledged', taken('b'));
    expect(since()).toEqual(['chat acknowledged a', 'ops acknowledged a', 'ops acknowledged b']);
    const why = book.written.filter(({ kind, incidentId }) => kind === 'acknowledged' && incidentId === 'b');
    expect(why.map(({ channel, reason }) => `${channel} ${reason}`)).toEqual(['chat grouped', 'ops routed']);
    const fresh = setUp(notify, [CHAT, OPS]);
    await fresh.turn('opened', one('d'));
    await fresh.turn('opened', one('e'));
    await fresh.turn('acknowledged', taken('d'));
    await fresh.turn('acknowledged', taken('e'));
    await fresh.later(2 * MINUTE);
    expect(fresh.sent()).toMatchObject([
      { acknowledgedBy: 'ana', also: [{ acknowledgedBy: 'ana' }] },
      { acknowledgedBy: 'ana', also: [{ acknowledgedBy: 'ana' }] },
    ]);
  });

  it('owes the acknowledgement that came while the group was told', async () => {
    const { turn, later, outbox, parts, queue, clock } = setUp(notify, [OPS]);
    await turn('opened', one('a'));
    const record = parts.notices.record.bind(parts.notices);
    parts.notices.record = async (entry) => {
      parts.notices.record = record;
      const noticing = createJobRunner({ queue, clock, ...quiet(), handlers: [createNoticeHandler(parts)] });
      await turn('acknowledged', one('a', { state: 'acknowledged' }), noticing);
      await record(entry);
    };
    await later(3 * MINUTE);
    expect(outbox.rows.map(({ notice }) => notice.kind)).toEqual(['opened', 'acknowledged']);
  });
});

describe('a group, when it matters how', () => {
  const grouping = { groupBy: ['namespace'], groupWaitSeconds: 60 };

  it('escalates and reminds as what is told alone does', async () => {
    const { turn, later, sent } = setUp({
      routes: [
        { name: 'all', to: ['ops'], ...grouping, repeatMinutes: 20, escalate: [{ afterMinutes: 10, to: ['ops'] }] },
      ],
    });
    await turn('opened', one('a'));
    await later(25 * MINUTE);
    expect(sent().map(({ kind }) => kind)).toEqual(['opened', 'escalated', 'reminder']);
  });

  it('owes the end of what ended while the group was told', async () => {
    const { turn, later, sent, parts, why, queue, clock } = setUp({
      routes: [{ name: 'all', to: ['ops'], ...grouping }],
    });
    await turn('opened', one('a'));
    const record = parts.notices.record.bind(parts.notices);
    parts.notices.record = async (entry) => {
      parts.notices.record = record;
      // Decided when nobody had been told yet, while the group was read already.
      const noticing = createJobRunner({ queue, clock, ...quiet(), handlers: [createNoticeHandler(parts)] });
      await turn('resolved', one('a', { state: 'resolved' }), noticing);
      await record(entry);
    };
    await later(20 * MINUTE);
    expect(sent().map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
    expect(why('a')).toEqual([
      'held grouped',
      'withheld not-told-before',
      'told grouped',
      'held grouped',
      'told grouped',
    ]);
  });

  it('makes another notice of what came after it was told, when its job runs again after a crash', async () => {
    const { turn, later, sent, queue } = setUp({ routes: [{ name: 'all', to: ['ops'], ...grouping }] });
    await turn('opened', one('a'));
    const finish = queue.finish.bind(queue);
    queue.finish = async (job, ...rest) => {
      if (job.kind !== 'notice-group') return finish(job, ...rest);
      queue.finish = finish;
      return finish(job, { kind: 'retry', error: 'died', retryAfterMs: 6 * MINUTE }, rest[1]);
    };
    await later(MINUTE);
    await turn('opened', one('b'));
    await later(30 * MINUTE);
    expect(sent().map((notice) => notice.kind !== 'digest' && notice.incident.id)).toEqual(['a', 'b']);
  });

  it('lets what another worker left of it be told', async () => {
    const { turn, later, sent, parts } = setUp({ routes: [{ name: 'all', to: ['ops'], ...grouping }] });
    await turn('opened', one('a'));
    const record = parts.notices.record.bind(parts.notices);
    parts.notices.record = async () => {
      parts.notices.record = record;
      throw new ConflictError('another worker released some of this group');
    };
    await later(2 * MINUTE);
    expect(sent()).toHaveLength(1);
  });

  it('tells nobody of what only another one is to know', async () => {
    const { turn, later, outbox } = setUp(
      {
        routes: [
          { name: 'pay', match: ['severity=critical'], to: ['ops', 'boss'], ...grouping },
          { name: 'rest', to: ['ops'], ...grouping },
        ],
      },
      [OPS, { ...OPS, name: 'boss' }],
    );
    await turn('opened', one('a'));
    await turn('opened', one('b', { severity: 'critical' }));
    await later(2 * MINUTE);
    const boss = outbox.rows.filter(({ delivery }) => delivery.channel === 'boss').map(({ notice }) => notice);
    expect(boss).toMatchObject([{ incident: { id: 'b' }, also: [] }]);
  });

  it('is none to channels that keep an alert for each incident', async () => {
    const { turn, later, outbox } = setUp({ routes: [{ name: 'all', to: ['*'], ...grouping }] }, [OPS, PAGER]);
    await turn('opened', one('a'));
    await turn('opened', one('b'));
    await turn('resolved', one('b', { state: 'resolved' }));
    await later(2 * MINUTE);
    const told = outbox.rows.map(({ delivery, notice }) => `${delivery.channel} ${notice.kind} ${delivery.incidentId}`);
    expect(told).toEqual(['pager opened a', 'pager opened b', 'pager resolved b', 'ops opened a']);
  });

  it('is as silent after a rule spoke as it is without', async () => {
    const { turn, later, sent, why } = setUp({
      rules: [{ name: 'r', when: 'true', cooldownSeconds: 3600 }],
      routes: [{ name: 'all', to: ['ops'], ...grouping }],
    });
    await turn('opened', one('a'));
    await later(2 * MINUTE);
    await turn('worse', one('a'));
    await later(2 * MINUTE);
    expect(sent()).toHaveLength(1);
    expect(why('a')).toEqual(['held grouped', 'told grouped', 'withheld cooldown']);
  });
});

describe('a summary', () => {
  it('tells at the end of quiet hours how everything went', async () => {
    const { turn, later, sent, why } = setUp({
      routes: [{ name: 'all', to: ['ops'], quietHours: { from: '11:00', to: '13:00', occasion: 'over lunch' } }],
    });
    await turn('opened', one('a', { eventCount: 11 }));
    await turn('opened', one('b', { severity: 'critical', eventCount: 5 }));
    await turn('opened', one('c', { severity: 'low', eventCount: 1 }));
    await turn('resolved', one('a', { state: 'resolved', resolvedBy: 'tattle', eventCount: 11 }));
    await later(61 * MINUTE);
    expect(sent()).toMatchObject([
      { kind: 'opened', incident: { id: 'b' } },
      { kind: 'digest', digest: { occasion: 'over lunch', incidents: 2, stillOpen: 1, healed: 1, repeats: 10 } },
    ]);
    const [, digest] = sent();
    expect(digest?.kind === 'digest' && digest.digest.lines.map(({ incident }) => incident.id)).toEqual(['c', 'a']);
    expect(why('c')).toEqual(['held quiet-hours', 'told digest']);
    expect(why('a')).toEqual(['held quiet-hours', 'withheld not-told-before', 'told digest']);
  });

  it('is nothing for channels that keep an alert for each incident: those hear of each that goes on, and of ends at once', async () => {
    const { turn, later, outbox, clock } = setUp(
      { routes: [{ name: 'all', to: ['*'], quietHours: { from: '12:30', to: '13:30' } }] },
      [OPS, PAGER],
    );
    await turn('opened', one('before'));
    clock.advanceTo(NOON + 40 * MINUTE);
    await turn('resolved', one('before', { state: 'resolved' }));
    await turn('opened', one('a'));
    await turn('opened', one('b'));
    await turn('opened', one('short'));
    await turn('resolved', one('short', { state: 'resolved' }));
    const told = (from: number) =>
      outbox.rows
        .slice(from)
        .map(({ delivery, notice }) => `${delivery.channel} ${notice.kind} ${delivery.incidentId}`);
    expect(told(2)).toEqual(['pager resolved before']);
    await later(60 * MINUTE);
    expect(told(3).toSorted()).toEqual(['ops digest null', 'pager opened a', 'pager opened b']);
    await turn('resolved', one('a', { state: 'resolved' }));
    expect(told(6).toSorted()).toEqual(['ops resolved a', 'pager resolved a']);
  });

  it('tells in time what goes beyond the limit of a route', async () => {
    const { turn, later, sent } = setUp({
      routes: [{ name: 'all', to: ['ops'], limit: { notices: 3, perMinutes: 10 } }],
    });
    for (let n = 0; n < 8; n += 1) await turn('opened', one(`i${n}`));
    expect(sent()).toHaveLength(3);
    await later(11 * MINUTE);
    expect(sent()).toHaveLength(4);
    expect(sent()[3]).toMatchObject({ kind: 'digest', digest: { incidents: 5, stillOpen: 5 } });
  });
});

describe('what was held back', () => {
  const silence: Silence = {
    id: 's1',
    matchers: [{ name: 'namespace', operator: '=', value: 'shop' }],
    startsAt: 0,
    endsAt: NOON + 60 * MINUTE,
    createdBy: 'ana',
    createdAt: 0,
    comment: 'deploying',
    expiredAt: null,
    scope: 'everything',
  };

  it('is told when its silence ends, if it still goes on', async () => {
    const { turn, later, sent, silences, why } = setUp({});
    silences.push(silence);
    await turn('opened', one('a'));
    await turn('opened', one('b'));
    await turn('resolved', one('b', { state: 'resolved' }));
    await later(59 * MINUTE);
    expect(sent()).toEqual([]);
    await later(2 * MINUTE);
    expect(sent()).toMatchObject([{ kind: 'opened', incident: { id: 'a' } }]);
    expect(why('b')).toEqual(['held silenced', 'withheld not-told-before', 'withheld over']);
  });

  it('is told at once when somebody ends the silence', async () => {
    const { turn, runner, sent, silences, parts, clock } = setUp({});
    silences.push(silence);
    await turn('opened', one('a'));
    silences.splice(0, 1, { ...silence, expiredAt: clock.now() });
    expect(await lookAgain('s1', clock.now(), parts)).toBe(1);
    await runner.drain(never);
    expect(sent()).toMatchObject([{ incident: { id: 'a' } }]);
    expect(await lookAgain('s1', clock.now(), parts)).toBe(0);
  });

  it('is told at once when its silence was ended while it was decided', async () => {
    const { turn, sent, silences, parts, clock } = setUp({});
    silences.push(silence);
    const stillSeen = parts.silences.silences;
    parts.silences.silences = async (now) => {
      const seen = await stillSeen(now);
      silences.splice(0, 1, { ...silence, expiredAt: clock.now() });
      return seen;
    };
    await turn('opened', one('a'));
    expect(sent()).toMatchObject([{ incident: { id: 'a' } }]);
  });

  it('is told once, however often it turned meanwhile', async () => {
    for (const endsEarly of [true, false]) {
      const { turn, later, sent, silences, parts, clock, why, runner } = setUp({});
      silences.push(silence);
      await turn('opened', one('a'));
      await later(MINUTE);
      await turn('worse', one('a', { severity: 'critical' }));
      if (endsEarly) {
        silences.splice(0, 1, { ...silence, expiredAt: clock.now() });
        await lookAgain('s1', clock.now(), parts);
        await runner.drain(never);
        expect(sent()).toHaveLength(1);
      }
      await later(60 * MINUTE);
      expect(sent()).toMatchObject([{ incident: { id: 'a', severity: 'critical' } }]);
      expect(why('a').slice(2)).toEqual(['told routed', 'withheld nothing-new']);
      await turn('resolved', one('a', { state: 'resolved' }));
      expect(sent()).toHaveLength(2);
    }
  });

  it('is of its own life: what came back tells of itself', async () => {
    const { turn, later, sent, silences } = setUp({});
    silences.push(silence);
    await turn('opened', one('a'));
    await turn('resolved', one('a', { state: 'resolved' }));
    await later(MINUTE);
    await turn('opened', one('a', { state: 'regressed' }));
    await later(60 * MINUTE);
    expect(sent()).toHaveLength(1);
  });

  it('had been asked for by its rule, whose window has moved on', async () => {
    const { turn, later, sent, silences, parts } = setUp({
      rules: [{ name: 'two', when: 'true', count: { atLeast: 2, withinSeconds: 300 } }],
    });
    const past = { ...silence, endsAt: NOON + 30 * MINUTE };
    silences.push(past);
    await turn('opened', one('a', { openedAt: NOON }));
    await turn('opened', one('b', { openedAt: NOON }));
    parts.history.incidents = async () => ({ items: [], nextCursor: null });
    await later(40 * MINUTE);
    expect(sent()).toMatchObject([{ incident: { id: 'b' } }]);
  });

  it('is told when the incident that explained it is over', async () => {
    const { turn, sent, why } = setUp({});
    const node = one('node', { category: 'Node', root: { kind: 'Node', namespace: '', name: 'node-1', uid: 'n1' } });
    await turn('opened', node);
    await turn('opened', one('a'));
    expect(sent()).toMatchObject([{ incident: { id: 'node' } }]);
    expect(why('a')).toEqual(['held inhibited']);
    await turn('resolved', { ...node, state: 'resolved' });
    expect(sent().map((notice) => notice.kind !== 'digest' && [notice.kind, notice.incident.id])).toEqual([
      ['opened', 'node'],
      ['resolved', 'node'],
      ['opened', 'a'],
    ]);
  });
});

describe('who does not react', () => {
  it('is reminded after the quiet hours, too', async () => {
    const { turn, later, sent } = setUp({
      routes: [{ name: 'all', to: ['ops'], repeatMinutes: 60, quietHours: { from: '12:30', to: '14:30' } }],
    });
    await turn('opened', one('a'));
    await later(140 * MINUTE);
    expect(sent().map(({ kind }) => kind)).toEqual(['opened']);
    await later(75 * MINUTE);
    expect(sent().map(({ kind }) => kind)).toEqual(['opened', 'reminder', 'reminder']);
  });

  it('is not reminded of a former life', async () => {
    const { turn, later, sent } = setUp({ routes: [{ name: 'all', to: ['ops'], repeatMinutes: 60 }] });
    await turn('opened', one('a'));
    await later(30 * MINUTE);
    await turn('resolved', one('a', { state: 'resolved' }));
    await turn('opened', one('a', { state: 'regressed' }));
    await later(55 * MINUTE);
    expect(sent().map(({ kind }) => kind)).toEqual(['opened', 'resolved', 'opened']);
    await later(10 * MINUTE);
    expect(sent().map(({ kind }) => kind)).toEqual(['opened', 'resolved', 'opened', 'reminder']);
  });

  it('is reminded until somebody acknowledges it', async () => {
    const { turn, later, sent, parts } = setUp({ routes: [{ name: 'all', to: ['ops'], repeatMinutes: 60 }] });
    await turn('opened', one('a'));
    await later(121 * MINUTE);
    expect(sent().map(({ kind }) => kind)).toEqual(['opened', 'reminder', 'reminder']);
    const open = await parts.history.incident('a');
    if (open !== null) await turn('worse', { ...open, state: 'acknowledged' });
    await later(180 * MINUTE);
    expect(sent().map(({ kind }) => kind)).toEqual(['opened', 'reminder', 'reminder', 'worse']);
  });
});
