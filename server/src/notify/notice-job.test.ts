import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { createJobRunner } from '../kit/job-runner.ts';
import { MemoryJobQueue } from '../kit/testing/memory-job-queue.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence, Incident } from '../model/incident.ts';
import { createNoticeHandler } from './notice-job.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { aDiagnosis, anEvent, anIncident, someEvidence } from './testing/notices.ts';

const never = new AbortController().signal;

async function setUp(kind: unknown = 'opened', suppress = false, incident: Incident | null = anIncident()) {
  const clock = new ManualClock(1000);
  const queue = new MemoryJobQueue();
  const outbox = new MemoryOutbox();
  const evidence: Evidence[] = [];
  const diagnosis: { found: Diagnosis | null } = { found: aDiagnosis() };
  const asked: string[] = [];
  const handler = createNoticeHandler({
    history: {
      incident: async () => incident,
      evidence: async () => evidence,
      diagnosis: async () => diagnosis.found,
      event: async (uid) => (asked.push(uid), anEvent({ uid })),
    },
    outbox,
    clock,
    channels: () => ['ops', 'audit'],
    suppress,
  });
  const runner = createJobRunner({ queue, clock, ...quiet(), handlers: [handler] });
  const payload = { kind, eventUid: 'event-uid-9' };
  await queue.enqueue([{ kind: 'notice', incidentId: 'inc_1', key: 'notice:1', runAt: 1000, payload }]);
  return { clock, queue, outbox, evidence, asked, runner };
}

describe('a notice', () => {
  it('goes to every channel as soon as there is evidence, with its event', async () => {
    const { runner, outbox, evidence, asked } = await setUp();
    evidence.push(someEvidence('log', 'boom'));
    await runner.drain(never);
    expect(outbox.rows.map(({ delivery }) => [delivery.channel, delivery.status])).toEqual([
      ['ops', 'pending'],
      ['audit', 'pending'],
    ]);
    expect(outbox.rows[0]?.notice).toMatchObject({ kind: 'opened', partial: false, event: { uid: 'event-uid-9' } });
    expect(outbox.rows[0]?.notice.evidence).toHaveLength(1);
    expect(asked).toEqual(['event-uid-9']);
  });

  it('waits five seconds for evidence at the most, then says that it is partial', async () => {
    const { runner, outbox, clock } = await setUp();
    while (clock.now() < 6000) {
      await runner.drain(never);
      expect(outbox.rows).toHaveLength(0);
      clock.advanceTo(clock.now() + 200);
    }
    await runner.drain(never);
    expect(outbox.rows[0]?.notice).toMatchObject({ partial: true, at: 6000 });
  });

  it('takes evidence that comes while it waits', async () => {
    const { runner, outbox, clock, evidence } = await setUp();
    await runner.drain(never);
    evidence.push(someEvidence('log', 'boom'));
    clock.advanceTo(1200);
    await runner.drain(never);
    expect(outbox.rows[0]?.notice).toMatchObject({ partial: false, at: 1200 });
  });

  it('of an end waits for nothing', async () => {
    const { runner, outbox } = await setUp('resolved');
    await runner.drain(never);
    expect(outbox.rows[0]?.notice).toMatchObject({ kind: 'resolved', partial: false });
  });

  it('in a replay is written down and never sent', async () => {
    const { runner, outbox } = await setUp('resolved', true);
    await runner.drain(never);
    expect(outbox.rows.map(({ delivery }) => delivery.status)).toEqual(['suppressed', 'suppressed']);
  });

  it('is the same notice when its job runs twice', async () => {
    const { runner, outbox, queue } = await setUp('resolved');
    await runner.drain(never);
    const row = queue.rows.get('notice:1');
    if (row !== undefined) row.ended = null;
    await runner.drain(never);
    expect(outbox.rows).toHaveLength(2);
    expect(outbox.rows[0]?.notice.id).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  it.each([
    ['an unknown kind', 'nonsense', anIncident()],
    ['an incident that is gone', 'opened', null],
  ])('about %s fails for good', async (_, kind, incident) => {
    const { runner, queue } = await setUp(kind, false, incident);
    await runner.drain(never);
    expect(queue.rows.get('notice:1')?.ended).toBe('failed');
  });
});
