import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { systemClock } from '../kit/clock.ts';
import type { WatchEvent } from '../kube/watch-stream.ts';
import {
  added,
  clientTo,
  expired,
  list,
  object,
  openWatch,
  ScriptedServer,
  type Script,
  status,
} from '../kube/testing/scripted-server.ts';
import { freePort } from '../kube/testing/control-plane.ts';
import { Reflector, type ReflectorHandler, type ReflectorOptions } from './reflector.ts';
import type { StreamGap } from './reflector-coverage.ts';

const PODS = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true };
const quietLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** What a reflector handed on, as one readable log, and a way to wait for an entry. */
class Recorder implements ReflectorHandler {
  readonly log: string[] = [];
  readonly gaps: StreamGap[] = [];
  hold: Promise<void> = Promise.resolve();
  #waiting: { text: string; resolve: () => void }[] = [];

  async replace(items: readonly unknown[], page: { last: boolean; resourceVersion: string }): Promise<void> {
    await this.hold;
    this.#say(`list ${names(items)}${page.last ? ` complete at ${page.resourceVersion}` : ''}`);
  }
  async changes(events: readonly WatchEvent[], resourceVersion: string): Promise<void> {
    await this.hold;
    for (const event of events) this.#say(`${event.type} ${names([event.object])} at ${resourceVersion}`);
  }
  async unreadable(lines: readonly { error: string }[]): Promise<void> {
    for (const line of lines) this.#say(`unreadable: ${line.error}`);
  }
  async gap(gap: StreamGap): Promise<void> {
    this.gaps.push(gap);
    this.#say(`gap ${gap.reason}`);
  }
  async restored(): Promise<void> {
    this.#say('restored');
  }
  async quiet(resourceVersion: string): Promise<void> {
    this.#say(`quiet at ${resourceVersion}`);
  }

