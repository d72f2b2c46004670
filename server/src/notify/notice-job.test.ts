import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { createJobRunner } from '../kit/job-runner.ts';
import { MemoryJobQueue } from '../kit/testing/memory-job-queue.ts';
import { quiet } from '../kit/testing/quiet.ts';
import { NOTICE_KINDS, TURNS } from '../model/delivery.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence, Incident, Strand } from '../model/incident.ts';
import { ConflictError } from '../model/ports/store.ts';
import type { Silence } from '../model/silence.ts';
import { createNoticeHandler } from './notice-job.ts';
import { openPolicy } from './policy/policy.ts';
import { MemoryNoticeBook } from './testing/memory-notice-book.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { aDiagnosis, anEvent, anIncident, someEvidence } from './testing/notices.ts';

const never = new AbortController().signal;

const aSilence: Silence = {
  id: 's1',
  matchers: [{ name: 'namespace', operator: '=', value: 'shop' }],
  startsAt: 0,
  endsAt: 3_600_000,
  createdBy: 'ana',
  createdAt: 0,
  comment: '',
  expiredAt: null,
  scope: 'everything',
};

/** `ops` takes every kind of notice, `audit` only the turns. */
function setUp({ suppress = false, incident = anIncident() }: { suppress?: boolean; incident?: Incident | null } = {}) {
  const stored = { incident, by: 'ada' };
  const clock = new ManualClock(1000);
  const queue = new MemoryJobQueue();
  const outbox = new MemoryOutbox();
  const book = new MemoryNoticeBook(outbox, (jobs) => queue.enqueue(jobs));
  const evidence: Evidence[] = [];
  const diagnosis: { found: Diagnosis | null } = { found: aDiagnosis() };
  const asked: string[] = [];
  const silenced: Silence[] = [];
  const strands: Strand[] = [];
  const handler = createNoticeHandler({
    history: {
      incident: async () => stored.incident,
      evidence: async () => evidence,
      diagnosis: async () => diagnosis.found,
      event: async (uid) => (asked.push(uid), anEvent({ uid })),
      incidents: async () => ({ items: [], nextCursor: null }),
      strands: async () => strands,
      log: async () => [{ incidentId: 'inc_1', key: 'a', at: 1, kind: 'acknowledged', by: stored.by, text: '' }],
    },
    notices: book,
    silences: { silences: async () => silenced, silence: async () => aSilence },
    queue,
    clock,
    channels: () => [
      { name: 'ops', wants: new Set(NOTICE_KINDS) },
      { name: 'audit', wants: new Set(TURNS) },
    ],
    policy: openPolicy,
    suppress,
  });
  const runner = createJobRunner({ queue, clock, ...quiet(), handlers: [handler] });
  let turn = 0;
  const enqueue = (kind: unknown) => {
    turn += 1;
    const payload = { kind, eventUid: 'event-uid-9' };
    return queue.enqueue([{ kind: 'notice', incidentId: 'inc_1', key: `notice:${turn}`, runAt: clock.now(), payload }]);
  };
  const sent = () => outbox.rows.map(({ delivery }) => `${delivery.noticeKind} ${delivery.channel} ${delivery.status}`);
  const first = () => {
    const notice = outbox.rows[0]?.notice;
    if (notice === undefined || notice.kind === 'digest') throw new Error('nothing was told');
    return notice;
  };
  const acknowledge = (by = 'ada') => {
    Object.assign(stored, { incident: anIncident({ state: 'acknowledged' }), by });
    return enqueue('acknowledged');
  };
  return {
    stored,
    acknowledge,
    clock,
    queue,
    outbox,
    book,
    silenced,
    strands,
    diagnosis,
    evidence,
    asked,
    runner,
    enqueue,
    sent,
    first,
  };
}

