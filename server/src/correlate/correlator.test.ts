import { beforeEach, describe, expect, it } from 'vitest';
import type { KnownEvent, NewEvent, RepeatedEvent } from '../model/change-set.ts';
import type { Severity, TriagedEvent } from '../model/cluster-event.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import { Correlator } from './correlator.ts';

const cluster = { uid: 'cluster-1', name: 'test' };
const root: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'd-1' };
const START = 1_700_000_000_000;
const EMPTY_CACHE: ObjectCache = {
  find: () => undefined,
  list: () => [],
  knowledge: () => 'not-watched',
  rootOwner: (_cluster, ref) => ref,
  ownerChain: () => [],
  nodeOf: () => '',
};

interface Shape {
  uid?: string;
  condition?: string | null;
  severity?: Severity;
  lastSeen?: number;
  cleared?: boolean;
}

function triaged(shape: Shape = {}): TriagedEvent {
  const base = {
    cluster,
    uid: shape.uid ?? 'event-1',
    object: { kind: 'Pod', namespace: 'shop', name: 'cart-1', uid: 'p-1' },
    reason: 'BackOff',
    type: 'Warning',
    message: 'Back-off restarting failed container',
    count: 1,
    firstSeen: shape.lastSeen ?? START,
    lastSeen: shape.lastSeen ?? START,
    component: 'kubelet',
    host: 'node-1',
    labels: {},
    annotations: {},
    related: null,
  };
  const condition = shape.condition === undefined ? 'CrashLoopBackOff' : shape.condition;
  return {
    observation: shape.cleared
      ? { ...base, source: 'state', condition: condition ?? '', transition: 'cleared', container: '' }
      : { ...base, source: 'event' },
    category: 'Crash',
    severity: shape.cleared ? 'info' : (shape.severity ?? 'high'),
    condition,
    rootOwner: root,
    fingerprint: 'v1:f',
    correlationId: 'v1:c',
    node: 'node-1',
  };
}

const created = (shape: Shape = {}, delta = 1): NewEvent => ({ event: triaged(shape), delta, incidentId: null });
const known: KnownEvent = { eventId: 1, count: 1, lastSeen: START, incidentId: null };
const repeated = (shape: Shape = {}, delta = 1): RepeatedEvent => ({
  event: triaged(shape),
  known,
  delta,
  incidentId: null,
});