  async until(text: string): Promise<void> {
    if (this.log.includes(text)) return;
    await new Promise<void>((resolve) => this.#waiting.push({ text, resolve }));
  }

  #say(text: string): void {
    this.log.push(text);
    for (const one of this.#waiting.filter((waiter) => waiter.text === text)) one.resolve();
  }
}

function names(items: readonly unknown[]): string {
  return items.map((item) => (item as { metadata: { name: string } }).metadata.name).join(',');
}

function start(url: string, more: Partial<ReflectorOptions> = {}) {
  const handler = new Recorder();
  const client = clientTo(url);
  const reflector = new Reflector({
    client,
    clock: systemClock,
    random: () => 0.5,
    logger: quietLogger,
    metrics: { count() {}, gauge() {}, observe() {} },
    cluster: { uid: 'c', name: 'c' },
    resource: PODS,
    namespace: '',
    selectors: {},
    stream: 'v1/pods',
    handler,
    resume: null,
    streamingList: false,
    ...more,
    timings: { backoff: { baseMs: 5, capMs: 20 }, ...more.timings },
  });
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  onTestFinished(async () => {
    stop.abort(new Error('test over'));
    client.close();
    await running;
  });
  return { handler, reflector, stop, running };
}

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** Answers the nth watch by the nth function, the last one ever after; lists by `lists` in the same way. */
function sequence(
  lists: ((response: ServerResponse) => void)[],
  watches: ((response: ServerResponse) => void)[],
): Script {
  let listed = 0;
  let watched = 0;
  return (call, response) => {
    const isCompare = !call.isWatch && call.query.get('limit') === '1';
    if (isCompare) return list(response, [], '1000000');
    const answers = call.isWatch ? watches : lists;
    const index = call.isWatch ? watched++ : listed++;
    answers[Math.min(index, answers.length - 1)]?.(response);
  };
}

const emptyList = (response: ServerResponse) => list(response, [], '10');
const open = (response: ServerResponse) => openWatch(response);

describe('listing and watching', () => {
  it('lists in pages, then watches from the version of the list and asks for bookmarks', async () => {
    const server = await serve((call, response) => {
      if (call.isWatch) return openWatch(response, added('c', '12'));
      if (call.query.get('continue') === null) return list(response, [object('a', '3')], '10', 'more');
      return list(response, [object('b', '4')], '10');
    });
    const { handler } = start(server.url, { timings: { pageSize: 1 } });
    await handler.until('ADDED c at 12');
    expect(handler.log).toEqual(['list a', 'list b complete at 10', 'ADDED c at 12']);
    const [watch] = server.watches;
    expect(watch?.query.get('resourceVersion')).toBe('10');
    expect(watch?.query.get('allowWatchBookmarks')).toBe('true');
    expect(Number(watch?.query.get('timeoutSeconds'))).toBe(450);
    expect(server.lists[0]?.query.get('limit')).toBe('1');
  });

  it('goes on from a bookmark and from the last event when the server ends the watch', async () => {
    const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '20' } } };
    const server = await serve(
      sequence(
        [emptyList],
        [
          (response) => (openWatch(response, added('a', '11'), bookmark), response.end()),
          (response) => openWatch(response, added('b', '21')),
        ],
      ),
    );
    const { handler } = start(server.url);
    await handler.until('ADDED b at 21');
    expect(server.watches[1]?.query.get('resourceVersion')).toBe('20');
    expect(handler.log.filter((line) => line.startsWith('list'))).toHaveLength(1);
  });

  it('starts over when a continue token expires, and never goes on with the inconsistent one', async () => {
    let first = true;
    const server = await serve((call, response) => {
      if (call.isWatch) return openWatch(response);
      const token = call.query.get('continue');
      if (token === null) return list(response, [object('a', '1')], '10', 'second-page');
      if (first) {
        first = false;
        return status(response, 410, 'Expired', { metadata: { continue: 'inconsistent' } });
      }
      return list(response, [object('b', '2')], '10');
    });
    const { handler } = start(server.url);
    await handler.until('list b complete at 10');
    expect(handler.log).toEqual(['list a', 'list a', 'list b complete at 10']);
    expect(server.lists.map((call) => call.query.get('continue'))).not.toContain('inconsistent');
  });

  it('asks for the list in one piece when its token keeps expiring', async () => {
    const server = await serve((call, response) => {
      if (call.isWatch) return openWatch(response);
      if (call.query.get('limit') === null) return list(response, [object('a', '1'), object('b', '2')], '10');
      if (call.query.get('continue') !== null) return status(response, 410, 'Expired');
      return list(response, [object('a', '1')], '10', 'more');
    });
    const { handler } = start(server.url);
    await handler.until('list a,b complete at 10');
  });

  it('keeps a torn character and a line without its line feed whole', async () => {
    const line = Buffer.from(`${JSON.stringify(added('käse-🧀', '11'))}\n${JSON.stringify(added('last', '12'))}`);
    const server = await serve(
      sequence(
        [emptyList],
        [
          async (response) => {
            openWatch(response);
            for (const byte of line) {
              response.write(Buffer.of(byte));
              await new Promise((resolve) => setImmediate(resolve));
            }
            response.end();
          },
          open,
        ],
      ),
    );
    const { handler } = start(server.url);
    await handler.until('ADDED last at 12');
    expect(handler.log).toContain('ADDED käse-🧀 at 11');
  });

  it('sets unreadable lines aside and goes on with the next', async () => {
    const server = await serve(
      sequence(
        [emptyList],
        [
          (response) => {
            openWatch(response);
            response.write('{"type":"ADDED","object":\n[]\nnull\n{"type":"WHAT","object":{}}\n');
            response.write(`${JSON.stringify(added('good', '11'))}\n`);
          },
        ],
      ),
    );
    const { handler } = start(server.url);
    await handler.until('ADDED good at 11');
    expect(handler.log.filter((line) => line.startsWith('unreadable'))).toHaveLength(4);
  });
});

describe('a version that the server holds no more', () => {
  const shapes: [string, (response: ServerResponse) => void][] = [
    ['as HTTP status 410', (response) => status(response, 410, 'Expired')],
    [
      'as reason Gone inside the stream',
      (response) => openWatch(response, { type: 'ERROR', object: { code: 410, reason: 'Gone' } }),
    ],
    ['as ERROR after good events', (response) => openWatch(response, added('before', '11'), expired())],
    ['as an empty 200', (response) => response.writeHead(200).end()],
  ];
  it.each(shapes)('is listed anew at once, %s', async (_shape, gone) => {
    const server = await serve(
      sequence([emptyList, (response) => list(response, [object('new', '40')], '50')], [gone, open]),
    );
    const { handler } = start(server.url, { timings: { backoff: { baseMs: 60_000, capMs: 60_000 } } });
    await handler.until('list new complete at 50');
    expect(server.watches.at(-1)?.query.get('resourceVersion')).toBeDefined();
    if (_shape.includes('after good')) expect(handler.log).toContain('ADDED before at 11');
  });

  it('does not hammer a server that answers every watch with it', async () => {
    const server = await serve(sequence([emptyList], [(response) => status(response, 410, 'Expired')]));
    const { handler } = start(server.url, { timings: { backoff: { baseMs: 60_000, capMs: 60_000 } } });
    await expect.poll(() => server.watches.length).toBe(2);
    expect(handler.log).toEqual(['list  complete at 10', 'list  complete at 10']);
  });

  it('makes a gap from the saved position to now when that was the resumed one', async () => {
    const server = await serve(sequence([emptyList], [(response) => openWatch(response, expired()), open]));
    const { handler } = start(server.url, { resume: { resourceVersion: '5', at: 1000 } });
    await handler.until('gap expired');
    expect(handler.gaps[0]).toMatchObject({ reason: 'expired', from: 1000 });
    expect(handler.log).toEqual(['list  complete at 10', 'gap expired']);
  });
});

