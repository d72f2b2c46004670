/** GET /api/v1/stream of a whole server: over restarts and a kill, a client misses nothing and hears nothing twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireCreatedToken, WireEventPage, WireStreamChange } from '@tattle/contract';
import { expect, it, onTestFinished } from 'vitest';
import { EventStreamParser } from '../api/testing/event-source.ts';
import { eventually, type ServerProcess, startServer } from './testing/server-process.ts';

const SIMULATED = {
  TATTLE_SOURCE: 'simulate',
  TATTLE_SIMULATE_RECORDINGS: join(import.meta.dirname, '../../../examples/states'),
  TATTLE_SIMULATE_SPEED: '20',
  TATTLE_TOKEN: 'a-token-that-outlives-restarts',
};

async function scratch(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-stream-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return home;
}

/** A browser's EventSource: begins where the id before it left off. */
class Listener {
  readonly ids: string[] = [];
  readonly changes: WireStreamChange[] = [];
  readonly resets: string[] = [];
  lastEventId: string;
  /** Where it first stood. */
  firstId = '';
  #over = new AbortController();
  #closed: Promise<void> = Promise.resolve();

  constructor(lastEventId = '') {
    this.lastEventId = lastEventId;
  }

  connect(origin: string, token = SIMULATED.TATTLE_TOKEN, query = ''): void {
    const parser = new EventStreamParser(this.lastEventId);
    this.#over = new AbortController();
    const headers = { authorization: `Bearer ${token}`, 'last-event-id': this.lastEventId };
    this.#closed = new Promise((resolve) => {
      const request = get(`${origin}/api/v1/stream${query}`, { headers, signal: this.#over.signal }, (response) => {
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          for (const { type, data, lastEventId } of parser.push(text)) {
            if (type === 'reset') this.resets.push(data);
            else this.#hear(lastEventId, JSON.parse(data) as WireStreamChange);
          }
          this.lastEventId = parser.lastEventId;
          if (this.firstId === '') this.firstId = parser.lastEventId;
        });
        response.on('close', resolve);
        response.on('error', () => undefined);
      });
      request.on('error', () => resolve());
    });
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  async leave(): Promise<void> {
    this.#over.abort();
    await this.#closed;
  }

  #hear(id: string, change: WireStreamChange): void {
    this.ids.push(id);
    this.changes.push(change);
  }

  async until(what: string, is: (listener: Listener) => boolean): Promise<void> {
    await eventually(what, async () => (is(this) ? true : undefined));
  }
}

const heardMore = (listener: Listener, than: number) => listener.until('more changes', ({ ids }) => ids.length > than);

it('goes on after a restart and after a kill, without loss or repeat', { timeout: 120_000 }, async () => {
  const home = await scratch();
  let server: ServerProcess = await startServer(home, SIMULATED);
  const listener = new Listener();
  listener.connect(server.origin);
  await heardMore(listener, 5);
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGKILL'] as const) {
    const heard = listener.ids.length;
    await server.stop(signal);
    await listener.leave();
    server = await startServer(home, SIMULATED);
    listener.connect(server.origin);
    await heardMore(listener, heard + 5);
  }
  await listener.leave();

  // Whoever asks for the same stretch again, in one go, must hear the very same.
  const witness = new Listener(listener.firstId);
  witness.connect(server.origin);
  await witness.until('the same stretch', ({ ids }) => ids.includes(listener.ids.at(-1) ?? ''));
  await witness.leave();
  expect(listener.resets).toEqual([]);
  expect(listener.ids).toEqual(witness.ids.slice(0, listener.ids.length));
  expect(new Set(listener.ids).size).toBe(listener.ids.length);

  // And what the server has stored since the start was told.
  const told = new Set(witness.changes.flatMap(({ events }) => events.map(({ uid }) => uid)));
  const first = witness.changes.flatMap(({ events }) => events)[0]?.ingestedAt ?? '';
  const { body } = await server.get<WireEventPage>('/api/v1/events?limit=1000');
  const heard = listener.changes.flatMap(({ events }) => events.map(({ ingestedAt }) => ingestedAt)).sort();
  const stored = body.items.filter(({ ingestedAt }) => ingestedAt > first && ingestedAt < (heard.at(-1) ?? ''));
  expect(stored.length).toBeGreaterThan(10);
  expect(stored.map(({ uid }) => uid).filter((uid) => !told.has(uid))).toEqual([]);
});

it('tells a scoped token of its own namespace only, and ends within a heartbeat of its revocation', {
  timeout: 90_000,
}, async () => {
  const home = await scratch();
  const server = await startServer(home, SIMULATED);
  const admin = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
  const made = await fetch(`${server.origin}/api/v1/tokens`, {
    method: 'POST',
    headers: admin,
    body: JSON.stringify({
      name: 'checkout team',
      grants: [{ role: 'viewer', scope: [{ cluster: null, namespaces: ['checkout'] }] }],
    }),
  });
  const { secret, token } = (await made.json()) as WireCreatedToken;
  const listener = new Listener();
  listener.connect(server.origin, secret);
  await listener.until('events of checkout', ({ changes }) => changes.some(({ events }) => events.length > 0));
  const events = listener.changes.flatMap((change) => change.events);
  expect(events.filter(({ object }) => object.namespace !== 'checkout')).toEqual([]);
  const incidents = listener.changes.flatMap((change) => change.incidents);
  expect(incidents.filter(({ root }) => root.namespace !== 'checkout')).toEqual([]);

  await fetch(`${server.origin}/api/v1/tokens/${token.id}`, { method: 'DELETE', headers: admin });
  await sleep(1100);
  const asked = await fetch(`${server.origin}/api/v1/events`, { headers: { authorization: `Bearer ${secret}` } });
  expect(asked.status).toBe(401);
  const ended = Promise.race([listener.closed.then(() => 'ended'), sleep(20_000).then(() => 'still open')]);
  expect(await ended).toBe('ended');
});
