import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { IntakeQueue } from '../../kit/intake-queue.ts';
import type { NewAuditEntry } from '../../model/access.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { NewJob } from '../../model/incident.ts';
import type { DropReason, Observation } from '../../model/observation.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { createTestIncidents } from './test-incident.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const LAB = { uid: 'c1', name: 'lab' };
const ANN = { id: 'token:ann', name: 'ann' };
const ASKED = { cluster: LAB, namespace: 'shop', by: ANN };

/** What it is taken in by; `stored`: whether the store has it as soon as it is offered. */
function start({ stored = true, bound = 100, drops = null as DropReason | null, away = false, mute = false } = {}) {
  const clock = new ManualClock(NOW);
  const intake = new IntakeQueue(bound);
  const jobs: NewJob[] = [];
  const audit: NewAuditEntry[] = [];
  const begin = createTestIncidents({
    hotPath: {
      intake,
      triage: {
        triage: (observations: readonly Observation[]) =>
          drops === null
            ? { kept: [], dropped: [] }
            : { kept: [], dropped: observations.map((observation) => ({ observation, reason: drops })) },
        isMonitored: () => true,
        setFilter: () => [],
      },
    },
    holdDownMs: 60_000,
    history: {
      event: async () => {
        if (mute) throw new StoreUnavailable('away');
        return stored ? ({ incidentId: 'i1' } as ClusterEvent) : null;
      },
    },
    jobs: {
      enqueue: async (added) => {
        if (away) throw new StoreUnavailable('away');
        jobs.push(...added);
      },
    },
    audit: { record: async (entries) => void audit.push(...entries) },
    clock,
  });
  return { begin, clock, intake, jobs, audit };
}

describe('a test incident', () => {
  it('is offered as a detector would, with its end in the store before that, and answers the incident', async () => {
    const { begin, intake, jobs, audit } = start();
    const outcome = await begin(ASKED);
    expect(outcome).toMatchObject({ kind: 'begun', incidentId: 'i1', resolvesAt: NOW + 70_000 });
    const [entry] = (await intake.take(10)) ?? [];
    const [arrival] = entry?.arrivals ?? [];
    expect(arrival).toMatchObject({
      kind: 'observation',
      observation: {
        source: 'state',
        transition: 'raised',
        cluster: LAB,
        object: { kind: 'Pod', namespace: 'shop', name: expect.stringMatching(/^tattle-test-[0-9a-f]{8}$/) as string },
        message: 'This is a test of Tattle, asked for by ann: nothing is wrong.',
        lastSeen: NOW,
      },
    });
    // Nothing of a stream is counted as read.
    expect(entry?.progress).toEqual({});
    expect(jobs).toMatchObject([{ kind: 'test-end', runAt: NOW + 10_000 }]);
    expect(audit).toMatchObject([{ actor: 'token:ann', action: 'incident.test', at: NOW }]);
  });

  it('makes nothing where the filters leave it out, and that costs no turn', async () => {
    const { begin, intake, jobs, audit } = start({ drops: 'namespace-not-monitored' });
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await begin(ASKED)).toEqual({ kind: 'filtered', reason: 'namespace-not-monitored' });
    }
    expect([intake.offered, jobs.length, audit.length]).toEqual([0, 0, 0]);
  });

  it('begins once a minute in each cluster, however many ask at a time', async () => {
    const { begin, clock, intake } = start();
    const outcomes = await Promise.all([
      begin(ASKED),
      begin(ASKED),
      begin({ ...ASKED, cluster: { uid: 'c2', name: 'x' } }),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['begun', 'too-soon', 'begun']);
    clock.advanceTo(NOW + 59_000);
    expect(await begin(ASKED)).toEqual({ kind: 'too-soon', retryAfterMs: 1000 });
    clock.advanceTo(NOW + 60_000);
    expect((await begin(ASKED)).kind).toBe('begun');
    expect(intake.offered).toBe(3);
  });

  it('can be tried again at once where the store was away, and nothing was offered', async () => {
    const { begin, intake } = start({ away: true });
    for (let turn = 0; turn < 2; turn += 1) await expect(begin(ASKED)).rejects.toThrow(StoreUnavailable);
    expect(intake.offered).toBe(0);
  });

  it('answers without an incident where it is not stored within three seconds, also when the intake is full', async () => {
    const { begin, clock } = start({ stored: false, bound: 1 });
    let answered: unknown = null;
    const asked = begin(ASKED).then((outcome) => (answered = outcome));
    for (let step = 0; step < 200 && answered === null; step += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advanceTo(clock.now() + 50);
    }
    expect(await asked).toMatchObject({ kind: 'begun', incidentId: null });
    expect(clock.now() - NOW).toBeLessThan(7000);
  });

  it('has begun also where the store goes away before it can be asked for the incident', async () => {
    const { begin, clock } = start({ mute: true });
    const asked = begin(ASKED);
    for (let step = 0; step < 100; step += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advanceTo(clock.now() + 50);
    }
    expect(await asked).toMatchObject({ kind: 'begun', incidentId: null });
  });

  it('is refused as an outage is while Tattle stops', async () => {
    const { begin, intake } = start();
    intake.close();
    await expect(begin(ASKED)).rejects.toThrow(StoreUnavailable);
  });
});