describe('resuming', () => {
  it('goes on from the saved position without a list or a gap', async () => {
    const server = await serve(sequence([emptyList], [(response) => openWatch(response, added('a', '7'))]));
    const { handler } = start(server.url, { resume: { resourceVersion: '5', at: 1000 } });
    await handler.until('ADDED a at 7');
    expect(server.watches[0]?.query.get('resourceVersion')).toBe('5');
    expect(handler.log).toEqual(['ADDED a at 7']);
  });

  it('sees that the cluster was restored from a backup, and lists everything as another history', async () => {
    const server = await serve((call, response) => (call.isWatch ? openWatch(response) : list(response, [], '99')));
    const { handler } = start(server.url, { resume: { resourceVersion: '100', at: 1000 } });
    await handler.until('gap restored');
    expect(handler.log).toEqual(['restored', 'list  complete at 99', 'gap restored']);
    expect(server.watches.map((call) => call.query.get('resourceVersion'))).not.toContain('100');
  });

  it('sees it on a reconnect, too', async () => {
    let version = '200';
    const server = await serve((call, response) => {
      if (!call.isWatch) return list(response, [], version);
      openWatch(response);
      if (version === '200') {
        version = '150';
        response.destroy();
      }
    });
    const { handler } = start(server.url);
    await handler.until('gap restored');
    expect(handler.log.slice(-3)).toEqual(['restored', 'list  complete at 150', 'gap restored']);
  });
});

describe('trouble', () => {
  it('watches again after 429 as long as the server asks, without a list', async () => {
    const server = await serve(
      sequence(
        [emptyList],
        [
          (response) => status(response, 429, 'TooManyRequests', {}, { 'retry-after': '0.2' }),
          (response) =>
            openWatch(response, { type: 'ERROR', object: { code: 429, details: { retryAfterSeconds: 0.1 } } }),
          (response) => openWatch(response, added('a', '11')),
        ],
      ),
    );
    const { handler } = start(server.url);
    await handler.until('ADDED a at 11');
    expect(server.lists).toHaveLength(1);
  });

  it('retries a list that fails, for ever', async () => {
    let tries = 0;
    const server = await serve((call, response) => {
      if (call.isWatch) return openWatch(response);
      tries += 1;
      if (tries < 4) return tries % 2 === 0 ? void response.destroy() : status(response, 500, 'InternalError');
      return list(response, [object('a', '1')], '10');
    });
    const { handler } = start(server.url);
    await handler.until('list a complete at 10');
  });

  it('finds a server again that was away, and goes on from where it stood', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const { handler, reflector } = start(url, { resume: { resourceVersion: '5', at: 1 } });
    await expect.poll(() => reflector.status().health).toBe('unreachable');
    const sockets = new Set<Socket>();
    const inner = await serve(sequence([emptyList], [(response) => openWatch(response, added('a', '6'))]));
    // The scripted server picks its own port: what listens on the one that was refused hands on to it.
    const { connect } = await import('node:net');
    const front = createServer((socket) => {
      sockets.add(socket);
      const back = connect(Number(new URL(inner.url).port), '127.0.0.1');
      socket.pipe(back).pipe(socket);
      socket.on('error', () => back.destroy());
      back.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => front.listen(port, '127.0.0.1', resolve));
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => front.close(resolve));
    });
    await handler.until('ADDED a at 6');
    expect(inner.watches[0]?.query.get('resourceVersion')).toBe('5');
    expect(handler.log).toEqual(['ADDED a at 6']);
  });

  it('opens a watch anew that says nothing for too long, from the same version', async () => {
    const server = await serve(sequence([emptyList], [open, (response) => openWatch(response, added('missed', '11'))]));
    const { handler } = start(server.url, { timings: { idleMs: 100 } });
    await handler.until('ADDED missed at 11');
    expect(server.watches[1]?.query.get('resourceVersion')).toBe('10');
  });

  it('lists anew when the server reports another error in the stream', async () => {
    const forbidden = { type: 'ERROR', object: { code: 422, reason: 'Invalid' } };
    const server = await serve(
      sequence(
        [emptyList, (response) => list(response, [], '20')],
        [(response) => openWatch(response, forbidden), open],
      ),
    );
    const { handler } = start(server.url);
    await handler.until('list  complete at 20');
  });

  it('is denied with the Role that would mend it', async () => {
    const server = await serve((_call, response) =>
      status(response, 403, 'Forbidden', {
        message: 'pods is forbidden: User "system:serviceaccount:tattle:watcher" cannot list resource "pods"',
      }),
    );
    const { reflector } = start(server.url);
    await expect.poll(() => reflector.status().health).toBe('denied');
    const { detail } = reflector.status();
    expect(detail).toContain('kind: ClusterRole\n');
    expect(detail).toContain('resources: ["pods"]');
    expect(detail).toContain('- kind: ServiceAccount\n  namespace: tattle\n  name: watcher');
  });

  it('outlives a handler that throws, and lists again what it may have lost', async () => {
    const server = await serve(sequence([(response) => list(response, [object('a', '1')], '10')], [open]));
    const { handler } = start(server.url);
    handler.hold = Promise.reject(new Error('the store said no'));
    handler.hold.catch(() => undefined);
    await expect.poll(() => server.lists.length).toBeGreaterThan(1);
    handler.hold = Promise.resolve();
    await handler.until('list a complete at 10');
  });
});

