/** The live stream of this browser: one tab holds the connection and tells the others, since a browser has few connections to one server. */
import type { WireStreamChange } from '@tattle/contract';
import { createParser } from 'eventsource-parser';

/** `refused`: whoever is signed in may not follow any more. */
export type FeedState = 'connecting' | 'live' | 'lost' | 'refused';

type FeedMessage =
  | { readonly kind: 'change'; readonly change: WireStreamChange; readonly id: string }
  /** Something was missed: whatever is shown is to be asked for again. */
  | { readonly kind: 'reset'; readonly id: string }
  | { readonly kind: 'state'; readonly state: FeedState }
  /** A tab that has just come asks how things are. */
  | { readonly kind: 'hello' };

interface FeedOptions {
  /** Of the stream, without a query. */
  readonly url: string;
  readonly onMessage: (message: FeedMessage) => void;
}

const AGAIN_MS = 2_000;
/** Whoever may not follow will hardly be let in by asking often. */
const REFUSED_AGAIN_MS = 30_000;

/** The server says something every 15 s; a connection that is silent for longer is dead, whatever the browser believes. */
const SILENCE_MS = 35_000;

/** Answers how to stop. Where the browser has no locks (plain http on a network), each tab holds a connection of its own. */
export function followFeed({ url, onMessage }: FeedOptions): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel(`tattle ${url}`);
  const feed = new Feed(url, (message) => {
    channel.postMessage(message);
    onMessage(message);
  });
  channel.onmessage = ({ data }: MessageEvent<FeedMessage>) => {
    if (data.kind === 'hello') return feed.tellState();
    if (data.kind !== 'state') feed.lastId = data.id;
    onMessage(data);
  };
  channel.postMessage({ kind: 'hello' } satisfies FeedMessage);
  const hold = () => feed.hold(stop.signal);
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  void (locks === undefined ? hold() : locks.request(`tattle ${url}`, { signal: stop.signal }, hold)).catch(() => {
    // Stopped while it waited for the lock.
  });
  return () => {
    stop.abort();
    channel.close();
  };
}

class Feed {
  /** Where the stream goes on for whoever holds it next. */
  lastId: string | null = null;
  readonly #url: string;
  readonly #tell: (message: FeedMessage) => void;
  #state: FeedState | null = null;

  constructor(url: string, tell: (message: FeedMessage) => void) {
    this.#url = url;
    this.#tell = tell;
  }

  /** Only the one that holds the connection knows. */
  tellState(): void {
    if (this.#state !== null) this.#tell({ kind: 'state', state: this.#state });
  }

  /** Until the signal aborts. */
  async hold(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#state !== 'lost') this.#become('connecting');
      this.#become(await this.#connect(signal));
      await pause(this.#state === 'refused' ? REFUSED_AGAIN_MS : AGAIN_MS, signal);
    }
  }

  /** Until the connection ends, answering what that means. Read by `fetch`: an EventSource neither tells of a status nor of silence. */
  async #connect(signal: AbortSignal): Promise<FeedState> {
    const silence = new Silence(SILENCE_MS);
    try {
      const response = await fetch(this.#address(), { signal: AbortSignal.any([signal, silence.signal]) });
      if (response.status === 401 || response.status === 403) return 'refused';
      if (!response.ok || response.body === null) return 'lost';
      this.#become('live');
      const parser = createParser({ onEvent: (message) => this.#take(message) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      // By hand: Safari cannot iterate over a stream.
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        silence.broken();
        parser.feed(read.value);
      }
    } catch {
      // Cut off, silent, or stopped: either way it is asked for again, from where it was.
    } finally {
      silence.end();
    }
    return 'lost';
  }

  #address(): URL {
    const url = new URL(this.#url);
    url.searchParams.set('events', 'no');
    if (this.lastId !== null) url.searchParams.set('after', this.lastId);
    return url;
  }

  #take({
    event,
    data,
    id,
  }: {
    readonly event?: string | undefined;
    readonly data: string;
    readonly id?: string | undefined;
  }): void {
    if (id === undefined) return;
    this.lastId = id;
    if (event === 'change') this.#tell({ kind: 'change', change: JSON.parse(data) as WireStreamChange, id });
    else if (event === 'reset') this.#tell({ kind: 'reset', id });
  }

  #become(state: FeedState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.tellState();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    // A server that is away for a night is asked thousands of times.
    signal.removeEventListener('abort', stop);
  });
}

/** Aborts what says nothing for too long. */
class Silence {
  readonly #abort = new AbortController();
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number) {
    this.#ms = ms;
    this.#timer = this.#wait();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  broken(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#wait();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #wait(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#abort.abort(), this.#ms);
  }
}
