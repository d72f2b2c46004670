/** The live stream over real HTTP and a real store: whoever comes, leaves and resumes, through restarts, misses and repeats nothing. */
import { randomUUID } from 'node:crypto';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createFeedHub } from '../api/stream/feed-hub.ts';
import { responseSink } from '../api/stream/stream-sink.ts';
import { writeStream } from '../api/stream/write-stream.ts';
import { EventStreamParser } from '../api/testing/event-source.ts';
import { wireEvent } from '../api/wire.ts';
import { systemClock } from '../kit/clock.ts';
import type { Feed, FeedEntry } from '../model/ports/feed.ts';
import { openStore } from '../store/open-store.ts';
import { change, CLUSTER, created, incident } from '../store/testing/events.ts';
import { noMetrics, silentLogger, startTestServer } from '../store/testing/servers.ts';
import type { TestServer } from '../store/testing/servers.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const openOn = (url: string) =>
  openStore({ target: { kind: 'url', url }, clock: systemClock, logger: silentLogger, metrics: noMetrics });

/** One process of Tattle, as far as the stream needs it. `?odd` sees every other entry only. */
async function serveStream(url: string) {
  const store = await openOn(url);
  const over = new AbortController();
  const hub = createFeedHub({ feed: store.feed, clock: systemClock, logger: silentLogger });
  const running = hub.run(over.signal);
  const streams = new Set<Promise<void>>();
  const http = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const odd = request.url === '/?odd';
    const stream = writeStream({
      hub,
      after: String(request.headers['last-event-id']),
      sink: responseSink(response),
      visible: async (entry) => (odd && !isOdd(entry) ? null : shown(entry)),
      allowed: async () => true,
      clock: systemClock,
      signal: over.signal,
    }).finally(() => streams.delete(stream));
    streams.add(stream);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const { port } = http.address() as AddressInfo;
  const stop = async () => {
    over.abort();
    await Promise.all([running, ...streams]);
    // Ended streams close their connections; none is cut off.
    await new Promise((resolve) => {
      http.close(resolve);
      http.closeIdleConnections();
    });
    await store.close();
  };
  return { port, stop };
}

function isOdd({ position }: Pick<FeedEntry, 'position'>): boolean {
  return Number(position.split('.').at(-1)) % 2 === 1;
}

function shown({ events, topics }: FeedEntry) {
  return { events: events.map(wireEvent), incidents: [], topics: [...topics] };
}

/** Connects, listens for a while, leaves: in the midst of a message as well as between two. */
async function listen(port: number, path: string, lastEventId: string, ms: number) {
  const parser = new EventStreamParser(lastEventId);
  const told: string[] = [];
  const uids: string[] = [];
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ms);
  await new Promise<void>((resolve) => {
    const request = get({ port, path, headers: { 'last-event-id': lastEventId }, signal: over.signal }, (response) => {
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        for (const { type, data, lastEventId: id } of parser.push(text)) {
          if (type !== 'change') throw new Error(`a ${type} that nothing asked for`);
          told.push(id);
          uids.push(...(JSON.parse(data) as { events: { uid: string }[] }).events.map(({ uid }) => uid));
        }
      });
      response.on('close', resolve);
      response.on('error', () => undefined);
    });
    // While no server listens, and when this client leaves.
    request.on('error', () => setTimeout(resolve, 20));
  });
  clearTimeout(timer);
  return { told, uids, lastEventId: parser.lastEventId };
}

async function everything(feed: Feed, from: string): Promise<readonly FeedEntry[]> {
  const all: FeedEntry[] = [];
  for (;;) {
    const page = await feed.after(all.at(-1)?.position ?? from, 100);
    if (page === null) throw new Error('the feed does not know where it began');
    if (page.length === 0) return all;
    all.push(...page);
  }
}

it('tells every client the whole feed once, over restarts', { timeout: 90_000 }, async () => {
  const url = await server.freshDatabase();
  const beside = await openOn(url);
  onTestFinished(() => beside.close());
  const from = await beside.feed.end();
  let serving = await serveStream(url);
  let writing = true;

  const write = async () => {
    const store = await openOn(url);
    const stream = randomUUID();
    while (writing) {
      const at = Date.now();
      const events = Array.from({ length: 1 + Math.floor(Math.random() * 30) }, () =>
        created({ uid: randomUUID(), at: at - 1, message: 'x'.repeat(Math.random() * 2_000) }),
      );
      const position = { clusterUid: CLUSTER.uid, stream, resourceVersion: '1', epoch: 0, at };
      await store.store.commit(change(at, { created: events, positions: Math.random() < 0.8 ? [position] : [] }));
      if (Math.random() < 0.1) await store.store.commit(change(at, { incidents: [incident(stream, at)] }));
      await sleep(Math.random() * 40);
    }
    await store.close();
  };
  let complete: readonly FeedEntry[] | null = null;
  const follow = async (path: string) => {
    const told: string[] = [];
    const uids: string[] = [];
    let position = from;
    const isDone = () => {
      const all = path === '/?odd' ? complete?.filter(isOdd) : complete;
      return all !== undefined && all !== null && told.length >= all.length;
    };
    while (!isDone()) {
      const visit = await listen(serving.port, path, position, Math.random() * 900);
      told.push(...visit.told);
      uids.push(...visit.uids);
      position = visit.lastEventId;
    }
    return { told, uids, position };
  };
  const clients = ['/', '/', '/', '/?odd', '/?odd'].map(follow);
  const writers = [write(), write(), write()];
  for (let restart = 0; restart < 4; restart++) {
    await sleep(1_500);
    await serving.stop();
    serving = await serveStream(url);
  }
  await sleep(500);
  writing = false;
  await Promise.all(writers);
  complete = await everything(beside.feed, from);
  const results = await Promise.all(clients);
  await serving.stop();

  expect(complete.length).toBeGreaterThan(200);
  for (const [i, { told, uids, position }] of results.entries()) {
    const expected = i < 3 ? complete : complete.filter(isOdd);
    expect(told).toEqual(expected.map((entry) => entry.position));
    expect(uids).toEqual(expected.flatMap(({ events }) => events.map(({ uid }) => uid)));
    expect(await beside.feed.after(position, 10)).not.toBeNull();
  }
});
