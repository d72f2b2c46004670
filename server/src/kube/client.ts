/** What Tattle asks of an API server: get, list a page, watch, text, and small posts. Every expected outcome is a value. */
import type { IncomingMessage } from 'node:http';
import type { RatePolicy } from '../kit/rate-limit.ts';
import type { Clock } from '../model/ports/process.ts';
import type { ClusterAccess } from './access.ts';
import { type Answer, asRecord, asText, fail, failureFromError, failureFromResponse, succeed } from './answer.ts';
import { abortReason, type KubeRequest, Transport } from './transport.ts';
import { WatchStream } from './watch-stream.ts';

const HEADERS_TIMEOUT_MS = 30_000;
const BODY_TIMEOUT_MS = 120_000;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;
/** A page of 500 pods is about 5 MB; without a limit a large cluster's list stays under this. */
const MAX_LIST_BYTES = 256 * 1024 * 1024;

export type JsonObject = Readonly<Record<string, unknown>>;
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ListPage {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** Empty on the last page. */
  readonly continueToken: string;
}

export interface KubeClientOptions {
  readonly access: ClusterAccess;
  readonly clock: Clock;
  readonly userAgent: string;
  /** 20 a second with a burst of 50 by default. */
  readonly rateLimit?: RatePolicy;
}

/** Methods throw only their signal's reason. Paths begin with a slash and carry no query. */
export class KubeClient {
  readonly name: string;
  readonly namespace: string;
  readonly #transport: Transport;
  readonly #clock: Clock;

  constructor(options: KubeClientOptions) {
    this.name = options.access.name;
    this.namespace = options.access.namespace;
    this.#clock = options.clock;
    this.#transport = new Transport({
      access: options.access,
      clock: options.clock,
      userAgent: options.userAgent,
      rateLimit: options.rateLimit ?? { perSecond: 20, burst: 50 },
    });
  }

  async get(path: string, signal: AbortSignal, query: Query = {}): Promise<Answer<JsonObject>> {
    return this.#json(request('GET', path, query, signal), MAX_OBJECT_BYTES);
  }

  async post(path: string, body: JsonObject, signal: AbortSignal): Promise<Answer<JsonObject>> {
    return this.#json({ ...request('POST', path, {}, signal), body: JSON.stringify(body) }, MAX_OBJECT_BYTES);
  }

  async list(path: string, query: Query, signal: AbortSignal): Promise<Answer<ListPage>> {
    const answer = await this.#json(request('GET', path, query, signal), MAX_LIST_BYTES);
    if (!answer.ok) return answer;
    const metadata = asRecord(answer.value['metadata']);
    const items = answer.value['items'] ?? [];
    if (!Array.isArray(items)) return fail('unreadable', `GET ${path}: the answer is no list`);
    return succeed({
      items,
      resourceVersion: asText(metadata['resourceVersion']),
      continueToken: asText(metadata['continue']),
    });
  }

  /** Resolves when the server has accepted the watch. `headersTimeoutMs` bounds that. */
  async watch(
    path: string,
    query: Query,
    signal: AbortSignal,
    headersTimeoutMs = HEADERS_TIMEOUT_MS,
  ): Promise<Answer<WatchStream>> {
    const answer = await this.#transport.send({
      ...request('GET', path, { watch: true, ...query }, signal),
      headersTimeoutMs,
    });
    if (!answer.ok) return answer;
    if (answer.value.statusCode === 200) return succeed(new WatchStream(answer.value));
    return this.#refusal(answer.value, signal);
  }

  /** `pods/log` and other plain text, cut at `maxBytes`. */
  async text(path: string, query: Query, maxBytes: number, signal: AbortSignal): Promise<Answer<string>> {
    const answer = await this.#transport.send({ ...request('GET', path, query, signal), accept: '*/*' });
    if (!answer.ok) return answer;
    if (answer.value.statusCode !== 200) return this.#refusal(answer.value, signal);
    const body = await readBody(answer.value, maxBytes, signal);
    if (!body.ok) return body;
    return succeed(body.value.bytes.toString('utf8'));
  }

  /** Closes every connection, running watches too. */
  close(): void {
    this.#transport.close();
  }

  async #json(call: KubeRequest, maxBytes: number): Promise<Answer<JsonObject>> {
    const answer = await this.#transport.send(call);
    if (!answer.ok) return answer;
    const status = answer.value.statusCode ?? 0;
    if (status < 200 || status > 299) return this.#refusal(answer.value, call.signal);
    const body = await readBody(answer.value, maxBytes, call.signal);
    if (!body.ok) return body;
    if (body.value.truncated) {
      return fail('too-large', `${call.method} ${call.path}: an answer of more than ${maxBytes} bytes`);
    }
    return parseObject(body.value.bytes.toString('utf8'), call);
  }

  async #refusal(
    response: IncomingMessage,
    signal: AbortSignal,
  ): Promise<{ ok: false; failure: ReturnType<typeof failureFromResponse> }> {
    const body = await readBody(response, MAX_ERROR_BYTES, signal);
    const text = body.ok ? body.value.bytes.toString('utf8') : '';
    return {
      ok: false,
      failure: failureFromResponse(response.statusCode ?? 0, response.headers, text, this.#clock.now()),
    };
  }
}

function request(method: KubeRequest['method'], path: string, query: Query, signal: AbortSignal): KubeRequest {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.append(key, String(value));
  const target = search.size === 0 ? path : `${path}?${search.toString()}`;
  return { method, path: target, accept: 'application/json', headersTimeoutMs: HEADERS_TIMEOUT_MS, signal };
}

function parseObject(text: string, call: KubeRequest): Answer<JsonObject> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return succeed(parsed as JsonObject);
    return fail('unreadable', `${call.method} ${call.path}: the answer is no JSON object`);
  } catch {
    return fail('unreadable', `${call.method} ${call.path}: the answer is no JSON: ${text.slice(0, 200)}`);
  }
}

/** Reads up to `maxBytes`; what lies beyond is left unread and the connection dropped. */
function readBody(
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Answer<{ bytes: Buffer; truncated: boolean }>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (answer: Answer<{ bytes: Buffer; truncated: boolean }>) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const timer = setTimeout(() => {
      response.destroy();
      settle(fail('timeout', `the answer was not complete within ${BODY_TIMEOUT_MS} ms`));
    }, BODY_TIMEOUT_MS);
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(size > maxBytes ? chunk.subarray(0, chunk.length - (size - maxBytes)) : chunk);
      if (size <= maxBytes) return;
      settle(succeed({ bytes: Buffer.concat(chunks), truncated: true }));
      response.destroy();
    });
    response.once('end', () => settle(succeed({ bytes: Buffer.concat(chunks), truncated: false })));
    response.on('error', (error) => {
      clearTimeout(timer);
      if (signal.aborted) reject(abortReason(signal));
      else resolve({ ok: false, failure: failureFromError(error) });
    });
  });
}
