/** The live stream of this browser: one tab holds the connection and tells the others, since a browser has few connections to one server. */
import type { WireStreamChange } from '@tattle/contract';

export type FeedState = 'connecting' | 'live' | 'lost';

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
      this.#become('connecting');
      await this.#connect(signal);
      if (signal.aborted) return;
      this.#become('lost');
      await pause(AGAIN_MS, signal);
    }
  }

  /** Until the connection is beyond what the browser repairs by itself. */
  #connect(signal: AbortSignal): Promise<void> {
    const url = new URL(this.#url);
    url.searchParams.set('events', 'no');
    if (this.lastId !== null) url.searchParams.set('after', this.lastId);
    const source = new EventSource(url, { withCredentials: true });
    const end = Promise.withResolvers<void>();
    const close = () => {
      source.close();
      end.resolve();
    };
    signal.addEventListener('abort', close, { once: true });
    source.onopen = () => this.#become('live');
    source.onerror = () => {
      this.#become('lost');
      if (source.readyState === EventSource.CLOSED) close();
    };
    source.addEventListener('change', ({ data, lastEventId }: MessageEvent<string>) => {
      this.lastId = lastEventId;
      this.#tell({ kind: 'change', change: JSON.parse(data) as WireStreamChange, id: lastEventId });
    });
    source.addEventListener('reset', ({ lastEventId }: MessageEvent<string>) => {
      this.lastId = lastEventId;
      this.#tell({ kind: 'reset', id: lastEventId });
    });
    return end.promise.finally(() => signal.removeEventListener('abort', close));
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
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
