import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { IntakeQueue } from '../../kit/intake-queue.ts';
import type { ClusterEvent, TriagedEvent } from '../../model/cluster-event.ts';
import type { ClaimedJob, Incident, Strand } from '../../model/incident.ts';
import type { Command } from '../../model/incident-command.ts';
import type { Observation } from '../../model/observation.ts';
import { TEST_CONDITION, testObject } from '../../model/test-incident.ts';
import { strand } from '../../store/testing/events.ts';
import { createTestEndHandler } from './ending.ts';
import { type MadeUp, uidOf } from './observations.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MADE: MadeUp = {
  cluster: { uid: 'c1', name: 'lab' },
  namespace: 'shop',
  id: '3f2a9c01',
  by: 'ann',
  raisedAt: NOW,
};
const RAISED = uidOf(MADE, 'raised');
const CLEARED = uidOf(MADE, 'cleared');

function start({ kept = true, state = 'open', mergedInto = null as string | null, real = [] as Strand[] } = {}) {
  const clock = new ManualClock(NOW + 10_000);
  const intake = new IntakeQueue(10);
  const stored = new Map<string, Partial<ClusterEvent>>([[RAISED, { incidentId: 'i1', lastSeen: NOW }]]);
  const followed: string[] = [];
  const acts: Command[] = [];
  const triage = (observations: readonly Observation[]) => ({
    kept: kept ? observations.map((observation) => ({ observation }) as TriagedEvent) : [],
    dropped: [],
  });
  const handler = createTestEndHandler({
    hotPath: { intake, triage: { triage, isMonitored: () => true, setFilter: () => [] } },
    follow: (clusterUid) => followed.push(clusterUid),
    act: async (command) => {
      acts.push(command);
      return { refusal: null, incidentIds: [command.id] };
    },
    holdDownMs: 60_000,
    history: {
      event: async (uid) => (stored.get(uid) as ClusterEvent | undefined) ?? null,
      incident: async (id) => ({ id, state, mergedInto }) as Incident,
      strands: async (id) => [
        strand(id, NOW, { condition: TEST_CONDITION, subject: testObject('shop', MADE.id) }),
        ...real,
      ],
    },
    clock,
  });
  const job = (payload: object = MADE): ClaimedJob => ({
    ...{ id: '1', kind: 'test-end', incidentId: '', key: CLEARED, runAt: NOW + 10_000, attempts: 0 },
    // As the store gives it back.
    payload: JSON.parse(JSON.stringify(payload)) as ClaimedJob['payload'],
  });
  const handle = (payload?: object) => handler.handle(job(payload), new AbortController().signal);
  return { handle, clock, intake, stored, followed, acts };
}

describe('the end of a test incident', () => {
  it('is offered until it is stored, of a cluster that may not have been reached yet', async () => {
    const { handle, intake, followed, acts } = start();
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await handle()).toMatchObject({ kind: 'retry', uncounted: true });
    }
    const offered = ((await intake.take(10)) ?? []).flatMap(({ arrivals }) => arrivals);
    expect(offered).toMatchObject([
      { observation: { uid: CLEARED, transition: 'cleared' } },
      { observation: { uid: CLEARED, transition: 'cleared' } },
    ]);
    expect(followed).toEqual(['c1', 'c1']);
    expect(acts).toEqual([]);
  });

  it('waits out the hold-down once, and is done when the incident has resolved by itself', async () => {
    const { handle, clock, stored } = start({ state: 'resolved' });
    stored.set(CLEARED, { incidentId: 'i1', lastSeen: clock.now() });
    expect(await handle()).toEqual({ kind: 'done' });
    const waiting = start();
    waiting.stored.set(CLEARED, { incidentId: 'i1', lastSeen: waiting.clock.now() });
    expect(await waiting.handle()).toMatchObject({ kind: 'retry', retryAfterMs: 70_000, uncounted: true });
  });

  it('closes the incident itself where nobody sees that it ended', async () => {
    const { handle, clock, stored, acts } = start();
    stored.set(CLEARED, { incidentId: 'i1', lastSeen: clock.now() });
    clock.advanceTo(NOW + 80_000);
    expect(await handle()).toEqual({ kind: 'done' });
    expect(acts).toMatchObject([{ kind: 'resolve', id: 'i1', by: 'tattle' }]);
  });

  it('leaves one open to which somebody merged a real problem', async () => {
    const crash = strand('i1', NOW, { condition: 'CrashLoopBackOff' });
    const { handle, clock, stored, acts } = start({ real: [crash] });
    stored.set(CLEARED, { incidentId: 'i1', lastSeen: clock.now() });
    clock.advanceTo(NOW + 80_000);
    expect(await handle()).toEqual({ kind: 'done' });
    expect(acts).toEqual([]);
  });

  it('closes it also where the namespace is not monitored any more, so that its end is left out', async () => {
    const { handle, clock, intake, acts } = start({ kept: false });
    expect(await handle()).toMatchObject({ kind: 'retry', uncounted: true });
    clock.advanceTo(NOW + 80_000);
    expect(await handle()).toEqual({ kind: 'done' });
    expect(intake.offered).toBe(0);
    expect(acts).toHaveLength(1);
  });

  it('leaves one alone that somebody merged into another', async () => {
    const { handle, clock, stored, acts } = start({ mergedInto: 'i2' });
    stored.set(CLEARED, { incidentId: 'i1', lastSeen: clock.now() });
    clock.advanceTo(NOW + 600_000);
    expect(await handle()).toEqual({ kind: 'done' });
    expect(acts).toEqual([]);
  });

  it('is done where its beginning went with the process that had it in memory', async () => {
    const { handle, clock, stored } = start();
    stored.delete(RAISED);
    stored.set(CLEARED, { incidentId: null, lastSeen: clock.now() });
    expect(await handle()).toEqual({ kind: 'done' });
    const left = start({ kept: false });
    left.stored.delete(RAISED);
    left.clock.advanceTo(NOW + 300_000);
    expect(await left.handle()).toEqual({ kind: 'done' });
  });

  it('is given back while the intake is closed, and fails only where the job cannot be read', async () => {
    const { handle, intake } = start();
    intake.close();
    expect(await handle()).toMatchObject({ kind: 'retry', uncounted: true });
    for (const payload of [{}, { ...MADE, cluster: 'c1' }, { ...MADE, raisedAt: 'now' }, { ...MADE, id: null }]) {
      expect(await handle(payload)).toMatchObject({ kind: 'failed' });
    }
  });
});
