/** What goes down the line to one client, one whole message after the other. */
import type { WireStreamChange } from '@tattle/contract';
import type { Clock } from '../../model/ports/process.ts';
import type { FeedPosition } from '../../model/ports/feed.ts';
import type { FeedStep } from './feed-hub.ts';
import { HEARTBEAT, idAlone, message, retry } from './sse.ts';
import type { StreamSink } from './stream-sink.ts';

const RETRY_MS = 2_000;
/** Whoever takes nothing for so long has gone without a word, or holds the connection for no good. */
const STALLED_MS = 60_000;
/** What a client does not see moves its last event id no oftener than this. */
const ID_EVERY_MS = 1_000;

export class Line {
  readonly #sink: StreamSink;
  readonly #clock: Clock;
  readonly #over: AbortSignal;
  /** Until the other side has taken something. */
  #room: Promise<void> | undefined;
  #waitingSince: number | null = null;
  /** Passed, and not told the client yet. */
  #passed: FeedPosition | null = null;
  #saidAt = -Infinity;

  constructor(sink: StreamSink, clock: Clock, over: AbortSignal) {
    this.#sink = sink;
    this.#clock = clock;
    this.#over = over;
  }

  async begin(): Promise<void> {
    await this.#send(retry(RETRY_MS));
  }

  /** Resolves when there is room for more, or the stream is over. */
  async tell({ position: id, ...step }: FeedStep, change: WireStreamChange | null): Promise<void> {
    this.#passed = null;
    if (step.kind === 'reset') await this.#send(message({ id, event: 'reset', data: { reason: step.reason } }));
    else if (change !== null) await this.#send(message({ id, event: 'change', data: change }));
    else if (step.kind === 'start' || this.#clock.now() - this.#saidAt >= ID_EVERY_MS) await this.#send(idAlone(id));
    else this.#passed = id;
  }

  /** Not while the other side has yet to take what it was sent: it would only queue up. */
  beat(): void {
    if (this.#over.aborted || this.#waitingSince !== null) return;
    const id = this.#passed === null ? '' : idAlone(this.#passed);
    this.#passed = null;
    this.#put(id + HEARTBEAT);
  }

  isStalled(): boolean {
    return this.#waitingSince !== null && this.#clock.now() - this.#waitingSince >= STALLED_MS;
  }

  async #send(text: string): Promise<void> {
    if (this.#over.aborted) return;
    this.#put(text);
    await untilAborted(this.#room, this.#over);
  }

  #put(text: string): void {
    this.#saidAt = this.#clock.now();
    const room = this.#sink.write(text);
    if (room === undefined) return;
    this.#waitingSince ??= this.#clock.now();
    this.#room = room.then(() => {
      this.#room = undefined;
      this.#waitingSince = null;
    });
  }
}

async function untilAborted(work: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  if (work === undefined || signal.aborted) return;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
