import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenTestStore, testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { slim } from '../../triage/testing/observations.ts';
import { eventsOf, firing, HOUR, incidentsOf, NOW, resolved, SECOND } from './testing/alerts.ts';
import { takingIn, WEST } from './testing/taking-in.ts';
import { createUnheardAlerts, UNHEARD_MS } from './unheard-alerts.ts';

let server: TestServer;
let openTestStore: OpenTestStore;
beforeAll(async () => {
  server = await startTestServer();
  openTestStore = testStores(() => server);
});
afterAll(() => server.close());

describe('an alert', () => {
  it('opens an incident that goes on until it is resolved, however long that takes', async () => {
    const opened = await openTestStore({ now: NOW });
    const { alerts, later } = await takingIn(opened);
    expect(await alerts(firing('CartSlow'))).toEqual({ kind: 'taken', taken: 1, dropped: {}, faults: [], notes: [] });
    const [open] = await incidentsOf(opened);
    expect(open?.incident).toMatchObject({ state: 'open', severity: 'medium', title: 'CartSlow: Alert shop/CartSlow' });

    await later(10 * HOUR);
    await alerts(firing('CartSlow'));
    expect((await incidentsOf(opened)).map(({ incident }) => [incident.state, incident.eventCount])).toEqual([
      ['open', 1],
    ]);

    await alerts(resolved(firing('CartSlow'), NOW + 10 * HOUR));
    await later(61 * SECOND);
    expect((await incidentsOf(opened)).map(({ incident }) => incident.state)).toEqual(['resolved']);
  });

  it('that is repeated changes nothing but when it was heard of last', async () => {
    const opened = await openTestStore({ now: NOW });
    const { alerts, later } = await takingIn(opened);
    await alerts(firing('CartSlow'));
    const jobs = await opened.jobs.pending();
    await later(4 * HOUR);
    expect(await alerts(firing('CartSlow'))).toMatchObject({ kind: 'taken', taken: 1 });
    expect(await eventsOf(opened)).toMatchObject([
      { count: 1, firstSeen: NOW - 20 * SECOND, lastSeen: NOW + 4 * HOUR },
    ]);
    expect(await opened.jobs.pending()).toBe(jobs);
    expect(await opened.history.totals()).toMatchObject({ incidents: 1 });
  });

  it('joins the incident of the pod that it names, by its owner', async () => {
    const opened = await openTestStore({ now: NOW });
    const { alerts, cache } = await takingIn(opened);
    const owner = { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'd1' };
    const pod = (name: string) => ({ kind: 'Pod', namespace: 'shop', name, uid: name });
    for (const name of ['cart-a', 'cart-b']) cache.of(WEST.uid).put(slim(pod(name), { owners: [owner] }));
    cache.of(WEST.uid).put(slim(owner));
    await alerts(firing('PodRestarts', { pod: 'cart-a' }));
    await alerts(firing('PodRestarts', { pod: 'cart-b' }), firing('CartSlow', { deployment: 'cart' }));
    const [only, ...others] = await incidentsOf(opened);
    expect(others).toEqual([]);
    expect(only?.incident).toMatchObject({ root: owner, eventCount: 3 });
    expect(only?.strands.map(({ condition, rule }) => [condition, rule])).toEqual(
      expect.arrayContaining([
        ['PodRestarts', 'opened'],
        ['PodRestarts', 'same-owner'],
        ['CartSlow', 'same-owner'],
      ]),
    );

    // Alerts of one name end one by one, also when their pods are long gone.
    cache.of(WEST.uid).remove(slim(pod('cart-a')), NOW - 2 * HOUR);
    await alerts(resolved(firing('PodRestarts', { pod: 'cart-a' }), NOW));
    const [after] = await incidentsOf(opened);
    expect(after?.strands.map(({ subject, clearedAt }) => [subject.name, clearedAt])).toEqual(
      expect.arrayContaining([
        ['cart-a', NOW],
        ['cart-b', null],
        ['cart', null],
      ]),
    );
  });

  it('that fires again within the hour is the same incident come back', async () => {
    const opened = await openTestStore({ now: NOW });
    const { alerts, later } = await takingIn(opened);
    await alerts(resolved(firing('CartSlow'), NOW - SECOND));
    await later(5 * 60 * SECOND);
    await alerts(firing('CartSlow', {}, NOW + 290 * SECOND));
    expect(await incidentsOf(opened)).toMatchObject([{ incident: { state: 'regressed', regressions: 1 } }]);
  });

  it('whose earlier end is heard of late goes on', async () => {
    const opened = await openTestStore({ now: NOW });
    const { alerts } = await takingIn(opened);
    await alerts(firing('CartSlow', {}, NOW - 10 * SECOND));
    await alerts(resolved(firing('CartSlow', {}, NOW - 40 * SECOND), NOW - 20 * SECOND));
    expect(await incidentsOf(opened)).toMatchObject([{ incident: { state: 'open', clearedAt: null } }]);
  });

  it('of which nothing is heard for more than a day is taken to be over; one that is repeated is not', async () => {
    const opened = await openTestStore({ now: NOW });
    const { alerts, later, hotPath } = await takingIn(opened);
    const endUnheard = createUnheardAlerts({ hotPath, history: opened.history, clock: opened.clock });
    await alerts(firing('Forgotten'), firing('Repeated'));
    await later(UNHEARD_MS - HOUR);
    await alerts(firing('Repeated'));
    await later(2 * HOUR);
    await endUnheard();
    await hotPath.pipeline.settle();
    await later(61 * SECOND);
    const states = (await incidentsOf(opened)).map(({ incident }) => [incident.condition, incident.state]);
    expect(states.sort()).toEqual([
      ['Forgotten', 'resolved'],
      ['Repeated', 'open'],
    ]);
  });
});

