import { expect, test } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import { type SettingsStore, StoreUnavailable } from '../model/ports.ts';
import type { FilterSettings } from '../model/settings.ts';
import { Settings, type SettingsParts } from './settings.ts';

function sharedStore(saved: Record<string, unknown> = {}) {
  const listeners = new Set<() => void>();
  const actors: string[] = [];
  const store: SettingsStore = {
    loadSettings: async () => ({ ...saved }),
    async saveSetting(key, value, by) {
      saved[key] = value;
      actors.push(`${by} ${key}`);
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
    owned: { namespaces: ['owned'] },
    owners: new Map([['filter.namespaces', 'TATTLE_NAMESPACES']]),
    defaults: { eventTypes: ['Warning'] },
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
  await live.change({ namespaces: 'all' }, 'someone');
  expect(live.view().notices).toEqual([]);
});

test('a change is saved with its actor, holds at once, and tells listeners once', async () => {
  const { store, saved, actors } = sharedStore();
  const { settings: live } = settings(store);
  const heard: FilterSettings[] = [];
  live.onChange((filter) => heard.push(filter));
  expect(await live.change({ namespaces: ['shop'], minimumCount: 1 }, 'session')).toMatchObject({ kind: 'saved' });
  expect(saved).toEqual({ 'filter.namespaces': ['shop'] });
  expect(actors).toEqual(['session filter.namespaces']);
  expect(heard.map(({ namespaces }) => namespaces)).toEqual([['shop']]);
});

test('nothing is saved of a change that touches what is owned or that cannot be used', async () => {
  const { store, saved } = sharedStore();
  const { settings: live } = settings(store, { owned: { namespaces: 'all' } });
  expect(await live.change({ namespaces: ['shop'], minimumCount: 4 }, 'x')).toMatchObject({ kind: 'locked' });
  expect(await live.change({ labelSelector: '((', minimumCount: 4 }, 'x')).toMatchObject({ kind: 'invalid' });
  expect(saved).toEqual({});
  expect(await live.change({ namespaces: 'all', minimumCount: 4 }, 'x')).toMatchObject({ kind: 'saved' });
  expect(saved).toEqual({ 'filter.minimumCount': 4 });
});

test('wildcards count in what is monitored', async () => {
  const { settings: live } = settings(sharedStore().store);
  await live.change({ namespaces: ['team-*', 'shop'], excludedNamespaces: ['team-x*'] }, 'x');
  expect(['team-a', 'shop', 'team-x1', 'shop2'].map((name) => live.monitors(name))).toEqual([true, true, false, false]);
  await live.change({ namespaces: 'all' }, 'x');
  expect(['anything', 'team-x1'].map((name) => live.monitors(name))).toEqual([true, false]);
});

test('a store that is away refuses the change and leaves what is in force', async () => {
  const { store } = sharedStore();
  const { settings: live } = settings({ ...store, saveSetting: () => Promise.reject(new StoreUnavailable('down')) });
  await expect(live.change({ namespaces: 'all' }, 'x')).rejects.toThrow(StoreUnavailable);
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
  await there.change({ namespaces: ['shop'] }, 'other');
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