describe('a notice', () => {
  it('goes to every channel as soon as there is evidence, with its event', async () => {
    const { runner, enqueue, evidence, asked, sent, first } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    await runner.drain(never);
    expect(sent()).toEqual(['opened ops pending', 'opened audit pending']);
    expect(first()).toMatchObject({ kind: 'opened', partial: false, event: { uid: 'event-uid-9' } });
    expect(first().evidence).toHaveLength(1);
    expect(asked).toEqual(['event-uid-9']);
  });

  it('waits five seconds for evidence at the most, then says that it is partial', async () => {
    const { runner, enqueue, outbox, clock, first } = setUp();
    await enqueue('opened');
    while (clock.now() < 6000) {
      await runner.drain(never);
      expect(outbox.rows).toHaveLength(0);
      clock.advanceTo(clock.now() + 200);
    }
    await runner.drain(never);
    expect(first()).toMatchObject({ partial: true, at: 6000 });
  });

  it('takes evidence that comes while it waits', async () => {
    const { runner, enqueue, clock, evidence, first } = setUp();
    await enqueue('opened');
    await runner.drain(never);
    evidence.push(someEvidence('log', 'boom'));
    clock.advanceTo(1200);
    await runner.drain(never);
    expect(first()).toMatchObject({ partial: false, at: 1200 });
  });

  it('of an incident that somebody looks at says who', async () => {
    const { runner, enqueue, evidence, first } = setUp({ incident: anIncident({ state: 'acknowledged' }) });
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    await runner.drain(never);
    expect(first()).toMatchObject({ acknowledgedBy: 'ada' });
  });

  it('of a later turn waits until the earlier one was told', async () => {
    const { runner, enqueue, clock, evidence, sent } = setUp();
    await enqueue('opened');
    await enqueue('worse');
    await runner.drain(never);
    expect(sent()).toEqual([]);
    evidence.push(someEvidence('log', 'boom'));
    for (let step = 0; step < 10; step += 1) {
      clock.advanceTo(clock.now() + 300);
      await runner.drain(never);
    }
    expect(sent()).toEqual(['opened ops pending', 'opened audit pending', 'worse ops pending', 'worse audit pending']);
  });

  it('of an end waits for nothing, and goes to whom its beginning was told', async () => {
    const { runner, enqueue, evidence, sent } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    await runner.drain(never);
    evidence.length = 0;
    await enqueue('resolved');
    await runner.drain(never);
    expect(sent().slice(2)).toEqual(['resolved ops pending', 'resolved audit pending']);
  });

  it('of an end that nobody was told the beginning of is withheld, and says so', async () => {
    const { runner, enqueue, sent, book } = setUp();
    await enqueue('resolved');
    await runner.drain(never);
    expect(sent()).toEqual([]);
    expect(book.written).toMatchObject([{ verdict: 'withheld', reason: 'not-told-before' }]);
  });

  it('of a cause goes only where what was said can be changed, and only when it is news', async () => {
    const { runner, enqueue, evidence, diagnosis, sent, clock } = setUp();
    diagnosis.found = null;
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    for (let step = 0; step < 20; step += 1) {
      clock.advanceTo(clock.now() + 300);
      await runner.drain(never);
    }
    diagnosis.found = aDiagnosis();
    await enqueue('diagnosed');
    await runner.drain(never);
    expect(sent().slice(2)).toEqual(['diagnosed ops pending']);
    await enqueue('diagnosed');
    await runner.drain(never);
    expect(sent()).toHaveLength(3);
  });

  it('of an acknowledgement goes to a machine that was told, once for each who looks at it', async () => {
    const { runner, enqueue, acknowledge, evidence, sent, outbox, book } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    await runner.drain(never);
    for (const by of ['ada', 'ada', 'bob']) {
      await acknowledge(by);
      await runner.drain(never);
    }
    expect(sent().slice(2)).toEqual(['acknowledged ops pending', 'acknowledged ops pending']);
    expect(outbox.rows.slice(2).map(({ notice }) => notice)).toMatchObject([
      { acknowledgedBy: 'ada', incident: { state: 'acknowledged' } },
      { acknowledgedBy: 'bob' },
    ]);
    const why = (name: string) =>
      book.written
        .filter(({ kind, channel }) => kind === 'acknowledged' && channel === name)
        .map(({ reason }) => reason);
    expect(why('ops')).toEqual(['routed', 'nothing-new', 'routed']);
    expect(why('audit')).toEqual(['not-wanted', 'not-wanted', 'not-wanted']);
  });

  it('of a beginning that waited says who looks at it, and no second one comes', async () => {
    const { runner, enqueue, acknowledge, evidence, clock, sent, first } = setUp();
    await enqueue('opened');
    await runner.drain(never);
    await acknowledge();
    await runner.drain(never);
    expect(sent()).toEqual([]);
    evidence.push(someEvidence('log', 'boom'));
    for (let step = 0; step < 10; step += 1) {
      clock.advanceTo(clock.now() + 300);
      await runner.drain(never);
    }
    expect(sent()).toEqual(['opened ops pending', 'opened audit pending']);
    expect(first()).toMatchObject({ acknowledgedBy: 'ada' });
  });

  it('tells once more of an acknowledgement that came while it was decided', async () => {
    const { runner, enqueue, stored, evidence, sent, book } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    const record = book.record.bind(book);
    book.record = async (entry) => {
      await record(entry);
      // Another replica has decided about it before this was written down: nobody had been told.
      stored.incident = anIncident({ state: 'acknowledged' });
    };
    await runner.drain(never);
    expect(sent()).toEqual(['opened ops pending', 'opened audit pending', 'acknowledged ops pending']);
  });

  it('tells once more of an acknowledgement that came before its process died', async () => {
    const { runner, enqueue, stored, evidence, sent, book, clock } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    const record = book.record.bind(book);
    book.record = async (entry) => {
      book.record = record;
      await record(entry);
      stored.incident = anIncident({ state: 'acknowledged' });
      throw new Error('killed');
    };
    await runner.drain(never);
    clock.advanceTo(clock.now() + 60_000);
    await runner.drain(never);
    expect(sent()).toEqual(['opened ops pending', 'opened audit pending', 'acknowledged ops pending']);
  });

  it('is decided anew when others have told as much as its route may tell', async () => {
    const { runner, enqueue, evidence, book, sent, clock } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    const counted = book.toldCount.bind(book);
    let asked = 0;
    book.toldCount = async (route, since) => ((asked += 1), counted(route, since));
    const record = book.record.bind(book);
    book.record = async (entry) => {
      expect(entry.limits).toEqual([{ route: 'everyone', since: expect.any(Number), notices: 30 }]);
      book.record = record;
      throw new ConflictError('others told as much');
    };
    await runner.drain(never);
    expect(sent()).toEqual([]);
    clock.advanceTo(clock.now() + 100);
    await runner.drain(never);
    expect(asked).toBe(2);
    expect(sent()).toEqual(['opened ops pending', 'opened audit pending']);
  });

  it('in a replay is written down and never sent', async () => {
    const { runner, enqueue, evidence, sent } = setUp({ suppress: true });
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    await runner.drain(never);
    expect(sent()).toEqual(['opened ops suppressed', 'opened audit suppressed']);
  });

  it('is the same notice when its job runs twice', async () => {
    const { runner, enqueue, outbox, queue, evidence, first } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    await runner.drain(never);
    const row = queue.rows.get('notice:1');
    if (row !== undefined) row.ended = null;
    await runner.drain(never);
    expect(outbox.rows).toHaveLength(2);
    expect(first().id).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  it.each([
    ['an unknown kind', 'nonsense', anIncident()],
    ['an incident that is gone', 'opened', null],
  ])('about %s fails for good', async (_, kind, incident) => {
    const { runner, enqueue, queue } = setUp({ incident });
    await enqueue(kind);
    await runner.drain(never);
    expect(queue.rows.get('notice:1')?.ended).toBe('failed');
  });
});

describe('a notice whose process died', () => {
  it('is decided once, whatever began meanwhile', async () => {
    const { runner, enqueue, evidence, queue, silenced, book, outbox } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    const finish = queue.finish.bind(queue);
    queue.finish = async (job, _outcome, now) => {
      queue.finish = finish;
      silenced.push(aSilence);
      return finish(job, { kind: 'retry', error: 'died', retryAfterMs: 0 }, now);
    };
    await runner.drain(never);
    expect(outbox.rows).toHaveLength(2);
    expect(book.written.map(({ verdict }) => verdict)).toEqual(['told', 'told']);
    expect(await queue.pending()).toBe(0);
  });

  it('holds up the next of its incident for two minutes at the most', async () => {
    const { runner, enqueue, clock, queue, sent, evidence } = setUp();
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    await queue.claim('notice', 1, clock.now(), 3_600_000);
    await enqueue('worse');
    for (let waited = 0; waited < 119_000; waited += 1000) {
      await runner.drain(never);
      clock.advanceTo(clock.now() + 1000);
    }
    expect(sent()).toEqual([]);
    clock.advanceTo(clock.now() + 2000);
    await runner.drain(never);
    expect(sent()).toEqual(['worse ops pending', 'worse audit pending']);
  });
});

describe('a notice of a replay', () => {
  it('says that nobody is told, and leaves nothing for later', async () => {
    const { runner, enqueue, evidence, book, queue, silenced } = setUp({ suppress: true });
    evidence.push(someEvidence('log', 'boom'));
    await enqueue('opened');
    await runner.drain(never);
    silenced.push(aSilence);
    await enqueue('worse');
    await runner.drain(never);
    expect(book.written.map(({ verdict, reason }) => `${verdict} ${reason}`)).toEqual([
      'told replay',
      'told replay',
      'withheld replay',
    ]);
    expect(await queue.pending()).toBe(0);
  });

  it('is held back by a silence only where all of it lies where the silence’s maker may act', async () => {
    const scope = [{ cluster: null, namespaces: ['shop'] }];
    const strandIn = (namespace: string): Strand => {
      const { cluster, root, subject, condition, category, severity } = anIncident();
      const place = { ...root, namespace };
      return {
        ...{ key: namespace, incidentId: 'inc_1', bornIn: 'inc_1', cluster, condition, aspect: '', category, severity },
        ...{ root: place, subject: { ...subject, namespace }, firstSeen: 0, lastSeen: 0, clearedAt: null },
        ...{ eventCount: 1, rule: 'same-owner', because: '' },
      };
    };
    for (const [others, wanted] of [
      [[], []],
      [['bank'], ['opened ops pending', 'opened audit pending']],
    ] as const) {
      const { runner, enqueue, evidence, silenced, strands, sent } = setUp();
      evidence.push(someEvidence('log', 'boom'));
      silenced.push({ ...aSilence, scope });
      strands.push(strandIn('shop'), ...others.map(strandIn));
      await enqueue('opened');
      await runner.drain(never);
      expect(sent()).toEqual(wanted);
    }
  });
});
