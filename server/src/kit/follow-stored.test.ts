import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from './clock.ts';
import { followStored } from './follow-stored.ts';

/** Each read waits until it is let go, and fails where `away`. */
function followed() {
  const clock = new ManualClock(0);
  const stopping = new AbortController();
  const listeners = new Set<() => void>();
  const unread: unknown[] = [];
  const state = { reads: 0, away: false, hold: Promise.resolve() };
  const following = followStored(
    {
      clock,
      onChange: (wake) => {
        listeners.add(wake);
        return () => listeners.delete(wake);
      },
      load: async () => {
        state.reads += 1;
        await state.hold;
        if (state.away) throw new Error('away');
      },
      onUnread: (error) => unread.push(error),
    },
    stopping.signal,
  );
  const stop = async () => {
    stopping.abort();
    await following;
  };
  onTestFinished(stop);
  const tell = () => {
    for (const wake of listeners) wake();
  };
  return { clock, state, unread, listeners, tell, stop };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

it('reads at each change, and every half a minute without one', async () => {
  const { clock, state, tell } = followed();
  await settle();
  expect(state.reads).toBe(0);
  tell();
  await settle();
  expect(state.reads).toBe(1);
  clock.advanceTo(29_999);
  await settle();
  expect(state.reads).toBe(1);
  clock.advanceTo(30_000);
  await settle();
  expect(state.reads).toBe(2);
});

it('reads once more for all the changes that come while it reads', async () => {
  const { state, tell } = followed();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.hold = promise;
  tell();
  await settle();
  for (let change = 0; change < 3; change += 1) tell();
  await settle();
  expect(state.reads).toBe(1);
  resolve();
  await settle();
  expect(state.reads).toBe(2);
});

it('outlives a store that is away, and says so each time', async () => {
  const { clock, state, unread, tell } = followed();
  state.away = true;
  tell();
  await settle();
  clock.advanceTo(30_000);
  await settle();
  expect(unread).toEqual([new Error('away'), new Error('away')]);
  state.away = false;
  tell();
  await settle();
  expect([state.reads, unread.length]).toEqual([3, 2]);
});

it('ends when it is told to, listens to nothing after it, and reads no more', async () => {
  const { state, listeners, tell, stop } = followed();
  await settle();
  expect(listeners.size).toBe(1);
  tell();
  await stop();
  expect(listeners.size).toBe(0);
  const { reads } = state;
  tell();
  await settle();
  expect(state.reads).toBe(reads);
});
