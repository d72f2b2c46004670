/** A watch in progress: bytes in, batches of parsed events out, one batch a chunk, and the next chunk only when asked for. */
import type { IncomingMessage } from 'node:http';
import { asRecord, asText, failureFromError, failureFromStatus, type KubeFailure } from './answer.ts';
import { LineSplitter } from './json-lines.ts';

/** Etcd takes objects up to 1.5 MB by default; JSON of one stays well under this. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const EXCERPT_CHARS = 512;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Readonly<Record<string, unknown>>;
}

/** A line that is no event: kept aside, never a reason to stop. */
export interface UnreadableLine {
  readonly excerpt: string;
  readonly error: string;
}

export interface WatchBatch {
  readonly events: WatchEvent[];
  readonly unreadable: UnreadableLine[];
  /** Of the last event or bookmark; empty when the batch brought none. */
  resourceVersion: string;
  /** The bookmark that ends a streaming list: how many of `events` came before it; null when it was not in this batch. */
  initialEventsEnd: { readonly events: number; readonly resourceVersion: string } | null;
  /** The server ended the watch with an ERROR; what came before it in the batch counts. */
  failure: KubeFailure | null;
}

export type WatchRead =
  | { readonly kind: 'batch'; readonly batch: WatchBatch }
  /** The server closed it in good order. */
  | { readonly kind: 'end' }
  | { readonly kind: 'broken'; readonly failure: KubeFailure };

export class WatchStream {
  readonly #response: IncomingMessage;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #splitter = new LineSplitter(MAX_LINE_BYTES);

  constructor(response: IncomingMessage) {
    this.#response = response;
    response.on('error', ignore);
    this.#chunks = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** While nobody asks, the socket fills and the server is held back. */
  async next(): Promise<WatchRead> {
    let chunk: IteratorResult<Buffer>;
    try {
      chunk = await this.#chunks.next();
    } catch (error) {
      return { kind: 'broken', failure: failureFromError(error) };
    }
    const batch = emptyBatch();
    if (chunk.done === true) {
      const rest = this.#splitter.end();
      // A last line without its line feed counts when it is whole; a torn one comes again with the next watch.
      if (rest.trim() !== '' && isJson(rest)) readLine(batch, rest);
      return hasContent(batch) ? { kind: 'batch', batch } : { kind: 'end' };
    }
    this.#splitter.push(
      chunk.value,
      (line) => readLine(batch, line),
      (excerpt) => batch.unreadable.push({ excerpt, error: `a line of more than ${MAX_LINE_BYTES} bytes` }),
    );
    return { kind: 'batch', batch };
  }

  close(): void {
    this.#response.destroy();
  }
}

function emptyBatch(): WatchBatch {
  return { events: [], unreadable: [], resourceVersion: '', initialEventsEnd: null, failure: null };
}

function hasContent(batch: WatchBatch): boolean {
  return batch.events.length > 0 || batch.resourceVersion !== '' || batch.failure !== null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readLine(batch: WatchBatch, line: string): void {
  // Nothing after an ERROR counts.
  if (batch.failure !== null) return;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    if (line.trim() !== '')
      batch.unreadable.push(unreadable(line, error instanceof Error ? error.message : String(error)));
    return;
  }
  if (isEvent(parsed)) {
    batch.events.push(parsed);
    const version = resourceVersionOf(parsed.object);
    if (version !== '') batch.resourceVersion = version;
    return;
  }
  const { type, object } = asRecord(parsed);
  if (type === 'BOOKMARK') readBookmark(batch, object);
  else if (type === 'ERROR') batch.failure = failureFromStatus(object);
  else batch.unreadable.push(unreadable(line, `not a watch event: type ${JSON.stringify(type) ?? 'missing'}`));
}

function readBookmark(batch: WatchBatch, object: unknown): void {
  const version = resourceVersionOf(object);
  if (version !== '') batch.resourceVersion = version;
  const annotations = asRecord(asRecord(asRecord(object)['metadata'])['annotations']);
  if (annotations[INITIAL_EVENTS_END] === 'true') {
    batch.initialEventsEnd = { events: batch.events.length, resourceVersion: version };
  }
}

function isEvent(value: unknown): value is WatchEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { type, object } = value as Record<string, unknown>;
  return (
    (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') && typeof object === 'object' && object !== null
  );
}

export function resourceVersionOf(object: unknown): string {
  return asText(asRecord(asRecord(object)['metadata'])['resourceVersion']);
}

function unreadable(line: string, error: string): UnreadableLine {
  return { excerpt: line.slice(0, EXCERPT_CHARS), error };
}

/** The iterator reports errors; without a listener, one that comes before anybody reads would end the process. */
function ignore(): void {}
