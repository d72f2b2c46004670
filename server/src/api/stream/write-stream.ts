/** One client's stream: entries as Server-Sent Events, cut down to what it may see, with a heartbeat, until either side leaves. */
import type { WireStreamChange } from '@tattle/contract';
import { StoreUnavailable } from '../../model/ports/store.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { FeedEntry, FeedPosition } from '../../model/ports/feed.ts';
import type { FeedHub } from './feed-hub.ts';
import { Line } from './line.ts';
import { patiently, rest } from './patience.ts';
import { isWithin } from '../within.ts';
import type { StreamSink } from './stream-sink.ts';

const HEARTBEAT_MS = 15_000;
/** What was revoked is told no more after this; asking costs a signature with some tokens, and many changes come at once. */
const ALLOWED_MS = 250;

export interface StreamOptions {
  readonly hub: FeedHub;
  /** The client's `Last-Event-ID`; null begins now. */
  readonly after: FeedPosition | null;
  readonly sink: StreamSink;
  /** What this client may and wants to see of it; null where that is nothing. It is asked again while it throws StoreUnavailable. */
  visible(entry: FeedEntry): Promise<WireStreamChange | null>;
  /** Asked before a change is told, and with each heartbeat; false ends the stream. */
  allowed(): Promise<boolean>;
  readonly clock: Clock;
  /** Of the server: streams end with it. */
  readonly signal: AbortSignal;
}

/** Resolves when the stream has ended and the sink is closed. Throws what `visible`, `allowed` and the feed throw, but no outage. */
export async function writeStream(options: StreamOptions): Promise<void> {
  const { sink, signal } = options;
  const over = new AbortController();
  const end = () => over.abort();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  sink.onClose(end);
  const line = new Line(sink, options.clock, over.signal);
  try {
    await Promise.all([tell(options, line, over.signal).finally(end), beat(options, line, over.signal).finally(end)]);
  } finally {
    signal.removeEventListener('abort', end);
    sink.close();
  }
}

async function tell(options: StreamOptions, line: Line, over: AbortSignal): Promise<void> {
  const { hub, after, clock } = options;
  let allowedAt = clock.now();
  await line.begin();
  for await (const step of hub.subscribe(after, over)) {
    const change = step.kind === 'entry' ? await patiently(() => options.visible(step.entry), clock, over) : null;
    if (change === undefined || over.aborted) return;
    if (change !== null && !isWithin(clock.now(), allowedAt, ALLOWED_MS)) {
      if (!(await isAllowed(options))) return;
      allowedAt = clock.now();
    }
    await line.tell(step, change);
  }
}

async function beat(options: StreamOptions, line: Line, over: AbortSignal): Promise<void> {
  for (;;) {
    await rest(options.clock, HEARTBEAT_MS, over);
    if (over.aborted || line.isStalled() || !(await isAllowed(options))) return;
    line.beat();
  }
}

/** While the store is down nothing new is told: what was allowed may wait for it. */
async function isAllowed(options: StreamOptions): Promise<boolean> {
  try {
    return await options.allowed();
  } catch (error) {
    if (error instanceof StoreUnavailable) return true;
    throw error;
  }
}
