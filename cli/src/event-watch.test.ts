import type { WireEvent } from '@tattle/contract';
import { expect, test } from 'vitest';
import { watchEvents } from './event-watch.ts';
import { wireEvent } from './testing/run.ts';

test('a watch prints what is new or happens again, each once, the oldest first', async () => {
  const stopping = new AbortController();
  const printed: string[][] = [];
  const rounds: WireEvent[][] = [
    [wireEvent({ uid: 'b' }), wireEvent({ uid: 'a' })],
    [wireEvent({ uid: 'elder' }), wireEvent({ uid: 'b' }), wireEvent({ uid: 'a' })],
    [wireEvent({ uid: 'c' }), wireEvent({ uid: 'b', count: 13 }), wireEvent({ uid: 'a' })],
    [wireEvent({ uid: 'c' }), wireEvent({ uid: 'b', count: 13 })],
  ];
  const froms: (string | null)[] = [];
  await watchEvents({
    connection: {
      async get(_path, query) {
        froms.push(query.get('from'));
        const items = rounds.shift() ?? [];
        if (rounds.length === 0) stopping.abort();
        return { items, nextCursor: null, partial: false };
      },
    },
    query: new URLSearchParams({ from: 'now-1m' }),
    limit: 10,
    printer: {
      print: async (events) => void printed.push(events.map(({ uid, count }) => `${uid} ${count}`)),
      end: async () => {},
    },
    surroundings: { signal: stopping.signal },
    everyMs: 1,
  });
  expect(printed).toEqual([['a 12', 'b 12'], ['b 13', 'c 12'], []]);
  expect(froms).toEqual(['now-1m', 'now-5m', 'now-5m', 'now-5m']);
});
