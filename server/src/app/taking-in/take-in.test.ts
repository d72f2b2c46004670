import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { createEventNormaliser } from '../../observe/normalise.ts';
import { type OpenTestStore, testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { slim } from '../../triage/testing/observations.ts';
import { eventsOf, firing, incidentsOf, NOW, resolved, SECOND } from './testing/alerts.ts';
import { takingIn, WEST } from './testing/taking-in.ts';

let server: TestServer;
let openTestStore: OpenTestStore;
beforeAll(async () => {
  server = await startTestServer();
  openTestStore = testStores(() => server);
});
afterAll(() => server.close());

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-taking-in-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const REPORT = {
  namespace: 'shop',
  kind: 'Deployment',
  name: 'cart',
  reason: 'CacheLost',
  message: 'rebuilding',
  id: 'r1',
};
const events = (...values: readonly unknown[]) =>
  ({ format: 'events', items: values.map((value, i) => ({ at: `line ${i + 1}`, value })) }) as const;

describe('what is handed in', () => {
  it('opens an incident where its sender calls it serious, and is counted apart from the event stream', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, hotPath, counted } = await takingIn(opened);
    await takeIn(events({ ...REPORT, severity: 'high' }, { ...REPORT, id: 'r2', reason: 'CacheWarm' }));
    expect((await incidentsOf(opened)).map(({ incident }) => incident.title)).toEqual([
      'CacheLost: Deployment shop/cart',
    ]);
    expect(hotPath.pipeline.tally).toMatchObject({ received: 0, stored: 0 });
    expect(counted).toContainEqual(['tattle_reported_total', { cluster: 'west', source: 'report' }, 2]);
  });

  it('is dropped and counted where its namespace is not monitored, and its sender is told', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, counted } = await takingIn(opened, { filter: { namespaces: ['shop'] } });
    const answer = await takeIn(events(REPORT, { ...REPORT, id: 'r2', namespace: 'other' }));
    expect(answer).toEqual({
      kind: 'taken',
      taken: 1,
      dropped: { 'namespace-not-monitored': 1 },
      faults: [],
      notes: [],
    });
    const labels = { cluster: 'west', source: 'report', reason: 'namespace-not-monitored' };
    expect(counted).toContainEqual(['tattle_dropped_total', labels, 1]);
  });

  it('is taken within the sender’s scope alone', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn } = await takingIn(opened);
    const shop = [{ cluster: 'west', namespaces: ['shop'] }];
    const node = { ...REPORT, id: 'n', namespace: '', kind: 'Node', name: 'node-1' };
    expect(await takeIn(events(REPORT, { ...REPORT, namespace: 'other' }, node), shop)).toMatchObject({
      taken: 1,
      dropped: { 'outside-scope': 2 },
    });
    expect(await takeIn(events({ ...REPORT, namespace: 'other' }), shop)).toEqual({ kind: 'outside' });
    expect((await eventsOf(opened)).map(({ object }) => object.namespace)).toEqual(['shop']);
  });

  it('is about what its sender may report about, whatever uid, related object or namespace of a node it names', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, cache } = await takingIn(opened);
    const vault = { kind: 'Pod', namespace: 'vault', name: 'keys', uid: 'uid-of-keys' };
    const owner = { kind: 'Deployment', namespace: 'vault', name: 'keys', uid: 'uid-of-owner' };
    cache.of(WEST.uid).put(slim(vault, { owners: [owner] }));
    cache.of(WEST.uid).put(slim(owner));
    const shop = [{ cluster: 'west', namespaces: ['shop'] }];
    const event = (uid: string, involvedObject: object, more: object = {}) => ({
      ...{ metadata: { uid, namespace: 'shop' }, reason: 'BackOff', type: 'Warning', involvedObject, ...more },
      message: 'Back-off restarting failed container',
    });
    const pod = { kind: 'Pod', namespace: 'shop', name: 'cart-1' };
    const answer = await takeIn(
      events(
        event('e1', { ...pod, uid: vault.uid }),
        event('e2', pod, { related: vault }),
        event('e3', { kind: 'Node', namespace: 'shop', name: 'node-1' }, { reason: 'NodeNotReady' }),
        { ...REPORT, kind: 'Node', name: 'node-1', reason: 'NodeNotReady', severity: 'critical' },
      ),
      shop,
    );
    expect(answer).toMatchObject({ taken: 2, dropped: { 'outside-scope': 2 } });
    const stored = await eventsOf(opened);
    expect(stored.map(({ object, rootOwner }) => [object.uid, rootOwner.namespace])).toEqual([
      ['', 'shop'],
      ['', 'shop'],
    ]);
    expect(JSON.stringify([stored, await incidentsOf(opened)])).not.toMatch(/vault|uid-of-keys|uid-of-owner|node-1/);
  });

  it('is nothing else than what it is, whatever id its sender gives it: not what a watch saw, nor what lies elsewhere', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, hotPath } = await takingIn(opened);
    const uid = '0b3c5f4e-2f6b-4b0e-9a59-0d4f6f1f7a11';
    const event = (namespace: string, message: string) => ({
      metadata: { uid, namespace },
      involvedObject: { kind: 'Pod', namespace, name: 'keys' },
      ...{ reason: 'BackOff', type: 'Warning', message, count: 3, lastTimestamp: new Date(NOW - SECOND).toISOString() },
    });
    const watched = createEventNormaliser(opened.clock)(event('vault', 'seen by the watch'), 'ADDED', WEST);
    await hotPath.intake.offer([watched]);
    // By whoever may report about everything: the same event, and no news.
    await takeIn(events(event('vault', 'seen by the watch')));
    const deploy = (namespace: string, version: string) => ({
      ...{ specversion: '1.0', id: '1', source: 'ci', type: 'deploy', k8skind: 'Deployment', k8sname: 'keys' },
      ...{ k8snamespace: namespace, data: { version, message: version }, time: new Date(NOW - SECOND).toISOString() },
    });
    await takeIn({ format: 'cloudevents', items: [{ at: 'event', value: deploy('vault', '5.2') }] });

    const shop = [{ cluster: 'west', namespaces: ['shop'] }];
    for (let times = 0; times < 2; times += 1) {
      expect(await takeIn(events(event('vault', 'forged')), shop)).toEqual({ kind: 'outside' });
      expect(await takeIn(events({ ...event('shop', 'its own'), count: 99 }), shop)).toMatchObject({ taken: 1 });
      await takeIn({ format: 'cloudevents', items: [{ at: 'event', value: deploy('shop', '6.6') }] }, shop);
    }
    const stored = await eventsOf(opened);
    expect(stored.map(({ object, message, count }) => [object.namespace, message, count]).sort()).toEqual([
      ['shop', '6.6', 1],
      ['shop', 'its own', 99],
      ['vault', '5.2', 1],
      ['vault', 'seen by the watch', 3],
    ]);
    const { items } = await opened.history.changes({ limit: 10 });
    expect(items.map(({ object, diff }) => [object.namespace, diff[0]?.after]).sort()).toEqual([
      ['shop', '6.6'],
      ['vault', '5.2'],
    ]);
  });

  it('leaves others the names of their clusters, whatever names somebody makes up who may report nothing about them', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, counted } = await takingIn(opened);
    const shop = [{ cluster: 'west', namespaces: ['shop'] }];
    const made = Array.from({ length: 300 }, (_, i) => ({ ...REPORT, id: `m${i}`, cluster: `made-up-${i}` }));
    expect(await takeIn(events(...made), shop)).toEqual({ kind: 'outside' });
    expect(await takeIn(events(REPORT, ...made), shop)).toMatchObject({ taken: 1, dropped: { 'outside-scope': 300 } });
    expect(counted.filter(([, { cluster }]) => cluster?.startsWith('made-up'))).toEqual([]);
    const east = [{ cluster: 'east', namespaces: null }];
    expect(await takeIn(events({ ...REPORT, cluster: 'east' }), east)).toMatchObject({ kind: 'taken', taken: 1 });
    expect((await eventsOf(opened)).map(({ clusterName }) => clusterName).sort()).toEqual(['east', 'west']);
  });

  it('may bring a hundred clusters of a sender, who is told where the rest is kept, and takes no room of another', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn } = await takingIn(opened);
    const named = (...names: readonly string[]) => events(...names.map((cluster) => ({ ...REPORT, cluster })));
    const many = Array.from({ length: 150 }, (_, i) => `edge-${i}`);
    const told = 'What names 50 of the clusters is kept under the cluster "unassigned"';
    const first = await takeIn(named(...many), 'everything', 'token:greedy');
    expect(first).toMatchObject({ taken: 150, notes: [expect.stringContaining(told)] });
    const clusters = async () => new Set((await opened.history.namespaces()).map(({ clusterName }) => clusterName));
    const kept = await clusters();
    expect([kept.size, kept.has('edge-99'), kept.has('edge-100'), kept.has('unassigned')]).toEqual([
      ...[101, true, false, true],
    ]);

    expect(await takeIn(named('edge-0', 'unassigned'), 'everything', 'token:greedy')).toMatchObject({ notes: [] });
    expect(await takeIn(named('south'), 'everything', 'token:other')).toMatchObject({ notes: [] });
    const granted = [{ cluster: 'north', namespaces: ['shop'] }];
    expect(await takeIn(named('north'), granted, 'token:greedy')).toMatchObject({ taken: 1, notes: [] });
    expect([...(await clusters())]).toEqual(expect.arrayContaining(['south', 'north']));
    expect((await clusters()).size).toBe(103);
  });

  it('of a cluster that was brought before a restart is still kept under its name', async () => {
    const opened = await openTestStore({ now: NOW });
    const named = (from: number) =>
      events(...Array.from({ length: 100 }, (_, i) => ({ ...REPORT, cluster: `edge-${from + i}` })));
    const before = await takingIn(opened);
    await before.takeIn(named(0));
    await before.stop();
    const after = await takingIn(opened);
    expect(await after.takeIn(named(50))).toMatchObject({ taken: 100, notes: [] });
    expect((await opened.history.namespaces()).length).toBe(150);
  });

  it('in part wrong is taken in part, and what is wrong is set aside for people to look at', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, store, counted } = await takingIn(opened);
    const answer = await takeIn(events(REPORT, { ...REPORT, reason: '', message: 'token=hunter2hunter2' }));
    expect(answer).toMatchObject({ kind: 'taken', taken: 1, faults: [{ at: 'line 2' }] });
    const letters = store.commits.flatMap(({ deadLetters }) => deadLetters);
    expect(letters).toMatchObject([{ error: expect.stringContaining('line 2: reason') }]);
    expect(letters[0]?.excerpt).not.toContain('hunter2');
    expect(counted).toContainEqual([
      'tattle_dropped_total',
      { cluster: 'west', source: 'report', reason: 'poison' },
      1,
    ]);
    expect(await takeIn(events('x'))).toMatchObject({ kind: 'unreadable' });
  });

  it('is redacted before it is stored', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn } = await takingIn(opened);
    await takeIn(events({ ...REPORT, message: 'login failed: password=hunter2hunter2' }));
    expect((await eventsOf(opened))[0]?.message).not.toContain('hunter2');
  });

  it('of a cluster that nobody watches is kept under that name, and its incidents end after a restart, too', async () => {
    const opened = await openTestStore({ now: NOW });
    const first = await takingIn(opened);
    await first.alerts(firing('CartSlow', { cluster: 'east' }));
    expect(await incidentsOf(opened)).toMatchObject([{ incident: { cluster: { uid: 'east', name: 'east' } } }]);
    await first.stop();

    const second = await takingIn(opened);
    await second.alerts(resolved(firing('CartSlow', { cluster: 'east' }), NOW));
    await second.later(61 * SECOND);
    expect(await incidentsOf(opened)).toMatchObject([{ incident: { state: 'resolved' } }]);
  });

  it.each([
    ['the configured one, where several are watched', { configured: ['west', 'east'], usual: 'west' }, WEST],
    [
      'one of its own, where several are watched and none is configured',
      { configured: ['west', 'east'] },
      { uid: 'unassigned', name: 'unassigned' },
    ],
  ])('without a cluster belongs to %s', async (_, names, cluster) => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn } = await takingIn(opened, { names });
    await takeIn(events(REPORT));
    expect(await eventsOf(opened)).toMatchObject([{ cluster: cluster.uid, clusterName: cluster.name }]);
  });

  it('waits for a watched cluster to be read, so that its owners are known; but not for ever', async () => {
    const opened = await openTestStore({ now: NOW });
    const unread = await takingIn(opened, { names: { knowledge: () => 'syncing' } });
    expect(await unread.takeIn(events(REPORT))).toMatchObject({
      kind: 'busy',
      why: 'the cluster west is not read yet',
    });
    const unreached = await takingIn(opened, { names: { watched: () => [] } });
    expect(await unreached.takeIn(events({ ...REPORT, cluster: 'west' }))).toMatchObject({ kind: 'busy' });
    opened.clock.advanceTo(NOW + 61 * SECOND);
    expect(await unread.takeIn(events(REPORT))).toMatchObject({ kind: 'taken' });
  });

  it('of a deploy is a change of its workload, redacted', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn } = await takingIn(opened);
    const deploy = {
      ...{
        specversion: '1.0',
        id: '1',
        source: 'ci',
        type: 'deploy.finished',
        time: new Date(NOW - SECOND).toISOString(),
      },
      ...{ k8snamespace: 'shop', k8skind: 'Deployment', k8sname: 'cart' },
      data: { image: 'registry.example/cart:5.2', previousImage: 'registry.example/cart:5.1' },
    };
    for (let times = 0; times < 2; times += 1)
      await takeIn({ format: 'cloudevents', items: [{ at: 'event', value: deploy }] });
    const { items } = await opened.history.changes({ limit: 10 });
    expect(items).toMatchObject([
      {
        object: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
        at: NOW - SECOND,
        summary: 'image changed from registry.example/cart:5.1 to registry.example/cart:5.2',
      },
    ]);
  });
});

