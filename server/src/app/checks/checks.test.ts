import { describe, expect, it } from 'vitest';
import type { ServerStatus } from '../../api/ports.ts';
import { healthyStatus, NOON } from '../../api/testing/start-api.ts';
import { ManualClock } from '../../kit/clock.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { ListedDelivery } from '../../model/ports/telling.ts';
import type { StreamStatus } from '../../model/ports/source.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { DEFAULT_FILTER, DEFAULT_RETENTION_DAYS, type FilterSettings } from '../../model/settings.ts';
import type { OutboxRunner } from '../../notify/outbox-runner.ts';
import { ok } from '../doctor/check.ts';
import { type ChecksParts, createChecks } from './checks.ts';

const LAB = { uid: 'c1', name: 'lab' };
const ROLE = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: tattle-read-jobs\n';

function stream(name: string, parts: Partial<StreamStatus> = {}): StreamStatus {
  return { cluster: LAB, stream: name, health: 'watching', since: NOON, lastHeard: NOON, detail: '', ...parts };
}

const WELL: ServerStatus = healthyStatus({
  streams: [stream('events.k8s.io/v1/events'), stream('v1/pods')],
  tally: { received: 12, stored: 7, repeats: 3, dropped: { kind: 2 }, observed: 0, occurrences: 20 },
});

interface World {
  readonly status?: ServerStatus;
  readonly filter?: Partial<FilterSettings>;
  readonly channels?: ReturnType<OutboxRunner['health']>;
  readonly delivered?: Partial<ListedDelivery>;
  readonly parts?: Partial<ChecksParts>;
}

function start({ status = WELL, filter = { namespaces: ['shop'] }, channels = [], delivered, parts = {} }: World = {}) {
  const clock = new ManualClock(NOON);
  const monitored = { ...DEFAULT_FILTER, ...filter };
  let looks = 0;
  const look = createChecks({
    simulated: false,
    status: () => status,
    clusters: () => [LAB],
    knownNamespaces: () => ['default', 'shop', 'web'].map((namespace) => ({ cluster: LAB, namespace })),
    settings: {
      view: () => ({ filter: monitored, retention: DEFAULT_RETENTION_DAYS, locked: [], notices: [] }),
      monitors: (namespace) => monitored.namespaces === 'all' || monitored.namespaces.includes(namespace),
    },
    channels: () => channels,
    brokenChannel: (name) => (name === 'broken' ? 'another key' : null),
    history: {
      events: async () => ({
        items: [{ lastSeen: NOON - 3000 } as ClusterEvent],
        nextCursor: null,
        partial: false,
      }),
      histogram: async () => ({
        ...{ from: 0, to: 1, bucketMs: 1, partial: false },
        buckets: [{ start: 0, occurrences: {}, total: 41 }],
      }),
    },
    outbox: {
      deliveries: async () => ({
        items: delivered === undefined ? [] : [delivered as ListedDelivery],
        nextCursor: null,
      }),
    },
    reachOut: async () => {
      looks += 1;
      return { clusters: [], channels: new Map([['ops', ok('channel ops', 'hooks.example.org takes connections')]]) };
    },
    clock,
    ...parts,
  });
  const named = async (name: string) => (await look()).items.find((check) => check.name === name);
  return { look, named, clock, looks: () => looks };
}