describe('backpressure', () => {
  it('reads no further while the handler is busy, so that the server is held back', async () => {
    let written = 0;
    let finished = false;
    const line = `${JSON.stringify({ type: 'ADDED', object: object('x'.repeat(1000), '11') })}\n`;
    const total = 40_000;
    const server = await serve(
      sequence(
        [emptyList],
        [
          async (response) => {
            openWatch(response);
            while (written < total && !response.destroyed) {
              written += 1;
              if (!response.write(line)) await new Promise((resolve) => response.once('drain', resolve));
            }
            finished = true;
          },
        ],
      ),
    );
    const { handler } = start(server.url);
    await handler.until('list  complete at 10');
    const gate = Promise.withResolvers<void>();
    handler.hold = gate.promise;
    // The writing stops moving once every buffer between is full.
    let before = -1;
    await expect
      .poll(
        () => {
          const still = written > 0 && written === before;
          before = written;
          return still;
        },
        { interval: 300, timeout: 10_000 },
      )
      .toBe(true);
    expect(finished).toBe(false);
    expect(written).toBeLessThan(total / 2);
    gate.resolve();
    await expect.poll(() => handler.log.length, { timeout: 10_000 }).toBe(total + 1);
  });
});

describe('the streaming list', () => {
  const bookmark = {
    type: 'BOOKMARK',
    object: { metadata: { resourceVersion: '30', annotations: { 'k8s.io/initial-events-end': 'true' } } },
  };

  it('is complete with its bookmark, and the same connection goes on', async () => {
    const server = await serve((call, response) => {
      expect(call.query.get('sendInitialEvents')).toBe('true');
      openWatch(response, added('b', '20'), added('a', '4'), bookmark, added('c', '31'));
    });
    const { handler, reflector } = start(server.url, { streamingList: true });
    await handler.until('ADDED c at 31');
    expect(reflector.status().health).toBe('watching');
    expect(handler.log.slice(-2)).toEqual(['list b,a complete at 30', 'ADDED c at 31']);
    expect(server.calls).toHaveLength(1);
  });

  it('falls back to pages where the server refuses it', async () => {
    const server = await serve((call, response) => {
      if (call.query.get('sendInitialEvents') === 'true') return status(response, 422, 'Invalid');
      if (call.isWatch) return openWatch(response);
      return list(response, [object('a', '1')], '10');
    });
    const { handler } = start(server.url, { streamingList: true });
    await handler.until('list a complete at 10');
  });

  it('falls back when the bookmark never comes', async () => {
    const server = await serve((call, response) => {
      if (call.query.get('sendInitialEvents') === 'true') return openWatch(response, added('a', '1'));
      if (call.isWatch) return openWatch(response);
      return list(response, [object('a', '1')], '10');
    });
    const { handler } = start(server.url, { streamingList: true, timings: { idleMs: 100 } });
    await handler.until('list a complete at 10');
    expect(handler.log[0]).toBe('list a');
  });
});

describe('stopping', () => {
  it('ends at once when aborted, whatever it waits for', async () => {
    const server = await serve(sequence([emptyList], [open]));
    const { handler, stop, running, reflector } = start(server.url);
    await handler.until('list  complete at 10');
    stop.abort(new Error('enough'));
    await running;
    expect(reflector.status().health).toBe('stopped');
  });
});
