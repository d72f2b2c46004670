import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import { LoadSequence } from './load-sequence.ts';
import { runLoadSource, startLoadSource, type LoadOptions } from './load-source.ts';
import { ask } from './testing/ask.ts';
import { readWatch, type WatchLine } from './testing/watch-lines.ts';

const events = '/apis/events.k8s.io/v1/events';

async function load(options: Partial<LoadOptions>) {
  const source = await startLoadSource({
    rate: 20_000,
    clock: systemClock,
    logger: quiet().logger,
    pods: 40,
    ...options,
  });
  onTestFinished(() => source.close());
  return source;
}

/** series.count of what the stream says. */
const countOf = (line: WatchLine) => (line.object as unknown as { series?: { count: number } }).series?.count ?? 1;

describe('a source of load', () => {
  it('lists what was there, then gives half new events and half repeats whose counts rise by one', async () => {
    const { url } = await load({ events: 4000, initialEvents: 100 });
    const { body } = await ask(url + events);
    const counts = new Map(body.items.map((item) => [item.metadata.uid, 1]));
    expect(counts.size).toBe(100);
    const watch = await readWatch(`${url}${events}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
    let seen = 0;
    const lines = await watch.until(() => (seen += 1) === 4000);
    watch.close();
    for (const line of lines) {
      const before = counts.get(line.object.metadata.uid);
      expect(line.type).toBe(before === undefined ? 'ADDED' : 'MODIFIED');
      expect(countOf(line)).toBe((before ?? 0) + 1);
      counts.set(line.object.metadata.uid, countOf(line));
    }
    expect(counts.size).toBe(2100);
    const versions = lines.map((line) => Number(line.object.metadata.resourceVersion));
    expect(versions).toEqual(Array.from({ length: 4000 }, (_, n) => Number(body.metadata.resourceVersion) + 1 + n));
  });

  it('speaks of pods that it lists, with times of now and about 1.2 kB each', async () => {
    const before = systemClock.now();
    const source = await load({ events: 500 });
    const pods = (await ask(`${source.url}/api/v1/pods`)).body.items;
    const watch = await readWatch(`${source.url}${events}?watch=1&resourceVersion=${source.firstVersion}`);
    let seen = 0;
    const lines = await watch.until(() => (seen += 1) === 500);
    watch.close();
    const uids = new Set(pods.map((pod) => pod.metadata.uid));
    for (const { object } of lines) {
      const event = object as unknown as {
        regarding: { uid: string };
        eventTime: string;
        series?: { lastObservedTime: string };
      };
      expect(uids.has(event.regarding.uid)).toBe(true);
      const time = Date.parse(event.series?.lastObservedTime ?? event.eventTime);
      expect(time).toBeGreaterThanOrEqual(before - 1);
      expect(time).toBeLessThanOrEqual(systemClock.now());
    }
    expect(source.stats()).toMatchObject({ sent: 500, due: 500, lagMs: 0 });
    expect(source.stats().bytes / 500).toBeGreaterThan(1050);
    expect(source.stats().bytes / 500).toBeLessThan(1350);
  });

  it('resumes anywhere with the same events, and lists what it has said so far', async () => {
    const { url, firstVersion } = await load({ events: 1000, initialEvents: 50 });
    const read = async (version: number, count: number) => {
      const watch = await readWatch(`${url}${events}?watch=1&resourceVersion=${version}`);
      let seen = 0;
      const lines = await watch.until(() => (seen += 1) === count);
      watch.close();
      return lines;
    };
    const all = await read(firstVersion, 1000);
    expect(await read(firstVersion + 700, 300)).toEqual(all.slice(700));
    const list = (await ask(url + events)).body;
    expect(list.metadata.resourceVersion).toBe(String(firstVersion + 1000));
    const last = new Map(all.map((line) => [line.object.metadata.uid, countOf(line)]));
    const listed = list.items.map((object) => [object.metadata.uid, countOf({ type: '', object })]);
    expect(listed).toEqual([...last].slice(-50));
  });

  it('measures a reader that does not keep up', async () => {
    const source = await load({ rate: 200_000 });
    const response = await fetch(`${source.url}${events}?watch=1&resourceVersion=${source.firstVersion}`);
    const reader = response.body?.getReader();
    await reader?.read();
    while (source.stats().lagMs === 0 || source.stats().due - source.stats().sent < 10_000) await systemClock.sleep(5);
    expect(source.stats().sent).toBeLessThan(source.stats().due);
    await reader?.cancel();
  });

  it('refuses what it cannot do rather than do something else', async () => {
    const { url } = await load({});
    expect((await ask(`${url}/apis/events.k8s.io/v1/namespaces/team-1/events`)).code).toBe(400);
    expect((await ask(`${url}${events}?fieldSelector=type=Warning`)).code).toBe(400);
  });

  it('runs as a program that says where it is and how it does', async () => {
    const said: string[] = [];
    const stop = new AbortController();
    const logger = quiet().logger;
    const say = (line: string) => {
      said.push(line);
      if (said.length === 1) stop.abort();
    };
    await runLoadSource(['--rate', '500', '--pods', '10'], { say, logger }, stop.signal);
    expect(JSON.parse(said[0] ?? '')).toMatchObject({ url: expect.stringMatching(/^http:\/\/127/) });
    const wrong = runLoadSource(['--rate', 'fast'], { say, logger }, stop.signal);
    await expect(wrong).rejects.toThrow('--rate takes a number, not fast');
  });
});

describe('the sequence of a load', () => {
  it('agrees with itself on how often an event has happened', () => {
    const sequence = new LoadSequence(10);
    const counts = new Map<number, number>(Array.from({ length: 10 }, (_, id) => [id, 1]));
    for (let n = 0; n < 2000; n++) {
      for (const [id, count] of n % 97 === 0 ? counts : []) expect(sequence.countBefore(id, n)).toBe(count);
      const { id, count } = sequence.at(n);
      expect(count).toBe((counts.get(id) ?? 0) + 1);
      expect(sequence.whenWas(id, count)).toBe(n);
      counts.set(id, count);
    }
  });
});
