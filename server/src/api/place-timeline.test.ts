import { placeTimeline } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { clusterEvent, type MemoryContents } from './testing/memory-history.ts';
import { NOON, startApi } from './testing/start-api.ts';
import { unwatched } from './unwatched.ts';

const cluster = { uid: 'c1', name: 'lab' };
const DEPLOYMENT: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'd1' };
const HOUR_MS = 3_600_000;

function incident(id: string, openedAt: number, resolvedAt: number | null = null): Incident {
  const subject = { ...DEPLOYMENT, kind: 'Pod', name: 'checkout-1' };
  return {
    ...{ id, cluster, severity: 'high', category: 'Crash', condition: 'CrashLoopBackOff', title: `Title ${id}` },
    ...{ root: DEPLOYMENT, subject, openedAt, resolvedAt, state: resolvedAt === null ? 'open' : 'resolved' },
    ...{ lastSeen: openedAt, clearedAt: resolvedAt, resolvedBy: null, openedBy: 'a', eventCount: 1, regressions: 0 },
    ...{ mergedInto: null, resolution: null },
  };
}

async function told(contents: MemoryContents, query = '?from=now-1h&to=now') {
  const rootOwner = (_: string, ref: ObjectRef) => (ref.kind === 'ReplicaSet' ? DEPLOYMENT : ref);
  const { get } = await startApi({ ...contents, ports: { objects: { ...unwatched, rootOwner } } });
  return placeTimeline.parse((await get(`/api/v1/timeline${query}`)).json);
}

const event = (i: number) => clusterEvent({ uid: `e${i}`, firstSeen: NOON - 2 * i - 2, lastSeen: NOON - 2 * i - 1 });

describe('the timeline of a place', () => {
  it('tells of an event what it is, whose, how often and since when', async () => {
    const { items } = await told({
      events: [clusterEvent({ firstSeen: NOON - 9_000, lastSeen: NOON - 1_000, count: 7 })],
    });
    expect(items).toMatchObject([
      {
        kind: 'event',
        at: '2026-11-21T11:59:59.000Z',
        since: '2026-11-21T11:59:51.000Z',
        until: null,
        count: 7,
        type: 'Warning',
        reason: 'BackOff',
        uid: 'e1',
        rootOwner: { kind: 'Deployment', name: 'checkout' },
      },
    ]);
  });

  it('tells of a change its rollout, and the owner where that is known', async () => {
    const at = (kind: string, revision: number | null) => ({
      ...{ id: kind, cluster, object: { ...DEPLOYMENT, kind }, at: NOON - 5_000, summary: 'scaled', diff: [] },
      revision,
    });
    const { items } = await told({ changes: [at('ReplicaSet', null), at('StatefulSet', 4)] });
    expect(items.map(({ rootOwner, revision, since, until }) => [rootOwner?.kind, revision, since, until])).toEqual([
      ['Deployment', null, null, null],
      ['StatefulSet', 4, null, null],
    ]);
  });

  it('lets an incident that opened before the range go on from its beginning', async () => {
    const incidents = [
      incident('goes-on', NOON - 5 * HOUR_MS),
      incident('ends-within', NOON - 4 * HOUR_MS, NOON - 1_000),
      incident('ended-before', NOON - 4 * HOUR_MS, NOON - 2 * HOUR_MS),
      incident('within', NOON - 60_000, NOON - 30_000),
    ];
    const { items } = await told({ incidents });
    const start = '2026-11-21T11:00:00.000Z';
    expect(items.map(({ kind, incidentId, at, since, until }) => [kind, incidentId, at, since, until])).toEqual([
      ['incident', 'goes-on', start, '2026-11-21T07:00:00.000Z', null],
      ['incident', 'ends-within', start, '2026-11-21T08:00:00.000Z', '2026-11-21T11:59:59.000Z'],
      ['incident', 'within', '2026-11-21T11:59:00.000Z', '2026-11-21T11:59:00.000Z', '2026-11-21T11:59:30.000Z'],
      ['resolved', 'within', '2026-11-21T11:59:30.000Z', '2026-11-21T11:59:00.000Z', null],
      ['resolved', 'ends-within', '2026-11-21T11:59:59.000Z', '2026-11-21T08:00:00.000Z', null],
    ]);
    expect(items.every(({ rootOwner }) => rootOwner?.name === 'checkout')).toBe(true);
  });

  it('leaves the end of an incident out where that came after the range', async () => {
    const query = '?from=now-3h&to=now-2h';
    const { items } = await told({ incidents: [incident('i', NOON - 5 * HOUR_MS, NOON - HOUR_MS)] }, query);
    expect(items.map(({ kind, until }) => [kind, until])).toEqual([['incident', '2026-11-21T11:00:00.000Z']]);
  });

  it('tells of a gap when it truly began, when it ended, and why', async () => {
    const gap = { clusterUid: 'c1', stream: 'v1/events', reason: 'unreachable' as const, detail: '' };
    const gaps = [
      { ...gap, from: NOON - 2 * HOUR_MS, to: NOON - 1_000 },
      { ...gap, from: NOON - 500, to: null },
    ];
    const { items } = await told({ gaps });
    expect(items.map(({ at, since, until, reason, rootOwner }) => [at, since, until, reason, rootOwner])).toEqual([
      ['2026-11-21T11:00:00.000Z', '2026-11-21T10:00:00.000Z', '2026-11-21T11:59:59.000Z', 'unreachable', null],
      ['2026-11-21T11:59:59.500Z', '2026-11-21T11:59:59.500Z', null, 'unreachable', null],
    ]);
  });

  it('keeps what goes on, however much has happened since, in half of the room at the most', async () => {
    const events = Array.from({ length: 30 }, (_, i) => event(i));
    const old = incident('old', NOON - 5 * HOUR_MS);
    const kept = await told({ events, incidents: [old] }, '?from=now-1h&to=now&limit=10');
    expect(kept.partial).toBe(true);
    expect(kept.items).toHaveLength(10);
    expect(kept.items[0]).toMatchObject({ kind: 'incident', incidentId: 'old' });
    expect(kept.items.at(-1)).toMatchObject({ kind: 'event', uid: 'e0' });
    const many = Array.from({ length: 20 }, (_, i) => incident(`i${i}`, NOON - 5 * HOUR_MS - i));
    const crowded = await told({ events, incidents: many }, '?from=now-1h&to=now&limit=10');
    expect(crowded.items.filter(({ kind }) => kind === 'event')).toHaveLength(5);
    expect((await told({ events, incidents: [old] }, '?limit=1')).items[0]).toMatchObject({ uid: 'e0' });
  });
});