describe('the correlator', () => {
  let level: { holds: boolean | undefined; healthy: boolean | undefined };
  let correlator: Correlator;
  const take = (at: number, rows: { created?: NewEvent[]; repeated?: RepeatedEvent[]; fresh?: boolean }) => {
    const decided = correlator.decide(
      { created: rows.created ?? [], repeated: rows.repeated ?? [], isFresh: () => rows.fresh ?? true },
      at,
    );
    decided.adopt();
    return decided;
  };
  const tick = (at: number) => {
    const decided = correlator.tick(at);
    decided.adopt();
    return decided;
  };

  beforeEach(() => {
    level = { holds: true, healthy: false };
    correlator = new Correlator({
      cache: EMPTY_CACHE,
      active: { holds: () => level.holds, healthy: () => level.healthy },
      problemKey: (clusterUid, ref, condition) => `${clusterUid}/${ref.namespace}/${ref.name}/${condition}`,
    });
  });

  it('opens one incident for one problem, captures evidence and tells once', () => {
    const { incidents, strands, jobs } = take(START, { created: [created(), created({ uid: 'event-2' })] });
    expect(incidents).toHaveLength(1);
    expect(strands).toMatchObject([{ eventCount: 2, rule: 'opened' }]);
    expect(incidents[0]).toMatchObject({
      state: 'open',
      severity: 'high',
      title: 'CrashLoopBackOff: Deployment shop/cart',
    });
    expect(jobs.map((job) => job.kind)).toEqual(['evidence', 'notice']);
  });

  it('counts repeats without telling anybody again', () => {
    take(START, { created: [created()] });
    const { incidents, counted, jobs } = take(START + 1000, { repeated: [repeated({ lastSeen: START + 1000 }, 6)] });
    expect(counted).toMatchObject([{ eventCount: 7, lastSeen: START + 1000 }]);
    expect(incidents).toEqual([]);
    expect(jobs).toEqual([]);
  });

  it('gives a repeat that changed nothing its incident, and changes nothing', () => {
    const first = take(START, { created: [created()] });
    const again = take(START, { repeated: [repeated({}, 0)] });
    expect(again.incidents).toEqual([]);
    expect(again.repeated[0]?.incidentId).toBe(first.incidents[0]?.id);
  });

  it('opens nothing for noise, for minor things and for what is long past', () => {
    const rows = [
      created({ condition: null, severity: 'high' }),
      created({ uid: 'b', severity: 'low' }),
      created({ uid: 'c', lastSeen: START - 3_000_000 }),
      created({ uid: 'd', cleared: true }),
    ];
    const { incidents, created: stored } = take(START, { created: rows });
    expect(incidents).toEqual([]);
    expect(stored.map((row) => row.incidentId)).toEqual([null, null, null, null]);
  });

  it('tells again only when it got worse', () => {
    take(START, { created: [created({ severity: 'medium' })] });
    const { jobs } = take(START + 1, {
      created: [created({ uid: 'event-2', severity: 'critical', lastSeen: START + 1 })],
    });
    expect(jobs.map((job) => job.payload.kind)).toEqual(['worse']);
  });

  it('resolves when the condition ended and stayed away for the hold-down, and says when that was', () => {
    take(START, { created: [created()] });
    expect(tick(START + 50_000).incidents).toEqual([]);
    level = { holds: false, healthy: true };
    take(START + 60_000, { created: [created({ uid: 'cleared', cleared: true, lastSeen: START + 60_000 })] });
    expect(tick(START + 100_000).incidents).toEqual([]);
    const late = tick(START + 500_000);
    expect(late.incidents[0]).toMatchObject({ state: 'resolved', resolvedAt: START + 120_000 });
    expect(late.jobs.map((job) => job.payload.kind)).toEqual(['resolved']);
    expect(correlator.openIncidents()).toEqual([]);
  });

  it('never reads unknown as ended: without a level it waits for an hour of quiet', () => {
    take(START, { created: [created()] });
    level = { holds: undefined, healthy: undefined };
    expect(tick(START + 3_000_000).incidents).toEqual([]);
    expect(tick(START + 3_600_000).incidents[0]?.state).toBe('resolved');
  });

  it('keeps what is still broken open, however quiet it is', () => {
    take(START, { created: [created()] });
    expect(tick(START + 86_400_000).incidents).toEqual([]);
  });

  it('reopens the same incident when the problem comes back, and tells only when it is not a mere repeat', () => {
    const first = take(START, { created: [created()] });
    level = { holds: false, healthy: true };
    tick(START + 40_000);
    tick(START + 100_000);
    level = { holds: true, healthy: false };
    const flap = take(START + 110_000, { repeated: [repeated({ lastSeen: START + 110_000 })], fresh: false });
    expect(flap.incidents[0]).toMatchObject({ id: first.incidents[0]?.id, state: 'regressed', resolvedAt: null });
    expect(flap.jobs.map((job) => job.kind)).toEqual(['evidence']);
  });

  it('opens a new incident when the problem comes back long after', () => {
    const first = take(START, { created: [created()] });
    level = { holds: false, healthy: true };
    tick(START + 40_000);
    tick(START + 100_000);
    const later = START + 10_000_000;
    const second = take(later, { created: [created({ uid: 'event-9', lastSeen: later })] });
    expect(second.incidents[0]?.id).not.toBe(first.incidents[0]?.id);
  });

  it('remembers nothing that was not adopted', () => {
    correlator.decide({ created: [created()], repeated: [], isFresh: () => true }, START);
    expect(correlator.openIncidents()).toEqual([]);
  });

  it('decides the same after a restart', () => {
    const { incidents, strands } = take(START, { created: [created()] });
    const restarted = new Correlator({
      cache: EMPTY_CACHE,
      active: { holds: () => true, healthy: () => false },
      problemKey: (clusterUid, ref, condition) => `${clusterUid}/${ref.namespace}/${ref.name}/${condition}`,
    });
    restarted.recover({ incidents, strands, ties: [] });
    const again = restarted.decide({ created: [created({ uid: 'x' })], repeated: [], isFresh: () => true }, START + 5);
    expect(again.created[0]?.incidentId).toBe(incidents[0]?.id);
    expect(again.incidents).toEqual([]);
    expect(again.jobs).toEqual([]);
  });
});