describe('a sender is told that it is stored', () => {
  it('only once it is on the disk: its commit is durable, whatever else is in the batch', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, store, hotPath } = await takingIn(opened);
    const position = { clusterUid: WEST.uid, stream: 's', resourceVersion: '1', epoch: 0, at: NOW };
    const watch = hotPath.intake.offer([], { position });
    await takeIn(events(REPORT));
    await watch;
    expect(store.commits.filter(({ created }) => created.length > 0).map(({ durable }) => durable)).toEqual([true]);
  });

  it('never while the store is down, also where it waits on our own disk; a later try is stored once', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, store, hotPath, later } = await takingIn(opened, { spoolIn: await scratch() });
    store.down = true;
    expect(await takeIn(events(REPORT))).toMatchObject({ kind: 'busy', why: 'the store cannot take writes now' });
    expect(hotPath.pipeline.health.up).toBe(false);
    expect(await takeIn(events(REPORT))).toMatchObject({ kind: 'busy' });
    expect(hotPath.intake.offered).toBe(1);

    store.down = false;
    await later(2 * SECOND);
    expect(await takeIn(events(REPORT))).toMatchObject({ kind: 'taken', taken: 1 });
    expect(await eventsOf(opened)).toMatchObject([{ count: 1 }]);
  });

  it('not by a repeat of what failed to be stored in between', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, store } = await takingIn(opened, { spoolIn: await scratch() });
    await takeIn(events({ ...REPORT, id: 'r0' }));
    store.nextErrors.push(new StoreUnavailable('gone'));
    const twice = await Promise.all([takeIn(events(REPORT)), takeIn(events(REPORT))]);
    expect(twice.map(({ kind }) => kind)).toEqual(['busy', 'busy']);
  });

  it('not while more waits than there is room for, or when Tattle stops', async () => {
    const opened = await openTestStore({ now: NOW });
    const { takeIn, hotPath } = await takingIn(opened, { idle: true });
    const crowd = Array.from(
      { length: 1000 },
      () => ({ kind: 'dropped', cluster: WEST, reason: 'ttl-expired' }) as const,
    );
    const crowding = hotPath.intake.offer(crowd);
    const began = performance.now();
    const refused = takeIn(events(REPORT));
    setTimeout(() => opened.clock.advanceTo(NOW + 2 * SECOND), 100);
    const outcome = await refused;
    expect(outcome).toMatchObject({ kind: 'busy', why: expect.stringContaining('room') });
    expect(performance.now() - began).toBeLessThan(5000);
    await hotPath.intake.take(2000);
    await crowding;
    hotPath.intake.close();
    expect(await takeIn(events(REPORT))).toMatchObject({ kind: 'busy', why: 'Tattle is stopping' });
  });
});
