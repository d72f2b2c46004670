/** Many clients of one feed: each is told everything after where it was, in order and once, however it came and went. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../kit/clock.ts';
import type { Logger } from '../../model/ports/process.ts';
import { MemoryFeed } from '../testing/memory-feed.ts';
import { createFeedHub } from './feed-hub.ts';
import type { FeedHub, FeedStep } from './feed-hub.ts';

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function running(feed: MemoryFeed): FeedHub & { stop(): Promise<void> } {
  const hub = createFeedHub({ feed, clock: systemClock, logger: quiet });
  const over = new AbortController();
  const ended = hub.run(over.signal);
  const stop = () => {
    over.abort();
    return ended;
  };
  onTestFinished(stop);
  return Object.assign(hub, { stop });
}

/** Takes steps until it is left; the last position is where it would resume. */
function client(hub: FeedHub, after: string | null, slow: () => Promise<void> = async () => {}) {
  const over = new AbortController();
  const steps: FeedStep[] = [];
  const ended = (async () => {
    for await (const step of hub.subscribe(after, over.signal)) {
      steps.push(step);
      await slow();
    }
  })();
  const leave = () => {
    over.abort();
    return ended;
  };
  onTestFinished(leave);
  const told = () => steps.flatMap((step) => (step.kind === 'entry' ? step.entry.incidentIds : [step.kind]));
  return { steps, told, leave, ended, at: () => steps.at(-1)?.position ?? after };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

it('tells a client that names no position what comes from then on, and where it began', async () => {
  const feed = new MemoryFeed();
  feed.add('before');
  const hub = running(feed);
  const one = client(hub, null);
  await until(() => one.steps.length === 1);
  feed.add('a');
  feed.add('b');
  await until(() => one.steps.length === 3);
  expect(one.told()).toEqual(['start', 'a', 'b']);
  const other = client(hub, one.steps[0]?.position ?? null);
  await until(() => other.steps.length === 2);
  expect(other.told()).toEqual(['a', 'b']);
});

it('asks the store for nothing while nobody listens', async () => {
  const feed = new MemoryFeed();
  const hub = running(feed);
  const one = client(hub, null);
  await until(() => one.steps.length === 1);
  await one.leave();
  await sleep(300);
  const { asked } = feed;
  await sleep(500);
  expect(feed.asked).toBe(asked);
});

it('loses nothing and repeats nothing for clients that come, lag, leave and resume at any moment', async () => {
  const feed = new MemoryFeed();
  const hub = running(feed);
  let writing = true;
  const writer = (async () => {
    // Far more than the ring holds: forty entries of this size.
    for (let i = 0; i < 600; i++) {
      feed.add(String(i), Math.random() < 0.5 ? 250 : 0);
      if (Math.random() < 0.3) await sleep(Math.random() * 12);
    }
    writing = false;
  })();
  const follow = async (lag: number) => {
    const told: string[] = [];
    let position: string | null = 'e.0';
    while (told.length < 600) {
      const one = client(hub, position, async () => {
        if (Math.random() < 0.1) await sleep(Math.random() * lag);
      });
      const [before, stays] = [told.length, Math.random() * 300];
      const left = performance.now() + stays;
      await until(() => performance.now() > left || (!writing && before + one.told().length >= 600));
      await one.leave();
      told.push(...one.told());
      position = one.at();
    }
    return told;
  };
  const all = await Promise.all([0, 0, 2, 10, 60].map(follow));
  await writer;
  const expected = feed.entries.map(({ incidentIds }) => incidentIds[0]);
  for (const told of all) expect(told).toEqual(expected);
});

it('resets a client whose position is too old or none at all, and goes on from the end', async () => {
  const feed = new MemoryFeed();
  for (const id of ['a', 'b', 'c']) feed.add(id);
  feed.forget(1);
  const hub = running(feed);
  const old = client(hub, 'e.1');
  const strange = client(hub, "' OR 1 --");
  const kept = client(hub, 'e.2');
  await until(() => old.steps.length + strange.steps.length + kept.steps.length === 3);
  feed.add('d');
  await until(() => old.steps.length === 2 && strange.steps.length === 2 && kept.steps.length === 2);
  expect(old.told()).toEqual(['reset', 'd']);
  expect(old.steps[0]).toMatchObject({ reason: 'too-old' });
  expect(strange.told()).toEqual(['reset', 'd']);
  expect(strange.steps[0]).toMatchObject({ reason: 'unknown' });
  expect(kept.told()).toEqual(['c', 'd']);
});

it('resets a client that lags behind what is kept', async () => {
  const feed = new MemoryFeed();
  const hub = running(feed);
  let let_go = (): void => undefined;
  const held = new Promise<void>((resolve) => (let_go = resolve));
  const one = client(hub, 'e.0', () => held);
  const fast = client(hub, 'e.0');
  for (let i = 0; i < 300; i++) feed.add(String(i), 250);
  await until(() => fast.steps.length === 300);
  feed.forget(2);
  let_go();
  await until(() => one.told().includes('reset'));
  // No more than a page of the store's was on its way to it.
  expect(one.told().indexOf('reset')).toBeLessThanOrEqual(100);
  feed.add('last');
  await until(() => one.told().at(-1) === 'last');
  expect(one.told().at(-2)).toBe('reset');
});

it('waits while the store is down, for those who listen and those who come meanwhile', async () => {
  const feed = new MemoryFeed();
  const hub = running(feed);
  const one = client(hub, 'e.0');
  feed.add('a');
  await until(() => one.steps.length === 1);
  feed.down = true;
  feed.add('b');
  const two = client(hub, 'e.0');
  const three = client(hub, null);
  await sleep(700);
  expect([one.told(), three.told()]).toEqual([['a'], ['start']]);
  feed.down = false;
  await until(() => one.steps.length === 2 && two.steps.length === 2 && three.steps.length === 2);
  expect([one.told(), two.told(), three.told()]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    ['start', 'b'],
  ]);
});

it('ends every subscription when it stops, and those that come after it', async () => {
  const feed = new MemoryFeed();
  const hub = running(feed);
  const clients = [client(hub, null), client(hub, 'e.0'), client(hub, 'gone')];
  feed.down = true;
  await sleep(50);
  await hub.stop();
  await Promise.all(clients.map(({ ended }) => ended));
  await client(hub, null).ended;
});
