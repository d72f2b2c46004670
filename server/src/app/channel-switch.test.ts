import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import type { ListedDelivery, Outbox } from '../model/ports/telling.ts';
import type { SettingsStore } from '../model/ports/access.ts';
import { loadSwitchBoard, replayingOutbox } from './channel-switch.ts';

function settings(): SettingsStore {
  const saved = new Map<string, unknown>();
  return {
    loadSettings: async () => Object.fromEntries(saved),
    saveSettings: async (changes) => {
      for (const [key, value] of Object.entries(changes)) saved.set(key, structuredClone(value));
    },
    onSettingsChange: () => () => undefined,
  };
}

const clock = new ManualClock(0);
const toHook = { id: '7', channel: 'hook' } as ListedDelivery;

function outboxOf(deliveries: readonly ListedDelivery[]): Outbox {
  const nothing = () => Promise.reject(new Error('not asked for in this test'));
  return {
    addDeliveries: nothing,
    claimDeliveries: nothing,
    finishDelivery: nothing,
    deliveries: async ({ ids }) => ({
      items: deliveries.filter(({ id }) => ids?.includes(id) !== false),
      nextCursor: null,
    }),
    replayDeliveries: async ({ ids }) => deliveries.filter(({ id }) => ids?.includes(id) !== false).length,
  };
}

describe('a channel that answered 410', () => {
  it('stays off over a restart', async () => {
    const store = settings();
    await (await loadSwitchBoard(store, clock)).board.switchOff('hook', 'gone');
    const restarted = await loadSwitchBoard(store, clock);
    expect(restarted.board.isOff('hook')).toBe(true);
    expect(restarted.board.isOff('other')).toBe(false);
  });

  it('is on again, also after a restart, once somebody replays a delivery to it', async () => {
    const store = settings();
    const switches = await loadSwitchBoard(store, clock);
    await switches.board.switchOff('hook', 'gone');
    let woken = 0;
    const outbox = replayingOutbox(outboxOf([toHook]), switches, () => (woken += 1));
    expect(await outbox.replayDeliveries({ ids: ['7'], limit: 10 }, 0)).toBe(1);
    expect(switches.board.isOff('hook')).toBe(false);
    expect(woken).toBe(1);
    expect((await loadSwitchBoard(store, clock)).board.isOff('hook')).toBe(false);
  });

  it('stays off when what is replayed went elsewhere', async () => {
    const switches = await loadSwitchBoard(settings(), clock);
    await switches.board.switchOff('hook', 'gone');
    const outbox = replayingOutbox(outboxOf([{ ...toHook, channel: 'other' }]), switches, () => undefined);
    await outbox.replayDeliveries({ ids: ['7'], limit: 10 }, 0);
    expect(switches.board.isOff('hook')).toBe(true);
  });
});