it('makes the same incidents of the same alerts, twice and in any order', async () => {
  const began = [25, 22, 20, 18, 12].map((seconds) => NOW - seconds * SECOND);
  const all = [
    firing('A', { deployment: 'cart' }, began[0]),
    firing('B', { deployment: 'cart' }, began[1]),
    resolved(firing('B', { deployment: 'cart' }, began[1]), NOW - 5 * SECOND),
    firing('C', {}, began[2]),
    firing('D', { pod: 'db-0' }, began[3]),
    resolved(firing('D', { pod: 'db-0' }, began[3]), NOW - 4 * SECOND),
    firing('D', { pod: 'db-0' }, NOW - 2 * SECOND),
    firing('E', { node: 'node-1' }, began[4]),
    resolved(firing('E', { node: 'node-1' }, began[4]), NOW - 3 * SECOND),
  ];
  const outcomes = new Set<string>();
  for (let seed = 1; seed <= 12; seed += 1) {
    const opened = await openTestStore({ now: NOW });
    const { alerts, later } = await takingIn(opened);
    const order = seed === 1 ? all : shuffled([...all, ...all], seed);
    for (let i = 0; i < order.length; i += (seed % 4) + 1) await alerts(...order.slice(i, i + (seed % 4) + 1));
    await later(5 * 60 * SECOND);
    const seen = (await incidentsOf(opened)).map(({ incident: { root, state }, strands }) => ({
      root: `${root.kind} ${root.name}`,
      state,
      strands: strands
        .map(({ condition, lastSeen, clearedAt }) => [condition, lastSeen - NOW, clearedAt === null])
        .sort(),
    }));
    outcomes.add(
      JSON.stringify(
        seen.sort((a, b) => (a.root < b.root ? -1 : 1)),
        null,
        1,
      ),
    );
    expect((await opened.history.totals()).incidents).toBe(4);
  }
  expect([...outcomes]).toHaveLength(1);
});

/** The same for the same seed. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed * 7919;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  return list
    .map((each) => ({ each, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ each }) => each);
}