describe('the checks', () => {
  it('are all well where all is well, and say how much was seen and what was there before', async () => {
    const { look, named } = start({
      channels: [{ name: 'ops', type: 'webhook', state: 'ready' }],
      delivered: { deliveredAt: NOON - 60_000 },
    });
    const { items, at } = await look();
    expect(at).toBe(NOON);
    expect(items.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect((await named('events'))?.detail).toBe(
      '12 seen since the start: 7 new, 3 known, 2 left out; of the hour before the start, 41 occurrences are stored, too.',
    );
    expect((await named('events'))?.last).toBe(NOON - 3000);
    expect((await named('watches lab'))?.last).toBe(NOON);
    expect((await named('namespaces lab'))?.detail).toBe('1 of 3 that are visible are monitored.');
    expect(await named('channel ops')).toMatchObject({ last: NOON - 60_000, mend: '' });
  });

  it('give the Role of what is denied ready to apply, and fail only for what is needed', async () => {
    const denied = (name: string, words = 'jobs.batch is forbidden: User "ann" cannot list it') =>
      stream(name, { health: 'denied', detail: `${words}\nThis would mend it:\n${ROLE}` });
    const { named } = start({ status: { ...WELL, streams: [...WELL.streams, denied('batch/v1/jobs')] } });
    expect(await named('watch lab batch/v1/jobs')).toMatchObject({
      title: 'Jobs of lab',
      state: 'warn',
      detail: 'denied: jobs.batch is forbidden: User "ann" cannot list it',
      manifest: ROLE,
    });
    expect(await named('watches lab')).toMatchObject({ state: 'warn' });
    const pods = start({ status: { ...WELL, streams: [denied('v1/pods@shop')] } });
    expect(await pods.named('watch lab v1/pods@shop')).toMatchObject({ state: 'fail', title: 'Pods in shop of lab' });
    expect(await pods.named('watches lab')).toMatchObject({ state: 'fail' });
  });

  it('take for a manifest only what Tattle itself wrote below a denial', async () => {
    const foreign = 'no\nThis would mend it:\napiVersion: evil/v1';
    const detail = `${foreign}\nThis would mend it:\n${ROLE}`;
    const { named } = start({ status: { ...WELL, streams: [stream('v1/nodes', { health: 'denied', detail })] } });
    expect((await named('watch lab v1/nodes'))?.manifest).toBe(ROLE);
  });

  it('say that nothing is monitored yet, or that what is chosen is not there', async () => {
    expect(await start({ filter: { namespaces: [] } }).named('namespaces')).toMatchObject({
      state: 'fail',
      detail: 'No namespace is monitored yet, of 3 that are visible: what happens in them is not kept.',
    });
    expect(await start({ filter: { namespaces: ['shpo'] } }).named('namespaces lab')).toMatchObject({ state: 'fail' });
    const unseen = start({ parts: { knownNamespaces: () => [] } });
    expect(await unseen.named('namespaces lab')).toMatchObject({ state: 'skipped' });
  });

  it('tell a cluster that is not watched from a quiet one, and from filters that leave all out', async () => {
    const quiet = { ...WELL.tally, received: 0, stored: 0, repeats: 0, dropped: {} };
    expect(await start({ status: { ...WELL, tally: quiet } }).named('events')).toMatchObject({ state: 'ok' });
    expect(await start({ status: { ...WELL, streams: [], tally: quiet } }).named('events')).toMatchObject({
      state: 'warn',
    });
    const dropped = { ...quiet, received: 9, dropped: { 'namespace-not-monitored': 8, kind: 1 } };
    expect(await start({ status: { ...WELL, tally: dropped } }).named('events')).toMatchObject({
      state: 'warn',
      detail: expect.stringContaining('All were left out: namespace-not-monitored 8, kind 1.') as string,
    });
  });

  it('say of a recording that it is none of one’s own, and how to watch that', async () => {
    const { look, named } = start({ parts: { simulated: true } });
    expect((await look()).simulated).toBe(true);
    expect((await named('recording'))?.mend).toContain('KUBECONFIG');
  });

  it('say where nobody is told, where a channel is off, and where none has been told yet', async () => {
    expect(await start().named('channels')).toMatchObject({ state: 'warn' });
    const of = (state: 'ready' | 'failing' | 'off') => start({ channels: [{ name: 'ops', type: 'webhook', state }] });
    expect(await of('off').named('channel ops')).toMatchObject({ state: 'fail' });
    expect(await of('failing').named('channel ops')).toMatchObject({ state: 'warn' });
    expect(await of('ready').named('channel ops')).toMatchObject({
      state: 'ok',
      detail: 'hooks.example.org takes connections; nothing has reached it yet.',
    });
  });

  it('say of a channel that somebody added whether it can send, and that it fails', async () => {
    const of = (name: string, state: 'ready' | 'failing') => start({ channels: [{ name, type: 'webhook', state }] });
    expect(await of('broken', 'ready').named('channel broken')).toMatchObject({
      state: 'fail',
      detail: 'It cannot send: another key; nothing has reached it yet.',
    });
    expect(await of('added', 'ready').named('channel added')).toMatchObject({ state: 'skipped' });
    expect(await of('added', 'failing').named('channel added')).toMatchObject({ state: 'warn' });
  });

  it('go on without the store, which is told once', async () => {
    const away = async () => Promise.reject(new StoreUnavailable('away'));
    const channels = [{ name: 'ops', type: 'webhook', state: 'ready' as const }];
    for (const available of [true, false]) {
      const { look } = start({
        channels,
        status: { ...WELL, store: { available, detail: available ? '' : 'connection refused' } },
        parts: { history: { events: away, histogram: away }, outbox: { deliveries: away } },
      });
      const { items } = await look();
      expect(items.filter(({ state }) => state === 'fail').map(({ name }) => name)).toEqual(available ? [] : ['store']);
    }
  });

  it('are looked at once in ten seconds, however many ask', async () => {
    const { look, clock, looks } = start();
    await Promise.all(Array.from({ length: 50 }, () => look()));
    clock.advanceTo(NOON + 9999);
    await look();
    expect(looks()).toBe(1);
    clock.advanceTo(NOON + 10_000);
    await look();
    expect(looks()).toBe(2);
  });
});
