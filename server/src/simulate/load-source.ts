/** A source of load: an API server whose Events come at a requested rate, for benches; runs in a process of its own. */
import type { ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import { systemClock } from '../kit/clock.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import type { ApiRequest } from './api-request.ts';
import { errorLine, failure, statusBody } from './api-status.ts';
import { startApiServer } from './api-server.ts';
import { ClusterStore } from './cluster-store.ts';
import { drained } from './drained.ts';
import { EventBytes } from './event-bytes.ts';
import { FaultScript } from './faults.ts';
import { addLoadObjects, loadResources } from './load-objects.ts';
import { LoadSequence } from './load-sequence.ts';

export interface LoadOptions {
  /** Events a second. */
  readonly rate: number;
  /** After so many the stream stays open and silent; unbounded by default. */
  readonly events?: number;
  readonly pods?: number;
  readonly nodes?: number;
  readonly namespaces?: number;
  /** Events that are there from the beginning. */
  readonly initialEvents?: number;
  readonly port?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface LoadStats {
  /** Events written to the furthest watch, and due by the clock. */
  readonly sent: number;
  readonly due: number;
  readonly bytes: number;
  /** How far the furthest watch is behind the schedule now, and was at worst. */
  readonly lagMs: number;
  readonly worstLagMs: number;
  /** How long writing waited for the socket to drain: next to the time passed, the share in which the reader was the slower one. */
  readonly blockedMs: number;
  readonly watches: number;
}

export interface LoadSource {
  readonly url: string;
  readonly clusterUid: string;
  /** resourceVersion before the first Event of the load: `version - firstVersion` numbers them from 1. */
  readonly firstVersion: number;
  stats(): LoadStats;
  close(): Promise<void>;
}

/** As wide as the field that versions are written to, since clients compare versions by length first. */
const FIRST_VERSION = 100_000_000_000_000;
const WRITE_BYTES = 128 * 1024;
const PACE_MS = 2;

/** The schedule begins with the first watch of Events. Every event's time is the one it was due at, also when it went out late. */
export async function startLoadSource(options: LoadOptions): Promise<LoadSource> {
  const {
    rate,
    clock,
    logger,
    events = Infinity,
    pods = 500,
    nodes = 20,
    namespaces = 20,
    initialEvents = 1000,
  } = options;
  if (!(rate > 0)) throw new Error(`the rate of a load is above 0 events a second, not ${rate}`);
  const resources = [...loadResources, eventResource];
  const store = new ClusterStore({ resources, clock, firstVersion: 1 });
  const seed = `load ${clock.now()}`;
  const objects = addLoadObjects(store, { pods, nodes, namespaces }, seed);
  const run = (clock.now() % 0xffffffff).toString(16).padStart(8, '0').slice(-8);
  const stream = new LoadStream({
    bytes: new EventBytes(objects, run),
    sequence: new LoadSequence(initialEvents),
    rate,
    events,
    clock,
  });
  const server = await startApiServer({
    store,
    clock,
    logger,
    faults: new FaultScript(clock, []),
    readLog: async () => null,
    watch: { bookmarkMs: 60_000, streamingList: true, expiredAnswer: () => 'stream' },
    gitVersion: 'v1.36.0',
    port: options.port ?? 0,
    instead: (request, response) => stream.answer(request, response),
  });
  return {
    url: server.url,
    clusterUid: store.collection('namespaces')?.objects.get('/kube-system')?.uid ?? '',
    firstVersion: FIRST_VERSION,
    stats: () => stream.stats(),
    async close() {
      stream.close();
      await server.close();
    },
  };
}

const eventResource = { group: 'events.k8s.io', version: 'v1', resource: 'events', kind: 'Event', namespaced: true };

interface StreamParts {
  readonly bytes: EventBytes;
  readonly sequence: LoadSequence;
  readonly rate: number;
  readonly events: number;
  readonly clock: Clock;
}

class LoadStream {
  readonly #parts: StreamParts;
  readonly #stop = new AbortController();
  #startedAt: number | null = null;
  #sent = 0;
  #bytes = 0;
  #worstLagMs = 0;
  #blockedMs = 0;
  #watches = 0;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** True where the request was for Events, and is answered here. */
  answer(request: ApiRequest, response: ServerResponse): boolean {
    if (request.group !== 'events.k8s.io' || request.resource !== 'events') return false;
    if (request.verb !== 'list' && request.verb !== 'watch') return false;
    const refusal = this.#refuse(request);
    if (refusal !== null) {
      response.writeHead(400, { 'content-type': 'application/json' }).end(statusBody(failure(400, refusal)));
    } else if (request.verb === 'list') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(this.#list());
    } else {
      // Its own errors end the response; nobody else waits for it.
      this.#watch(request, response).catch((error: unknown) =>
        response.destroy(error instanceof Error ? error : undefined),
      );
    }
    return true;
  }

  close(): void {
    this.#stop.abort();
  }

  stats(): LoadStats {
    return {
      sent: this.#sent,
      due: this.#due(),
      bytes: this.#bytes,
      lagMs: this.#lagOf(this.#sent),
      worstLagMs: this.#worstLagMs,
      blockedMs: this.#blockedMs,
      watches: this.#watches,
    };
  }

  #refuse({ query, namespace }: ApiRequest): string | null {
    if (namespace !== '' || query.has('fieldSelector') || query.has('labelSelector')) {
      return 'this source of load gives the Events of all namespaces, unselected';
    }
    return query.get('sendInitialEvents') === 'true' ? 'this source of load has no streaming list of Events' : null;
  }

  #due(): number {
    if (this.#startedAt === null) return 0;
    const { clock, rate, events } = this.#parts;
    return Math.min(events, Math.floor(((clock.now() - this.#startedAt) * rate) / 1000));
  }

  #timeOf(n: number): number {
    return (this.#startedAt ?? this.#parts.clock.now()) + (n * 1000) / this.#parts.rate;
  }

  #lagOf(sent: number): number {
    return this.#due() > sent ? this.#parts.clock.now() - this.#timeOf(sent) : 0;
  }

  /** The newest events, as many as there were in the beginning: older ones have outlived their time. */
  #list(): string {
    const { bytes, sequence } = this.#parts;
    const known = sequence.initial + Math.ceil(this.#sent / 2);
    const line = Buffer.allocUnsafe(bytes.longest);
    const items: string[] = [];
    for (let id = known - sequence.initial; id < known; id++) {
      const count = sequence.countBefore(id, this.#sent);
      const firstTime = this.#timeOf(sequence.whenWas(id, 1));
      const time = this.#timeOf(sequence.whenWas(id, count));
      const end = bytes.write(line, 0, { id, count, firstTime, time, version: FIRST_VERSION });
      const text = line.toString('latin1', 0, end);
      items.push(text.slice(text.indexOf('"object":') + 9, -2));
    }
    const metadata = { resourceVersion: String(FIRST_VERSION + this.#sent) };
    const head = JSON.stringify({ kind: 'EventList', apiVersion: 'events.k8s.io/v1', metadata });
    return `${head.slice(0, -1)},"items":[${items.join(',')}]}`;
  }

  async #watch(request: ApiRequest, response: ServerResponse): Promise<void> {
    const { clock } = this.#parts;
    const version = Number(request.query.get('resourceVersion') ?? '0');
    response.writeHead(200, { 'content-type': 'application/json' });
    if (!(version >= FIRST_VERSION))
      return void response.end(errorLine(failure(410, `too old resource version: ${version}`)));
    response.flushHeaders();
    this.#startedAt ??= clock.now();
    this.#watches += 1;
    const ends = clock.now() + Number(request.query.get('timeoutSeconds') ?? '1800') * 1000;
    try {
      let n = version - FIRST_VERSION;
      while (!response.destroyed && !this.#stop.signal.aborted && clock.now() < ends) {
        if (n >= this.#due()) await clock.sleep(PACE_MS);
        else n = await this.#writeSome(response, n);
      }
    } finally {
      this.#watches -= 1;
      response.end();
    }
  }

  /** Writes what is due up to one write's size, and waits for the reader where it has to. */
  async #writeSome(response: ServerResponse, from: number): Promise<number> {
    const { bytes, sequence, clock } = this.#parts;
    const due = this.#due();
    const buffer = Buffer.allocUnsafe(Math.min(WRITE_BYTES, (due - from) * bytes.longest));
    const room = buffer.length - bytes.longest;
    let end = 0;
    let n = from;
    this.#worstLagMs = Math.max(this.#worstLagMs, this.#lagOf(n));
    for (; n < due && end <= room; n++) {
      const { id, count } = sequence.at(n);
      const firstTime = this.#timeOf(sequence.whenWas(id, 1));
      end = bytes.write(buffer, end, { id, count, firstTime, time: this.#timeOf(n), version: FIRST_VERSION + 1 + n });
    }
    const isTaken = response.write(buffer.subarray(0, end));
    this.#sent = Math.max(this.#sent, n);
    this.#bytes += end;
    if (!isTaken) {
      const since = clock.now();
      await drained(response);
      this.#blockedMs += clock.now() - since;
    }
    return n;
  }
}

/**
 * The whole program of a load process: `--rate 25000 --events 1500000 --pods 5000 --nodes 500 --namespaces 20 --port 0`. Says where it
 * listens as one JSON line, then its statistics every second, until the signal aborts.
 */
export async function runLoadSource(
  argv: readonly string[],
  io: { readonly say: (line: string) => void; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  const names = ['rate', 'events', 'pods', 'nodes', 'namespaces', 'initialEvents', 'port'] as const;
  const { values } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const given = names.filter((name) => values[name] !== undefined).map((name) => [name, Number(values[name])] as const);
  const wrong = given.find(([, value]) => !(value >= 0));
  if (wrong !== undefined) throw new Error(`--${wrong[0]} takes a number, not ${String(values[wrong[0]])}`);
  const source = await startLoadSource({
    rate: 1000,
    ...Object.fromEntries(given),
    clock: systemClock,
    logger: io.logger,
  });
  const { url, clusterUid, firstVersion } = source;
  io.say(JSON.stringify({ url, clusterUid, firstVersion }));
  try {
    while (!signal.aborted) {
      await systemClock.sleep(1000, signal).catch(() => undefined);
      io.say(JSON.stringify(source.stats()));
    }
  } finally {
    await source.close();
  }
}
