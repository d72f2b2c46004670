import { expect, onTestFinished, test } from 'vitest';
import { ManualClock, systemClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { SettingsStore } from '../model/ports/access.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import { DEFAULT_FILTER, type FilterSettings } from '../model/settings.ts';
import { testStores } from '../store/testing/open-test-store.ts';
import { startTestServer } from '../store/testing/servers.ts';
import { Settings, type SettingsParts } from './settings.ts';

function sharedStore(saved: Record<string, unknown> = {}) {
  const listeners = new Set<() => void>();
  const actors: string[] = [];
  const store: SettingsStore = {
    loadSettings: async () => ({ ...saved }),
    async saveSettings(changes, by) {
      Object.assign(saved, changes);
      actors.push(...Object.keys(changes).map((key) => `${by} ${key}`));
      for (const listener of listeners) listener();
    },
    onSettingsChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { store, saved, actors, listeners };
}

function settings(store: SettingsStore, parts: Partial<SettingsParts> = {}) {
  const said = quiet();
  const clock = new ManualClock(0);
  const made = new Settings({
    store,
    owned: {},
    owners: new Map(),
    clock,
    logger: said.logger,
    ...parts,
  });
  return { settings: made, clock, lines: said.lines };
}

test('what people saved lies over the defaults, and what configuration owns over both', async () => {
  const { store } = sharedStore({ 'filter.namespaces': ['saved'], 'filter.minimumCount': 5 });
  const { settings: live } = settings(store, {
    owned: { filter: { namespaces: ['owned'] } },
    owners: new Map([['filter.namespaces', 'TATTLE_NAMESPACES']]),
    defaults: { filter: { eventTypes: ['Warning'] } },
  });
  await live.load();
  expect(live.view()).toMatchObject({
    filter: { namespaces: ['owned'], minimumCount: 5, eventTypes: ['Warning'] },
    locked: [{ path: 'filter.namespaces', by: 'TATTLE_NAMESPACES' }],
    notices: [],
  });
});

test('no monitored namespace is said, with what to do', async () => {
  const { settings: live } = settings(sharedStore().store);
  expect(live.view().notices.join()).toContain('TATTLE_NAMESPACES');
  await live.change({ filter: { namespaces: 'all' } }, 'someone');
  expect(live.view().notices).toEqual([]);
});

test('a change is saved with its actor, holds at once, and tells listeners once', async () => {
  const { store, saved, actors } = sharedStore();
  const { settings: live } = settings(store);
  const heard: FilterSettings[] = [];
  live.onChange((filter) => heard.push(filter));
  expect(await live.change({ filter: { namespaces: ['shop'], minimumCount: 1 } }, 'session')).toMatchObject({
    kind: 'saved',
  });
  expect(saved).toEqual({ 'filter.namespaces': ['shop'] });
  expect(actors).toEqual(['session filter.namespaces']);
  expect(heard.map(({ namespaces }) => namespaces)).toEqual([['shop']]);
});

test('days of retention are settings, too, and configuration owns those that it names', async () => {
  const shared = sharedStore({ 'retention.days.short': 3, 'retention.days.long': 'for ever' });
  const { settings: live, lines } = settings(shared.store, {
    owned: { retention: { normal: 14 } },
    owners: new Map([['retention.days.normal', 'TATTLE_RETENTION_DAYS']]),
  });
  await live.load();
  expect(live.retention).toEqual({ short: 3, normal: 14, long: 365 });
  expect(lines.join()).toContain('cannot be used');
  expect(await live.change({ retention: { normal: 15 } }, 'x')).toMatchObject({ kind: 'locked' });
  expect(await live.change({ retention: { short: 2, normal: 14 } }, 'x')).toMatchObject({ kind: 'saved' });
  expect(live.view().retention).toEqual({ short: 2, normal: 14, long: 365 });
  const { settings: elsewhere } = settings(shared.store);
  await elsewhere.load();
  expect(elsewhere.retention).toMatchObject({ short: 2, normal: 30 });
});

test('nothing is saved of a change that touches what is owned or that cannot be used', async () => {
  const { store, saved } = sharedStore();
  const { settings: live } = settings(store, { owned: { filter: { namespaces: 'all' } } });
  expect(await live.change({ filter: { namespaces: ['shop'], minimumCount: 4 } }, 'x')).toMatchObject({
    kind: 'locked',
  });
  expect(await live.change({ filter: { labelSelector: '((', minimumCount: 4 } }, 'x')).toMatchObject({
    kind: 'invalid',
  });
  expect(saved).toEqual({});
  expect(await live.change({ filter: { namespaces: 'all', minimumCount: 4 } }, 'x')).toMatchObject({ kind: 'saved' });
  expect(saved).toEqual({ 'filter.minimumCount': 4 });
});

test('wildcards count in what is monitored', async () => {
  const { settings: live } = settings(sharedStore().store);
  await live.change({ filter: { namespaces: ['team-*', 'shop'], excludedNamespaces: ['team-x*'] } }, 'x');
  expect(['team-a', 'shop', 'team-x1', 'shop2'].map((name) => live.monitors(name))).toEqual([true, true, false, false]);
  await live.change({ filter: { namespaces: 'all' } }, 'x');
  expect(['anything', 'team-x1'].map((name) => live.monitors(name))).toEqual([true, false]);
});

test('what another replica saved meanwhile is neither overlooked nor undone', async () => {
  const shared = sharedStore();
  const { settings: here } = settings(shared.store);
  const { settings: there } = settings(shared.store);
  await there.change({ filter: { namespaces: ['shop'], minimumCount: 3 } }, 'other');
  // Here this is still in force, and asked for all the same.
  expect(await here.change({ filter: { namespaces: [] } }, 'x')).toMatchObject({
    kind: 'saved',
    view: { filter: { minimumCount: 3 } },
  });
  expect(shared.saved).toMatchObject({ 'filter.namespaces': [], 'filter.minimumCount': 3 });
});

test('a store that is away refuses the change and leaves what is in force', async () => {
  const { store } = sharedStore();
  const { settings: live } = settings({ ...store, saveSettings: () => Promise.reject(new StoreUnavailable('down')) });
  await expect(live.change({ filter: { namespaces: 'all' } }, 'x')).rejects.toThrow(StoreUnavailable);
  expect(live.filter.namespaces).toEqual([]);
});

test('saved settings that cannot be used fall back one by one, and it is said', async () => {
  const { store } = sharedStore({
    'filter.namespaces': 7,
    'filter.labelSelector': '((',
    'filter.minimumCount': 3,
    'other.key': 1,
  });
  const { settings: live, lines } = settings(store);
  await live.load();
  expect(live.filter).toMatchObject({ namespaces: [], labelSelector: '', minimumCount: 3 });
  expect(lines).toHaveLength(2);
});

test('a change by another replica is followed, by notification or by the refresh', async () => {
  const shared = sharedStore();
  const { settings: here, clock } = settings(shared.store);
  const { settings: there } = settings(shared.store);
  const stopping = new AbortController();
  const following = here.follow(stopping.signal);
  const next = () => new Promise<FilterSettings>((resolve) => here.onChange(resolve));
  let heard = next();
  await there.change({ filter: { namespaces: ['shop'] } }, 'other');
  expect((await heard).namespaces).toEqual(['shop']);
  heard = next();
  shared.saved['filter.minimumCount'] = 9;
  while (here.filter.minimumCount !== 9) {
    clock.advanceTo(clock.now() + 30_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await heard).minimumCount).toBe(9);
  stopping.abort();
  await following;
  expect(shared.listeners.size).toBe(0);
});

test('a change holds on another replica within a second, over a real store', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  const opened = await testStores(() => server)({ now: 0 });
  const replica = await opened.reopen();
  const parts = { clock: systemClock };
  const { settings: here } = settings(opened.settings, parts);
  const { settings: there } = settings(replica.settings, parts);
  await Promise.all([here.load(), there.load()]);
  const stopping = new AbortController();
  const following = Promise.all([here.follow(stopping.signal), there.follow(stopping.signal)]);
  const changes = [{ namespaces: ['shop'] }, { minimumCount: 2 }, { namespaces: ['web'], minimumCount: 4 }];
  for (const [i, patch] of changes.entries()) {
    const [from, to] = i % 2 === 0 ? [here, there] : [there, here];
    const heard = new Promise<number>((resolve) => to.onChange(() => resolve(performance.now())));
    const asked = performance.now();
    await from.change({ filter: patch }, 'oidc:ann');
    expect((await heard) - asked).toBeLessThan(1_000);
    expect(to.filter).toEqual(from.filter);
  }
  stopping.abort();
  await following;
  const { items } = await opened.audit.entries({ limit: 9 });
  expect(items.map(({ actor, target, detail }) => [actor, target, detail.after])).toEqual([
    ['oidc:ann', 'filter.minimumCount', 4],
    ['oidc:ann', 'filter.namespaces', ['web']],
    ['oidc:ann', 'filter.minimumCount', 2],
    ['oidc:ann', 'filter.namespaces', ['shop']],
  ]);
});

test('of many changes at once by two replicas, each of which expects what it saw, one is done', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  const opened = await testStores(() => server)({ now: 0 });
  const replica = await opened.reopen();
  const here = settings(opened.settings, { clock: systemClock }).settings;
  const there = settings(replica.settings, { clock: systemClock }).settings;
  const before = JSON.stringify(DEFAULT_FILTER);
  const done = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      (i % 2 === 0 ? here : there).change(
        { filter: { namespaces: [`ns-${i}`] } },
        'x',
        ({ filter }) => JSON.stringify(filter) === before,
      ),
    ),
  );
  expect(done.filter((outcome) => outcome.kind === 'saved')).toHaveLength(1);
  expect(done.filter((outcome) => outcome.kind === 'stale')).toHaveLength(11);
  expect((await opened.audit.entries({ limit: 99 })).items).toHaveLength(1);
});
