/** The bytes of one client's stream, and what ends it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { ManualClock, systemClock } from '../../kit/clock.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import type { FeedEntry } from '../../model/ports/feed.ts';
import type { Logger } from '../../model/ports/process.ts';
import { EventStreamParser } from '../testing/event-source.ts';
import { MemoryFeed } from '../testing/memory-feed.ts';
import { createFeedHub } from './feed-hub.ts';
import type { StreamSink } from './stream-sink.ts';
import { writeStream } from './write-stream.ts';
import type { StreamOptions } from './write-stream.ts';

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

class Sink implements StreamSink {
  text = '';
  closed = false;
  /** As a client that takes nothing does. */
  full = false;
  #listeners: (() => void)[] = [];
  #makeRoom = (): void => undefined;

  write(text: string): void | Promise<void> {
    if (this.closed) throw new Error('written to after it was closed');
    this.text += text;
    if (!this.full) return;
    return new Promise((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  onClose(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.closed = true;
  }

  leave(): void {
    for (const listener of this.#listeners) listener();
  }

  makeRoom(): void {
    this.full = false;
    this.#makeRoom();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

const everything = async ({ incidentIds }: FeedEntry) => ({ events: [], incidents: [], topics: [], incidentIds });

function streaming(options: Partial<StreamOptions> = {}) {
  const feed = new MemoryFeed();
  const over = new AbortController();
  const hub = createFeedHub({ feed, clock: systemClock, logger: quiet });
  const running = hub.run(over.signal);
  const clock = new ManualClock(1_000_000);
  const sink = new Sink();
  const ended = writeStream({
    hub,
    after: null,
    sink,
    visible: everything,
    allowed: async () => true,
    clock,
    signal: over.signal,
    ...options,
  });
  onTestFinished(async () => {
    over.abort();
    await Promise.allSettled([running, ended]);
  });
  const pass = async (ms: number) => {
    clock.advanceTo(clock.now() + ms);
    await sleep(20);
  };
  return { feed, clock, sink, ended, pass, stop: () => over.abort() };
}

it('says when to come back, where it began, and each change with its position', async () => {
  const { feed, sink } = streaming();
  await until(() => sink.text.includes('id:'));
  expect(sink.text).toBe('retry: 2000\n\nid: e.0-end\n\n');
  feed.add('line\nbreak \u2028 \r');
  await until(() => sink.text.includes('change'));
  expect(sink.text.slice(sink.text.indexOf('id: e.1\n'))).toBe(
    'id: e.1\nevent: change\ndata: {"events":[],"incidents":[],"topics":[],"incidentIds":["line\\nbreak \u2028 \\r"]}\n\n',
  );
});

it('tells a client nothing of what it may not see, but moves its last event id', async () => {
  const visible = async (entry: FeedEntry) => (entry.incidentIds[0] === 'secret' ? null : everything(entry));
  const { feed, sink, pass } = streaming({ visible });
  const parser = new EventStreamParser();
  let read = 0;
  const dispatched = () => {
    const fresh = sink.text.slice(read);
    read = sink.text.length;
    return parser.push(fresh);
  };
  await until(() => sink.text.includes('id:'));
  for (let i = 0; i < 5; i++) feed.add('secret');
  await sleep(500);
  await pass(15_000);
  expect(sink.text).not.toContain('secret');
  expect(dispatched()).toEqual([]);
  expect(parser).toMatchObject({ lastEventId: 'e.5', comments: 1, retry: 2_000 });
  feed.add('secret');
  feed.add('open');
  await until(() => sink.text.includes('open'));
  expect(dispatched()).toMatchObject([{ type: 'change', lastEventId: 'e.7' }]);
});

it('resets a client that was away for too long', async () => {
  const feed = new MemoryFeed();
  for (const id of ['a', 'b', 'c']) feed.add(id);
  feed.forget(1);
  const over = new AbortController();
  const hub = createFeedHub({ feed, clock: systemClock, logger: quiet });
  const running = hub.run(over.signal);
  const { sink } = streaming({ hub, after: 'e.1' });
  await until(() => sink.text.includes('reset'));
  expect(new EventStreamParser('e.1').push(sink.text)).toEqual([
    { type: 'reset', data: '{"reason":"too-old"}', lastEventId: 'e.3-end' },
  ]);
  over.abort();
  await running;
});

it('beats while nothing happens, and ends when the access was revoked', async () => {
  let allowed = true;
  const { sink, pass, ended } = streaming({ allowed: async () => allowed });
  await until(() => sink.text.includes('id:'));
  await pass(15_000);
  await pass(15_000);
  expect(sink.text.match(/^: heartbeat$/gm)).toHaveLength(2);
  allowed = false;
  await pass(15_000);
  await ended;
  expect(sink.closed).toBe(true);
});

it('goes on while the store cannot say whether the access was revoked, or what is visible', async () => {
  let down = true;
  const answer = async <T>(value: T) => {
    if (down) throw new StoreUnavailable('down');
    return value;
  };
  const { feed, sink, clock, pass } = streaming({
    allowed: () => answer(true),
    visible: async (entry) => answer(await everything(entry)),
  });
  await until(() => sink.text.includes('id:'));
  feed.add('a');
  await sleep(300);
  await pass(15_000);
  expect(sink.text).toContain('heartbeat');
  expect(sink.text).not.toContain('change');
  down = false;
  while (!sink.text.includes('change')) await pass(1_000);
  expect(clock.now()).toBeGreaterThan(1_000_000);
});

it('sends nothing more to a client that takes nothing, and lets go of it after a minute', async () => {
  const { feed, sink, pass, ended } = streaming();
  await until(() => sink.text.includes('id:'));
  sink.full = true;
  for (let i = 0; i < 300; i++) feed.add(String(i));
  await until(() => sink.text.includes('change'));
  const { text } = sink;
  await pass(15_000);
  await pass(15_000);
  await pass(15_000);
  expect(sink.text).toBe(text);
  await pass(15_000);
  await ended;
  expect(sink.closed).toBe(true);
});

it('goes on with a client that takes its time', async () => {
  const { feed, sink, pass } = streaming();
  await until(() => sink.text.includes('id:'));
  sink.full = true;
  for (let i = 0; i < 300; i++) feed.add(String(i));
  await until(() => sink.text.includes('change'));
  await pass(45_000);
  sink.makeRoom();
  await until(() => sink.text.includes('"299"'));
  const told = new EventStreamParser()
    .push(sink.text)
    .map(({ data }) => (JSON.parse(data) as FeedEntry).incidentIds[0]);
  expect(told).toEqual(Array.from({ length: 300 }, (_, i) => String(i)));
});

it('ends when the client leaves, when the server stops, and when what is asked of it fails', async () => {
  const left = streaming();
  await until(() => left.sink.text.includes('id:'));
  left.sink.leave();
  await left.ended;
  const stopped = streaming();
  stopped.sink.full = true;
  stopped.stop();
  await stopped.ended;
  const failing = streaming({ visible: () => Promise.reject(new TypeError('a bug')) });
  await until(() => failing.sink.text.includes('id:'));
  failing.feed.add('a');
  await expect(failing.ended).rejects.toThrow('a bug');
  for (const { sink } of [left, stopped, failing]) expect(sink.closed).toBe(true);
});

it('tells nothing of what changes after the access was revoked, long before the next heartbeat', async () => {
  let allowed = true;
  const { feed, sink, pass, ended } = streaming({ allowed: async () => allowed });
  await until(() => sink.text.includes('id:'));
  await pass(1000);
  feed.add('before');
  await until(() => sink.text.includes('before'));
  allowed = false;
  await pass(250);
  feed.add('after');
  await ended;
  expect(sink.closed).toBe(true);
  expect(sink.text).not.toContain('after');
});

it('goes on telling while it cannot be found out whether the access holds', async () => {
  const allowed = async (): Promise<boolean> => {
    throw new StoreUnavailable('away');
  };
  const { feed, sink, pass } = streaming({ allowed });
  await until(() => sink.text.includes('id:'));
  await pass(1000);
  feed.add('told');
  await until(() => sink.text.includes('told'));
  expect(sink.closed).toBe(false);
});
